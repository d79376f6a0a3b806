import type { ClusterIntents, ClusterMoment, ClusterStartDecision, ClusterTask, RunRecord } from 'daemonry';
import type { Job, JobsOptions, Queue, QueueEvents, Worker, WorkerOptions } from 'bullmq';

/** The data of a job: the moment that it stands for, and the process that offered it. */
export interface MomentData extends ClusterMoment {
  readonly by: string;
  /** Records of a moment that was refused when it was offered: the job only keeps them. */
  readonly decided?: readonly RunRecord[];
  /** True if another tool had paused the queue when it was offered. */
  readonly wasPaused?: true;
}

/** A job of a task or body. */
export type ClusterJob = Job<MomentData, unknown>;

/** The part of BullMQ's queue that is used. */
export type ClusterQueue = Pick<
  Queue<MomentData>,
  | 'close'
  | 'getJob'
  | 'getJobs'
  | 'isPaused'
  | 'on'
  | 'removeGlobalConcurrency'
  | 'resume'
  | 'setGlobalConcurrency'
  | 'waitUntilReady'
> & { add(name: string, data: MomentData, options: JobsOptions): Promise<ClusterJob> };

/** The part of BullMQ's worker that is used. */
export type ClusterConsumer = Pick<
  Worker<MomentData>,
  'close' | 'extendJobLocks' | 'isPaused' | 'on' | 'pause' | 'resume' | 'run' | 'waitUntilReady'
>;

/** Options of a worker that a task or body decides. */
export type ConsumerOptions = Pick<WorkerOptions, 'concurrency'>;

/** The parts that every store is made of. */
export interface StoreOptions {
  readonly prefix: string;
  /** The name of the application, for the names of connections. */
  readonly application: string;
  readonly processId: string;
  readonly leaseMs: number;
  /** Called with one sentence that an operator is to read. */
  readonly warn: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** A task or body in the store. */
export interface StoredTask {
  /** `<listener>.<task>`, or the listener of a body. */
  readonly path: string;
  /** The name of its queue. */
  readonly queue: string;
  /** The name of its application. */
  readonly application: string;
}

/** A process that joins a task. */
export interface JoiningProcess {
  readonly scheduleKey: string;
  /** When it first reached the store: epoch milliseconds of the store. */
  readonly startedAt: number;
  /** True if it takes the task back: no process is left that has another schedule and has started later. */
  readonly isBack: boolean;
}

/** The state of a task in the store: texts by name; see the scripts of Redis. */
export type TaskFields = Readonly<Record<string, string>>;

/** Fields that are set, and those that are removed: they are undefined. */
export type ChangedFields = Readonly<Record<string, string | undefined>>;

/** Limits of a change; see {@link ClusterStore.change}. */
export interface ChangeLimits {
  readonly spares?: string | undefined;
  readonly before?: number;
}

/** A wish of operators that is over: its field, the text in it, and when it is. */
export interface OverField {
  readonly name: keyof ClusterIntents;
  readonly text: string;
  readonly until: number;
}

/** The answer to a beat. */
export interface Beat {
  /** The time of the store: epoch milliseconds. */
  readonly now: number;
  /** The number of changes so far. */
  readonly revision: number;
  /** Another one when the store has lost everything. */
  readonly epoch: string;
  /** The processes that are there. */
  readonly processes: readonly string[];
  /** The fields of tasks that have changed, by path. */
  readonly tasks: ReadonlyMap<string, TaskFields>;
  /** Milliseconds until the leases of the running ones are over, by path. */
  readonly leases: ReadonlyMap<string, number>;
}

/** The moment and the job that an atomic step is about. */
export interface StartRequest {
  readonly moment: ClusterMoment & Pick<MomentData, 'wasPaused'>;
  readonly jobId: string;
  /** The token of the lock of the job. */
  readonly lock: string;
  /** The same when the step is asked for again. */
  readonly claimId: string;
  readonly policy: Pick<ClusterTask, 'overlap' | 'misfire' | 'delivery' | 'maxStarts'>;
  /** False if a later due moment has come. */
  readonly isNewest: boolean;
}

/** A start that is given back. */
export interface ReturnedStart {
  readonly moment: ClusterMoment;
  readonly jobId: string;
  /** The token of the lock of the job. */
  readonly lock: string;
  readonly fencingToken: bigint;
  readonly overlap: ClusterTask['overlap'];
}

/** The answer of the atomic step; see `decideClusterStart`. `gone`: the lock of the job belongs to somebody else. */
export interface StartAnswer {
  readonly kind: 'start' | 'wait' | 'skip' | 'drop' | 'gone';
  readonly start: number;
  readonly now: number;
  readonly accounted: number | undefined;
  /** Moments after `accounted` that wait for their turn. */
  readonly waiting: readonly number[];
  readonly reason: Extract<ClusterStartDecision, { readonly kind: 'skip' }>['reason'] | undefined;
  readonly fencingToken: bigint;
  /** When the run that a dropped moment had began; undefined if it had none. */
  readonly startedAt: number | undefined;
}

/** The job of a dead letter, and since when it is one: epoch milliseconds of the store. */
export interface BuriedJob {
  readonly jobId: string;
  readonly since: number;
}

/** A moment that is offered, with the id that its job has or is to have. */
export interface OfferedMoment {
  readonly moment: ClusterMoment;
  readonly jobId: string;
  readonly overlap: ClusterTask['overlap'];
}

/**
 * The answer to an offer. `accounted` and `offered`: it is known, and has a record or will have one. `overlap`: a manual run
 * is refused, since a run goes on.
 */
export type OfferAnswer = 'kept' | 'early' | 'accounted' | 'offered' | 'overlap';

/**
 * The store of a cluster: BullMQ's queues in it, and the state of each task beside them. Promises reject with the error of
 * the client, and within the store's own time limit.
 */
export interface ClusterStore {
  readonly kind: 'bullmq-redis' | 'bullmq-postgres';
  /** Connects. @throws ClusterConnectionError, ClusterStoreError */
  connect(): Promise<void>;
  /** True between connection and loss of it, as far as the client knows. */
  readonly isReady: boolean;
  /** Called when the connection is lost or there again. */
  onChange: (error?: Error) => void;
  /** The number of connections on which workers wait for jobs that are not there, and were not at the last call. */
  readonly countMissing: () => number;
  /** Drops the connection and makes another one. */
  reconnect(): void;
  /** Ends all connections. Resolves also when the store is away. */
  close(): Promise<void>;

  openQueue(name: string): ClusterQueue;
  openConsumer(
    name: string,
    process: (job: ClusterJob, lock: string) => Promise<unknown>,
    options: ConsumerOptions,
  ): ClusterConsumer;
  openEvents(name: string): QueueEvents;

  /** Says that this process is there, and asks for the changes of an application since a revision. */
  beat(application: string, known: number): Promise<Beat>;
  join(task: StoredTask, process: JoiningProcess): Promise<TaskFields>;
  leave(task: StoredTask): Promise<void>;
  offer(task: StoredTask, offered: OfferedMoment): Promise<{ readonly answer: OfferAnswer; readonly now: number }>;
  start(task: StoredTask, request: StartRequest): Promise<StartAnswer>;
  giveBack(task: StoredTask, start: ReturnedStart): Promise<void>;
  /** Keeps a record in a job. Returns false when the lock of the job is not that of `lock` any more. */
  keep(task: StoredTask, jobId: string, lock: string, record: unknown): Promise<boolean>;
  endRun(task: StoredTask, token: bigint): Promise<void>;
  /** Keeps the job of a moment that has used up its starts as a dead letter. */
  bury(task: StoredTask, jobId: string): Promise<void>;
  /** The newest dead letters, or the one of a job, the newest first. */
  deadLetters(task: StoredTask, limit: number, jobId: string | undefined): Promise<readonly BuriedJob[]>;
  /** Forgets a dead letter, or all of them. Returns the number of those that there were. @param before - as in `change` */
  dismiss(task: StoredTask, jobId: string | undefined, before?: number): Promise<number>;
  /** Makes this process the holder of a body; undefined when the lock of its job is not that of `lock` any more. */
  acquire(task: StoredTask, jobId: string, lock: string): Promise<bigint | undefined>;
  /**
   * Sets fields, and removes those that are undefined. Nothing is changed while one of them is a wish of a person that is not
   * over at `spares`, ISO text: resolves with those.
   *
   * @param limits - `before`: the time of the store from which on nothing is changed, since whoever asked was told that it failed.
   * @throws Error when that time has come.
   */
  change(task: StoredTask, fields: ChangedFields, limits?: ChangeLimits): Promise<TaskFields>;
  /** Removes wishes that stand as they are given, and are over on the clock of the store. */
  lift(task: StoredTask, over: readonly OverField[]): Promise<void>;
  /** Wakes a worker, if a job waits. */
  wake(task: StoredTask): Promise<void>;
}

/** Jobs that are kept of a task for its history, of each kind; and its dead letters. */
export const KEPT = 1_000;

/** The message of an act that reached the store when whoever asked for it waited no longer. */
export const TOO_LATE = 'it has reached the store too late: nothing was changed';

/** A time of the store that never comes. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** More than any number of losses, hand-overs or starts: BullMQ is to limit none of them, the atomic step decides. */
export const ALWAYS = 1_000_000_000;

/** Options that the workers of every store have. */
export const workerOptions = ({ leaseMs, processId }: Pick<StoreOptions, 'leaseMs' | 'processId'>) =>
  ({
    // A consumer begins once its connections are there.
    autorun: false,
    lockDuration: leaseMs,
    // The lease renews it, on a clock that nobody sets.
    skipLockRenewal: true,
    // Between the looks for jobs whose process is gone.
    stalledInterval: 1_000,
    maxStalledCount: ALWAYS,
    runRetryDelay: 500,
    name: processId,
  }) satisfies Partial<WorkerOptions>;

/** Milliseconds without a beat after which a process counts as gone. */
export const goneAfter = (leaseMs: number): number => Math.max(leaseMs, 5_000);
