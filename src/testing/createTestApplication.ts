import type { ApplicationOptions } from '../application/ApplicationOptions';
import { buildApplication } from '../application/buildApplication';
import type { LogEntry, LogSink } from '../contracts/ListenerLogger';
import { MemoryStateStore } from '../scheduling/MemoryStateStore';
import { runningApplications } from './runningApplications';
import type { Override } from './override';
import { TestApplication } from './TestApplication';
import { VirtualClock, type VirtualClockOptions } from './VirtualClock';

export interface TestApplicationOptions
  extends Omit<ApplicationOptions, 'name' | 'clock' | 'logger'>, VirtualClockOptions {
  /** @defaultValue `'test'` */
  readonly name?: string;
  /** Bindings to replace before anything is constructed. @defaultValue `[]` */
  readonly overrides?: readonly Override[];
}

/**
 * Creates an application for a test: as `createApplication`, but under a virtual clock, with configuration files and the
 * environment off unless `config` names them, logs and remembered due moments in memory. Nothing is due until time is
 * advanced. Installs no signal handler and never ends the process.
 *
 * @throws PlanError with everything that is wrong; an override that replaces nothing is.
 */
export async function createTestApplication(options: TestApplicationOptions = {}): Promise<TestApplication> {
  const { overrides = [], now, settleMs, ...rest } = options;
  const clock = new VirtualClock({
    ...(now === undefined ? {} : { now }),
    ...(settleMs === undefined ? {} : { settleMs }),
  });
  const logs: LogEntry[] = [];
  const logger: LogSink = { log: (entry) => logs.push(entry) };
  const app = await buildApplication(
    {
      ...rest,
      name: options.name ?? 'test',
      config: { directory: false, env: false, ...options.config },
      clock,
      logger,
    },
    (parts) => new TestApplication(parts, clock, logs),
    {
      overrides,
      stateStore: ({ values }) => {
        const directory = values.find(({ path }) => path === 'state.directory');
        return directory === undefined || directory.origin === 'default' ? new MemoryStateStore() : undefined;
      },
    },
  );
  runningApplications.add(app);
  return app;
}
