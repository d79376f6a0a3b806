import type { ApplicationOptions } from '../application/ApplicationOptions';
import { assemble } from '../application/assemble';
import { planFrom } from '../application/planFrom';
import { AutomaticFakes } from './auto';
import { checkTestOptions } from './checkTestOptions';
import type { Overrides } from './override';
import type { ClusterEngine } from '../contracts/ClusterEngine';
import { MemoryCluster } from './cluster/MemoryCluster';
import { LogBook } from './Journal';
import { TestApplication } from './TestApplication';
import { VirtualClock, type VirtualClockOptions } from './clock/VirtualClock';

/**
 * Options of {@link createTestApplication}: those of `createApplication` without `clock` and `logger`, those of the
 * virtual clock, and these.
 */
export interface TestApplicationOptions<T extends readonly unknown[] = readonly unknown[]>
  extends Omit<ApplicationOptions, 'name' | 'clock' | 'logger'>, VirtualClockOptions {
  /** The name of the application. @defaultValue `'test'` */
  readonly name?: string;
  /**
   * Bindings to replace before anything is constructed, each made by `override`; `auto` also fakes what is
   * missing. @defaultValue `[]`
   */
  readonly overrides?: Overrides<T> | AutomaticFakes<T>;
  /**
   * `fail`: the test fails when a listener has left a timer, socket, server, watcher, child process, open file or
   * listener of `process` behind after the application has stopped. `ignore`: leaks are not looked for.
   * @defaultValue `'fail'`
   */
  readonly leaks?: 'fail' | 'ignore';
  /**
   * True to run the watchdog, if one is configured: it measures real time, whatever the virtual clock says.
   * @defaultValue false: a configured watchdog does not run, and a log line of level `debug` says so
   */
  readonly watchdog?: boolean;
}

/**
 * Creates an application for a test, as `createApplication` does, with these differences:
 *
 * - Time is virtual: nothing is due until the test advances `app.clock`.
 * - Configuration files and environment variables are off unless `config` turns them on.
 * - Installed plugins are looked for only when `plugins.from` says where.
 * - The event loop is not watched, unless `watchdog` is true.
 * - A cluster engine in memory takes the place of the one that is bound; `createTestCluster` has several processes.
 * - Log entries are kept in memory, and so are due moments, unless `state.directory` is configured. Then its files outlive
 *   the process, and not a loss of power: nothing waits for the disk.
 *
 * Installs no signal handler and never ends the process. Where the test runner has `beforeEach` and `afterEach`, the
 * running test fails on an unhandled error of a listener, on a leak, and on a call of the kit that it has not awaited;
 * an application that still runs at the end of the file is stopped.
 *
 * @throws PlanError with every problem; an override that replaces nothing, and a second one of the same identifier,
 * are.
 */
export async function createTestApplication<const T extends readonly unknown[]>(
  options: TestApplicationOptions<T> = {},
): Promise<TestApplication> {
  const { now, settleMs, ...rest } = options;
  const clock = new VirtualClock({ now, settleMs });
  // Alone in a cluster of its own; made if something has cluster scope.
  let engine: ClusterEngine | undefined;
  const engineOf = (): ClusterEngine => (engine ??= new MemoryCluster(clock).engine('test-1', clock));
  return makeTestApplication(rest, clock, engineOf, (...parts) => new TestApplication(...parts));
}

/** Makes a test application on a clock, with a cluster engine, from its parts. */
export async function makeTestApplication<A extends TestApplication>(
  options: Omit<TestApplicationOptions, keyof VirtualClockOptions>,
  clock: VirtualClock,
  clusterEngine: () => ClusterEngine,
  create: (...parts: ConstructorParameters<typeof TestApplication>) => A,
): Promise<A> {
  checkTestOptions(options);
  const { overrides: given, leaks = 'fail', watchdog = false, ...rest } = options;
  const isAutomatic = given instanceof AutomaticFakes;
  const overrides = (isAutomatic ? given.overrides : given) ?? [];
  const logBook = new LogBook();
  const planned = await planFrom(
    {
      ...rest,
      name: options.name ?? 'test',
      config: { directory: false, env: false, ...options.config },
      clock,
      logger: logBook,
    },
    {
      overrides,
      ...(isAutomatic ? { fake: given.fake } : {}),
      clusterEngine,
      isWatched: watchdog,
      pluginsFrom: false,
      syncsState: false,
      keepsStateInMemory: ({ values }) => {
        const directory = values.find(({ path }) => path === 'state.directory');
        return directory === undefined || directory.origin === 'default';
      },
    },
  );
  return assemble(planned, (parts) => create(parts, { clock, logBook, watchLeaks: leaks === 'fail' }));
}
