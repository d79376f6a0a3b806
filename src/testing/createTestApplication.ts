import type { ServiceIdentifier } from 'inversify';

import type { ApplicationOptions } from '../application/ApplicationOptions';
import { buildApplication } from '../application/buildApplication';
import { MemoryStateStore } from '../scheduling/StateStore';
import { LogBook } from './Journal';
import { TestApplication } from './TestApplication';
import { VirtualClock, type VirtualClockOptions } from './clock/VirtualClock';

export interface TestApplicationOptions<T extends readonly unknown[] = readonly unknown[]>
  extends Omit<ApplicationOptions, 'name' | 'clock' | 'logger'>, VirtualClockOptions {
  /** @defaultValue `'test'` */
  readonly name?: string;
  /** Bindings to replace before anything is constructed: each an `override(id, replacement)`. @defaultValue `[]` */
  readonly overrides?: { readonly [K in keyof T]: Override<T[K]> };
  /**
   * `fail`: a timer, socket, server, watcher, child process, open file or listener of `process` that a listener leaves
   * behind when the application has stopped makes the test fail. `ignore`: nobody looks.
   * @defaultValue `'fail'`
   */
  readonly leaks?: 'fail' | 'ignore';
}

/**
 * Creates an application for a test: as `createApplication`, but under a virtual clock, with configuration files and the
 * environment off unless `config` names them, installed plugins unless `plugins.from` says where, logs and remembered due moments in memory. Nothing is due until time is
 * advanced. Installs no signal handler and never ends the process.
 *
 * What a listener rejects or throws and nobody handles, what it leaves open, and a call that the test has not awaited make
 * the running test fail, where the test runner has `beforeEach` and `afterEach`. An application that still runs at the end
 * of the file is stopped.
 *
 * @throws PlanError with everything that is wrong; an override that replaces nothing is.
 */
export async function createTestApplication<const T extends readonly unknown[]>(
  options: TestApplicationOptions<T> = {},
): Promise<TestApplication> {
  const { overrides = [], leaks = 'fail', now, settleMs, ...rest } = options;
  const clock = new VirtualClock({
    ...(now === undefined ? {} : { now }),
    ...(settleMs === undefined ? {} : { settleMs }),
  });
  const logBook = new LogBook();
  return buildApplication(
    {
      ...rest,
      name: options.name ?? 'test',
      config: { directory: false, env: false, ...options.config },
      clock,
      logger: logBook,
    },
    (parts) => new TestApplication(parts, { clock, logBook, watchLeaks: leaks === 'fail' }),
    {
      overrides,
      pluginsFrom: false,
      stateStore: ({ values }) => {
        const directory = values.find(({ path }) => path === 'state.directory');
        return directory === undefined || directory.origin === 'default' ? new MemoryStateStore() : undefined;
      },
    },
  );
}

/** What may stand for a `T`: an object with its public members, or a class of such objects. */
export type Replacement<T> = PublicOf<T> | (new (...args: never[]) => PublicOf<T>);

/** A fake need not share what is private. */
type PublicOf<T> = T extends (...args: never[]) => unknown ? T : T extends object ? { [K in keyof T]: T[K] } : T;

/** A binding to replace, and what with. */
export type Override<T = unknown> = readonly [id: ServiceIdentifier<T>, replacement: Replacement<NoInfer<T>>];

/**
 * Replaces every binding of `id` before anything is constructed: by the object, or by a singleton of the class. What does
 * not have the public members of what it replaces does not compile. `createTestApplication` refuses one that replaces
 * nothing, and a second one of the same identifier.
 */
export function override<T>(id: ServiceIdentifier<T>, replacement: Replacement<NoInfer<T>>): Override<T> {
  return [id, replacement];
}
