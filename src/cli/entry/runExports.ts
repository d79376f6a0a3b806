import { runMain } from '../../application/runMain';
import type { Application } from '../../contracts/Application';
import { setCommandLine } from '../../contracts/CommandLine';
import { withoutApplication } from '../cliErrors';
import type { EntryRequest } from './entryRequest';
import { type EntryExports, exportedFactory } from './exportedFactory';

/**
 * Runs the application of an entry that `load` loads, which either calls `runMain` itself or exports an application to run.
 * Resolves when it is loaded; the process ends when the application does.
 *
 * @param fail - called when the process is about to end and no application was created.
 * @throws the error of `load`.
 */
export async function runExports(
  { file, selection, assignments }: EntryRequest,
  load: () => EntryExports | Promise<EntryExports>,
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
      // A failure reaches the caller of `createApplication`. An exported promise gets its caller only after the import,
      // and must not count as an unhandled rejection until then.
      application.catch(() => undefined);
    },
    decided: () => undefined,
  });
  process.once('beforeExit', () => {
    if (!created && !taken)
      fail(withoutApplication(file, 'it ran to its end, and called neither runMain nor createApplication'));
  });
  const exported = await load();
  const create = taken ? undefined : exportedFactory(exported);
  if (create !== undefined) await runMain(create as () => Application | Promise<Application>);
}
