import type { Application } from '../../contracts/Application';
import { type Decided, setCommandLine } from '../../contracts/CommandLine';
import { toError } from '../../errors/serializeError';
import { EntryError } from './EntryError';
import { entryFailed } from './entryFailed';
import type { EntryRequest } from './EntryRequest';
import { exportedFactory } from './exportedFactory';
import { importEntry } from './importEntry';

const PATIENCE_MS = 10_000;

/** An application that was created and not started; or why there is none: a `PlanError` or an `EntryError`. */
type Outcome =
  { readonly app: Application; readonly error?: undefined } | { readonly app?: undefined; readonly error: Error };

/** What could be learnt of an application without starting it. */
export type Inspection = Outcome & {
  /** Absent when it did not come so far. */
  readonly decided?: Decided;
};

/**
 * Loads an entry file and creates its application, however the entry does that: `runMain`, an export, or a `main` of its
 * own. Nothing is started. Never rejects: what is wrong is part of the answer.
 */
export async function inspectEntry({ file, selection, assignments }: EntryRequest): Promise<Inspection> {
  let decided: Decided | undefined;
  let creating = false;
  const outcome = await new Promise<Outcome>((resolve) => {
    const fail = (thrown: unknown): void => {
      resolve({ error: entryFailed(file, toError(thrown)) });
    };
    const createWith = async (create: () => unknown): Promise<void> => {
      await create();
      // An application that is created does not settle here.
      if (!creating) resolve({ error: withoutApplication(file, 'what it offers creates no application') });
    };
    setCommandLine({
      mode: 'inspect',
      selection,
      assignments,
      take: (create) => void createWith(create).catch(fail),
      creating: (application) => {
        creating = true;
        application.then((app) => {
          resolve({ app: app as Application });
        }, fail);
      },
      decided: (known) => {
        decided = known;
      },
    });
    process.on('uncaughtException', fail).on('unhandledRejection', fail);
    process.once('beforeExit', () => {
      resolve({ error: withoutApplication(file, creating ? 'it waits for what never comes' : 'it ended without') });
    });
    setTimeout(() => {
      if (!creating) resolve({ error: withoutApplication(file, `it did not within ${PATIENCE_MS / 1_000}s`) });
    }, PATIENCE_MS).unref();
    const load = async (): Promise<void> => {
      const exported = await importEntry(file);
      const create = exportedFactory(exported);
      if (!creating && create !== undefined) await createWith(create);
    };
    load().catch(fail);
  });
  return { ...outcome, ...(decided === undefined ? {} : { decided }) };
}

export const withoutApplication = (file: string, why: string): EntryError =>
  new EntryError('ENTRY_WITHOUT_APPLICATION', {
    what: 'The entry file creates no application.',
    facts: { entry: file, why },
    fix: 'let it call runMain(() => createApplication({ … })), or export default () => createApplication({ … }).',
  });
