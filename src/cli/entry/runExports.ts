import { runMain } from '../../application/runMain';
import type { Application } from '../../contracts/Application';
import { setCommandLine } from '../../contracts/CommandLine';
import { CreatedApplications } from './CreatedApplications';
import type { EntryRequest } from './entryRequest';
import { type EntryExports, exportedFactory } from './exportedFactory';

/**
 * Runs the application of an entry that `load` loads, which either calls `runMain` itself or exports an application to run.
 * Resolves when it is loaded; the process ends when the application does.
 *
 * @param fail - called when the process is about to end and no application was run.
 * @throws the error of `load`.
 */
export async function runExports(
  { file, selection, assignments }: EntryRequest,
  load: () => EntryExports | Promise<EntryExports>,
  fail: (error: Error) => void,
): Promise<void> {
  const created = new CreatedApplications(file);
  let taken = false;
  const started = new Set<unknown>();
  setCommandLine({
    mode: 'run',
    selection,
    assignments,
    take: () => {
      taken = true;
    },
    creating: (application) => {
      created.add(application);
    },
    decided: () => undefined,
    isStarted: (create) => started.has(create),
  });
  process.once('beforeExit', () => {
    // An entry that ends with a code of its own has said why.
    const why = taken || Boolean(process.exitCode) ? undefined : created.whyNothingRan();
    if (why !== undefined) fail(why);
  });
  const exported = await load();
  const create = taken ? undefined : exportedFactory(exported);
  if (create === undefined) return;
  const running = runMain(create as () => Application | Promise<Application>);
  started.add(create);
  await running;
}
