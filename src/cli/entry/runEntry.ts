import { runMain } from '../../application/runMain';
import type { Application } from '../../contracts/Application';
import { setCommandLine } from '../../contracts/CommandLine';
import type { EntryRequest } from './EntryRequest';
import { exportedFactory } from './exportedFactory';
import { importEntry } from './importEntry';
import { withoutApplication } from './inspectEntry';

/**
 * Runs an entry file: it calls `runMain` itself, or exports what does not yet run. Resolves when it is loaded; the process
 * ends as the application does.
 *
 * @param fail - called when the process would end and no application was ever created.
 * @throws EntryError when it cannot be loaded.
 */
export async function runEntry(
  { file, selection, assignments }: EntryRequest,
  args: readonly string[],
  fail: (error: Error) => void,
): Promise<void> {
  let taken = false;
  let created = false;
  setCommandLine({
    mode: 'run',
    selection,
    assignments,
    take: () => {
      taken = true;
    },
    creating: (application) => {
      created = true;
      // Who asked for it hears of a failure; an export is asked for a moment later.
      application.catch(() => undefined);
    },
    decided: () => undefined,
  });
  process.once('beforeExit', () => {
    if (!created && !taken) fail(withoutApplication(file, 'it ended without'));
  });
  const exported = await importEntry(file, args);
  const create = taken ? undefined : exportedFactory(exported);
  if (create !== undefined) await runMain(create as () => Application | Promise<Application>);
}
