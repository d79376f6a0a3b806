import type { ClusterState } from '../../contracts/ClusterEngine';
import type { Duration } from '../../contracts/Duration';
import type { RunRecord } from '../../contracts/RunRecord';
import { durationMs } from '../../time/duration';
import { makeTestApplication, type TestApplicationOptions } from '../createTestApplication';
import { TestApplication } from '../TestApplication';
import { VirtualClock } from '../clock/VirtualClock';
import { MemoryCluster } from './MemoryCluster';
import type { MemoryEngine } from './MemoryEngine';
import { ProcessClock } from './ProcessClock';

/** Options of {@link createTestCluster}: those of `createTestApplication`, for each process, and these. */
export interface TestClusterOptions<
  T extends readonly unknown[] = readonly unknown[],
> extends TestApplicationOptions<T> {
  /** The length of a lease. @defaultValue `'15s'` */
  readonly lease?: Duration;
  /** By how many milliseconds the clock of each process is ahead of that of the store. @defaultValue `[]`: by none */
  readonly skewMs?: readonly number[];
  /** The number of records that the store keeps of each task. @defaultValue 1,000 */
  readonly keep?: number;
}

/**
 * Creates several applications in this process that are the processes of one application: made of the same classes, on one
 * virtual clock, with a cluster engine in memory in place of the one that is bound. None is started yet. All that
 * `createTestApplication` says about the test runner holds for each.
 *
 * @param size - the number of processes, 1 to 20.
 * @throws PlanError
 */
export async function createTestCluster<const T extends readonly unknown[]>(
  size: number,
  options: TestClusterOptions<T> = {},
): Promise<TestCluster> {
  const cluster = new TestCluster(options);
  for (let index = 0; index < Math.min(Math.max(Math.trunc(size), 1), 20); index++) await cluster.add();
  return cluster;
}

/** A process of a test cluster. At the end of a test file it is brought to an end also when it was killed or frozen. */
class ProcessApplication extends TestApplication {
  override async bringToEnd(reason: string): Promise<void> {
    (this.clock as ProcessClock).thaw();
    await super.bringToEnd(reason);
  }
}

interface ClusterProcess {
  app: TestApplication;
  clock: ProcessClock;
  engine: MemoryEngine;
}

/** Several applications that share their tasks of cluster scope; made by {@link createTestCluster}. Processes count from 0. */
export class TestCluster {
  /** The clock of the store, by which the test moves time. */
  readonly clock: VirtualClock;
  readonly #options: TestClusterOptions;
  readonly #store: MemoryCluster;
  readonly #processes: ClusterProcess[] = [];
  #made = 0;

  /** Called by {@link createTestCluster}. */
  constructor(options: TestClusterOptions) {
    const { now, settleMs, lease = '15s', keep } = options;
    this.#options = options;
    this.clock = new VirtualClock({
      ...(now === undefined ? {} : { now }),
      ...(settleMs === undefined ? {} : { settleMs }),
    });
    this.#store = new MemoryCluster(this.clock, {
      leaseMs: durationMs(lease),
      ...(keep === undefined ? {} : { keep }),
    });
  }

  /** The applications, one a process; that of a process that was restarted is the newest. */
  get apps(): readonly TestApplication[] {
    return this.#processes.map(({ app }) => app);
  }

  /** Adds a process, as a deployment does; it is not started. Returns its application. */
  async add(changes: Partial<TestClusterOptions> = {}): Promise<TestApplication> {
    const made = await this.#make(this.#processes.length, changes);
    this.#processes.push(made);
    return made.app;
  }

  /** Starts every process that has not been started. */
  async start(): Promise<void> {
    await Promise.all(this.apps.filter(({ state }) => state === 'created').map((app) => app.start()));
  }

  /** Stops every process that runs and reaches the store; time moves as far as that needs it. */
  async stop(): Promise<void> {
    const stopping = this.apps.filter(({ isOver, state }) => !isOver && state !== 'created').map((app) => app.stop());
    let isOver = false;
    const all = Promise.all(stopping).then(() => (isOver = true));
    await this.clock.advanceUntil(() => isOver, '1d');
    await all;
  }

  /** Ends a process as `kill -9` does: nothing of it happens any more, and the store is not told. */
  kill(process: number): void {
    const { clock, engine } = this.#at(process);
    clock.freeze();
    engine.link = 'dead';
  }

  /** Cuts the link between a process and the store: the process goes on. */
  partition(process: number): void {
    this.#at(process).engine.link = 'partitioned';
  }

  /** Stops a process as `SIGSTOP` does: its timers do not fire, and the store hears nothing of it. Its clock goes on. */
  freeze(process: number): void {
    const { clock, engine } = this.#at(process);
    clock.freeze();
    engine.link = 'frozen';
  }

  /** Ends a partition, or lets a frozen process go on. */
  heal(process: number): void {
    const { clock, engine } = this.#at(process);
    if (engine.isDead) throw new RangeError(`process ${process} was killed: restart it instead`);
    clock.thaw();
    engine.link = 'connected';
  }

  /**
   * Puts a new application in the place of a process, and starts it. One that still runs and was not killed is killed.
   *
   * @param changes - options that it has in place of those of the others, as a new version does.
   */
  async restart(process: number, changes: Partial<TestClusterOptions> = {}): Promise<TestApplication> {
    const old = this.#at(process);
    if (!old.app.isOver) this.kill(process);
    const made = await this.#make(process, changes);
    this.#processes[process] = made;
    await made.app.start();
    return made.app;
  }

  /** The state of a task in the store. */
  state(listener: string, task = 'tick'): ClusterState {
    return this.#store.state({ application: this.#name, listener, task });
  }

  /** The records of a task in the store, of all processes, oldest due moment first. */
  runs(listener: string, task = 'tick'): readonly RunRecord[] {
    return this.#store.history({ application: this.#name, listener, task }).toReversed();
  }

  get #name(): string {
    return this.#options.name ?? 'test';
  }

  #at(process: number): ClusterProcess {
    const found = this.#processes[process];
    if (found === undefined)
      throw new RangeError(`there is no process ${process}: they are 0 to ${this.#processes.length - 1}`);
    return found;
  }

  async #make(index: number, changes: Partial<TestClusterOptions>): Promise<ClusterProcess> {
    const {
      now: _now,
      settleMs: _settle,
      lease: _lease,
      keep: _keep,
      skewMs = [],
      ...options
    } = { ...this.#options, ...changes };
    const clock = new ProcessClock(this.clock, skewMs[index] ?? 0);
    const engine = this.#store.engine(`process-${index}.${this.#made++}`, clock);
    const app = await makeTestApplication(
      options,
      clock,
      () => engine,
      (...parts) => new ProcessApplication(...parts),
    );
    return { app, clock, engine };
  }
}
