import type { Clock } from '../../contracts/Clock';
import type { ClusterHistoryQuery, ClusterState, ClusterTask } from '../../contracts/ClusterEngine';
import type { RunRecord } from '../../contracts/RunRecord';
import { MemoryBody } from './MemoryBody';
import { MemoryEngine, type MemoryStore } from './MemoryEngine';
import { MemoryTask } from './MemoryTask';

/** Options of a {@link MemoryCluster}. */
export interface MemoryClusterOptions {
  /** The length of a lease in milliseconds. @defaultValue 15,000 */
  readonly leaseMs?: number;
  /** The number of records that are kept of each task. @defaultValue 1,000 */
  readonly keep?: number;
}

/** A task by its names. */
export type TaskNames = Pick<ClusterTask, 'application' | 'listener' | 'task'>;

/** The store of a cluster whose processes are engines in this one. Its clock is that of the store. */
export class MemoryCluster implements MemoryStore {
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #keep: number;
  readonly #tasks = new Map<string, MemoryTask>();
  readonly #bodies = new Map<string, MemoryBody>();

  constructor(clock: Clock, { leaseMs = 15_000, keep = 1_000 }: MemoryClusterOptions = {}) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
    this.#keep = keep;
  }

  /**
   * Makes the engine of one process.
   *
   * @param clock - that of the process.
   */
  engine(processId: string, clock: Clock): MemoryEngine {
    return new MemoryEngine(this, { processId, clock, leaseMs: this.#leaseMs, storeClock: this.#clock });
  }

  /** The state of a task; empty for one that no process has joined. */
  state(names: TaskNames): ClusterState {
    return this.#tasks.get(keyOf(names))?.state ?? {};
  }

  /** The records of a task, the newest first. */
  history(names: TaskNames, query: Partial<ClusterHistoryQuery> = {}): readonly RunRecord[] {
    return this.#tasks.get(keyOf(names))?.records.history({ limit: this.#keep, ...query }) ?? [];
  }

  /** The task in the store; made when it is first asked for. For engines. */
  task(names: TaskNames): MemoryTask {
    return made(this.#tasks, keyOf(names), () => new MemoryTask(this.#clock, this.#keep));
  }

  /** The body in the store; made when it is first asked for. For engines. */
  body({ application, listener }: Pick<ClusterTask, 'application' | 'listener'>): MemoryBody {
    return made(this.#bodies, `${application} ${listener}`, () => new MemoryBody(this.#clock, listener));
  }
}

const keyOf = ({ application, listener, task }: TaskNames): string => `${application} ${listener}.${task}`;

function made<T>(all: Map<string, T>, key: string, make: () => T): T {
  let one = all.get(key);
  if (one === undefined) all.set(key, (one = make()));
  return one;
}
