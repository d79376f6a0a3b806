import type { Application } from '../../contracts/Application';
import { type Decided, setCommandLine } from '../../contracts/CommandLine';
import { toError } from '../../errors/serializeError';
import { entryFailed, withoutApplication } from '../cliErrors';
import type { EntryRequest } from './entryRequest';
import { type EntryExports, exportedFactory } from './exportedFactory';
import { importEntry } from './importEntry';

/** How long an entry may take, after it was called, until it calls `createApplication`. */
const PATIENCE_MS = 10_000;

type Outcome =
  { readonly app: Application; readonly error?: undefined } | { readonly app?: undefined; readonly error: Error };

/** A created and not started application; or a `PlanError` or an `EntryError` that says why there is none. */
export type Inspection = Outcome & {
  /**
   * The values and plugins, also those of an invalid application. Undefined when it failed before they were decided.
   */
  readonly decided?: Decided | undefined;
  /** The `rehearse` that `createApplication` has given; undefined when it was not called. */
  readonly rehearse?: (() => Promise<void>) | undefined;
};

/**
 * Loads an entry file and creates its application without starting it, however the entry does that: by `runMain`, by an
 * export, or by code of its own. Never rejects: a failure is part of the result.
 *
 * @param importing - loads the file.
 */
export async function inspectEntry(
  { file, selection, assignments }: EntryRequest,
  importing: (file: string) => EntryExports | Promise<EntryExports> = importEntry,
): Promise<Inspection> {
  let decided: Decided | undefined;
  let creating = false;
  let rehearse: Inspection['rehearse'];
  const exit = process.exit.bind(process);
  const giveBackOutput = takeOutput(process);
  const outcome = await new Promise<Outcome>((resolve) => {
    const fail = (thrown: unknown): void => {
      resolve({ error: entryFailed(file, toError(thrown)) });
    };
    const createWith = async (create: () => unknown): Promise<void> => {
      await create();
      // While inspecting, `create` settles only if it never called `createApplication`.
      if (!creating) resolve({ error: withoutApplication(file, 'what it offers creates no application') });
    };
    setCommandLine({
      mode: 'inspect',
      selection,
      assignments,
      take: (create) => void createWith(create).catch(fail),
      creating: (application, rehearsal) => {
        creating = true;
        rehearse = rehearsal;
        application.then((app) => {
          resolve({ app: app as Application });
        }, fail);
      },
      decided: (known) => {
        decided = known;
      },
    });
    // An exit code of the entry would be that of the command, which has found out nothing.
    process.exit = (code) => {
      const why = `it called process.exit(${code ?? ''}) before ${creating ? 'its plan was made' : 'it had created one'}`;
      resolve({ error: withoutApplication(file, why) });
      throw new Error(why);
    };
    process.on('uncaughtException', fail).on('unhandledRejection', fail);
    process.once('beforeExit', () => {
      const why = creating
        ? 'createApplication waits for something that never comes'
        : 'it ran to its end, and called neither runMain nor createApplication';
      resolve({ error: withoutApplication(file, why) });
    });
    setTimeout(() => {
      if (!creating)
        resolve({
          error: withoutApplication(file, `it has not called createApplication within ${PATIENCE_MS / 1_000}s`),
        });
    }, PATIENCE_MS).unref();
    const load = async (): Promise<void> => {
      const exported = await importing(file);
      const create = exportedFactory(exported);
      if (!creating && create !== undefined) await createWith(create);
    };
    load().catch(fail);
  });
  process.exit = exit;
  giveBackOutput();
  return { ...outcome, decided, rehearse };
}

/**
 * Writes to the standard error what the entry, its plugins and their log write to the standard output: that is for the answer of
 * the command, which may be read by another program. Returns a function that ends it.
 */
function takeOutput({ stdout, stderr }: NodeJS.Process): () => void {
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return () => {
    stdout.write = write;
  };
}
