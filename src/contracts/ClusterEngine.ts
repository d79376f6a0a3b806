import type { DeadLetter } from './DeadLetter';
import type { TaskSchedule } from './entries';
import type { OperatorKind } from './Operation';
import type { DeliveryPolicy, MisfirePolicy, OverlapPolicy } from './options';
import type { RunOutcome, RunRecord, RunTrigger, SkipReason } from './RunRecord';

/** A task of cluster scope, as an application joins it. */
export interface ClusterTask {
  /** The name of the application: processes of one name share their tasks. */
  readonly application: string;
  /** The name of the listener. */
  readonly listener: string;
  /** The name of the task. Listener and task have lower-case letters, digits and underscores only. */
  readonly task: string;
  /** The policy for a due moment that comes while an earlier run goes on anywhere in the cluster. */
  readonly overlap: OverlapPolicy;
  /** Whether a due moment that passed while no process was there is made up. */
  readonly misfire: MisfirePolicy;
  /** Whether a run that failed or was lost is started again. */
  readonly delivery: DeliveryPolicy;
  /** The largest number of starts of one due moment; 1 with `at-most-once`. */
  readonly maxStarts: number;
  /** Equal for schedules with the same due moments. While they differ, the process decides that started last. */
  readonly scheduleKey: string;
}

/** A due moment of a task, or a run that an operator asks for. Instants are epoch milliseconds on the clock of the store. */
export interface ClusterMoment {
  /** The cause. */
  readonly trigger: RunTrigger;
  /** The nominal due moment; for a manual run, when it was asked for. The moment's identity, together with `manualId`. */
  readonly scheduledAt: number;
  /** The due moment with its jitter: overlap counts from it. The same in every process. */
  readonly firesAt: number;
  /** Set for a manual run only: unique, and the same for every start of it. */
  readonly manualId?: string;
}

/** A lease of one process on a task or a `run` body. */
export interface ClusterLease {
  /** Grows with every start of the task or body in the cluster: `max(last + 1, time of the store in µs)`. */
  readonly fencingToken: bigint;
  /** Aborts when the lease is lost, or may be: at 0.8 of its length without a renewal. Its reason is a `LeaseLostError`. */
  readonly signal: AbortSignal;
  /**
   * False as soon as the lease is lost, or may be. Asks a clock that goes on while the process is frozen, so that it is
   * false also before the signal has had the chance to abort.
   */
  readonly isHeld: boolean;
}

/** A moment that this process is to run. */
export interface ClusterClaim extends ClusterMoment, ClusterLease {
  /** 1 for the first start of the moment, 2 for the next one; more than 1 with `at-least-once` only. */
  readonly start: number;
  /**
   * The newest moment that had a record in the cluster before this one, or the instant at which the schedule began, if that
   * is later: due moments between the two have passed without any process. Undefined for manual and repeated runs, and with
   * `overlap: 'allow'` for a moment that a newer one has overtaken.
   */
  readonly accounted?: number;
  /** With `overlap: 'allow'`: moments after `accounted` that wait for their turn, and will have a record of their own. */
  readonly waiting?: readonly number[];
}

/** A run that has begun in this process. Its promises never reject. */
export interface ClusterRun {
  /** The record as it is now, without an outcome: kept in the store, so that a lost run can be recorded. */
  readonly record: RunRecord;
  /** A record to keep as well: due moments that passed before this one without any process. */
  readonly missed?: RunRecord;
  /** Resolves with the final record once the outcome is decided; the engine keeps it before it frees the slot. */
  readonly decided: Promise<RunRecord>;
  /** Resolves once the handler has returned, which frees the slot; never before `decided`. */
  readonly settled: Promise<void>;
}

/** The side of the application that an engine calls, one for each joined task. No method throws. */
export interface ClusterWorker {
  /**
   * Starts the handler for a moment whose start the atomic step has allowed. Undefined, when this process takes no work any
   * more: the engine gives the moment back, as if it had not been started, to another process.
   */
  run(claim: ClusterClaim): ClusterRun | undefined;
  /** False if a later due moment of the task has come by now. Asked for the atomic step. */
  isNewest(moment: ClusterMoment): boolean;
  /**
   * Makes the record of a moment that the atomic step has refused. Called in the process that took the moment.
   *
   * @param accounted - as in a claim.
   * @param waiting - as in a claim.
   * @returns the records to keep: that of the moment, and one before it if due moments have passed without any process.
   */
  skip(
    moment: ClusterMoment,
    reason: SkipReason,
    accounted?: number,
    waiting?: readonly number[],
  ): readonly RunRecord[];
  /**
   * Takes notice of a run whose holder has died or lost its lease.
   *
   * @param run - as it was kept at its start.
   * @param at - when this was noticed.
   * @returns the record to keep, with the outcome `lost`.
   */
  lost(run: RunRecord, at: number): RunRecord;
  /**
   * Takes notice of what operators have set or lifted, in any process. Called with all of it after each (re)connection; what
   * is over by its `until` is told as well, until it is lifted.
   */
  changed(intents: ClusterIntents): void;
  /**
   * Called with true when a process that has started later has joined with another schedule: this one offers and takes
   * nothing until it is called with false, because no process with that schedule is there any more. A process starts when
   * it first reaches the store, by the clock of the store.
   */
  superseded(isSuperseded: boolean): void;
}

/** Something that an operator has set for a task. Plain JSON, which an engine keeps as it is. */
export interface ClusterIntent {
  /** The person or program. */
  readonly by: string;
  /** Whether that is a person or a program. */
  readonly kind: OperatorKind;
  /** Why. */
  readonly reason: string;
  /** Since when, as ISO text. */
  readonly since: string;
  /** When it ends by itself, as ISO text on the clock of the store; absent when it does not. */
  readonly until?: string;
  /** The value in words: a schedule, the due moment that is skipped as ISO text, the label of a pause. */
  readonly value?: string;
  /** The schedule of a `reschedule`. */
  readonly schedule?: TaskSchedule;
}

/** Everything that operators have set for a task, in any process. */
export interface ClusterIntents {
  /** Due moments are recorded as `paused` until its `until`. */
  readonly pause?: ClusterIntent;
  /** The same with the pause of the whole application: the task is paused while this or `pause` holds. */
  readonly applicationPause?: ClusterIntent;
  /**
   * The due moment of its `value`, or the first one after it, is recorded as `paused`; without a value the next one. The
   * engine lifts it with that; see `decideClusterStart`.
   */
  readonly skipNext?: ClusterIntent;
  /** Another schedule in place of the declared one. The engine begins `scheduleSince` anew when it is set or lifted. */
  readonly reschedule?: ClusterIntent;
}

/** A change of {@link ClusterIntents}: a property that is undefined is lifted, and one that is left out stays. */
export type ClusterIntentChange = { readonly [K in keyof ClusterIntents]: ClusterIntents[K] | undefined };

/** The state of a task or body in the cluster, as far as this process knows it. Instants are ISO text. */
export interface ClusterState {
  /** The process that runs it; absent while none does. With `overlap: 'allow'` the newest. */
  readonly holder?: string;
  /** Since when it does. */
  readonly since?: string;
  /** Until when its lease holds, if it is not renewed. */
  readonly leaseUntil?: string;
  /** The newest due moment that has a record in the cluster. */
  readonly newestRecorded?: string;
  /** The number of due moments that have used up `maxStarts`; absent when there is none. */
  readonly deadLetters?: number;
}

/** Selects runs of a task in the cluster. Instants are epoch milliseconds. */
export interface ClusterHistoryQuery {
  /** The outcome of the runs. @defaultValue every outcome */
  readonly outcome?: RunOutcome;
  /** The earliest due moment. */
  readonly from?: number;
  /** The instant before which the due moment was. */
  readonly to?: number;
  /** The largest number of runs. */
  readonly limit: number;
}

/** A dead letter of a task. */
export type ClusterDeadLetter = Pick<DeadLetter, 'tickId' | 'since' | 'record'>;

/** Selects dead letters of a task. */
export interface ClusterDeadLetterQuery {
  /** The `tickId` of the one that is wanted. @defaultValue all of them */
  readonly tickId?: string;
  /** The largest number. */
  readonly limit: number;
}

/**
 * A task that this process has joined. Promises reject with a `ClusterUnreachableError` when the engine is away, within a
 * time limit of the engine's own (`trigger` within the one it is given).
 */
export interface ClusterTaskHandle {
  /**
   * Offers a due moment; every process offers each, and the first one is kept. `early`: the clock of the store has not
   * reached `firesAt`; the engine has measured `clockOffsetMs` anew, and the moment is offered again when it is due by that.
   */
  offer(moment: ClusterMoment): Promise<'kept' | 'known' | 'early'>;
  /**
   * Has a manual run done somewhere in the cluster.
   * @returns its record, once its outcome is decided or it was refused.
   * @throws ClusterTriggerExpiredError after `deadlineMs`, and when this process leaves the task: it may still be run.
   */
  trigger(moment: ClusterMoment, deadlineMs: number): Promise<RunRecord>;
  /**
   * Sets or lifts what operators want, for every process; resolves when the store has it. With `automation` nothing is changed
   * while a person has set something that it would lift or replace, and that is not over: it resolves with that, else with `{}`.
   * @throws ClusterUnreachableError when the store does not take it in time; then it does not take it later either.
   */
  change(change: ClusterIntentChange, kind: OperatorKind): Promise<ClusterIntents>;
  /**
   * Lifts those of the given intents that are still set as they are, and whose `until` has come on the clock of the store.
   * Whatever has taken their place stays. With a `reschedule` the engine begins `scheduleSince` anew at its `until`.
   */
  lift(over: ClusterIntents): Promise<void>;
  /** The state as it is known without asking. */
  readonly state: ClusterState;
  /** The settings of operators, as they are known without asking; one that is over may be among them. */
  readonly intents: ClusterIntents;
  /** The dead letters: due moments that have used up `maxStarts`, until they are dismissed; the newest first. */
  deadLetters(query: ClusterDeadLetterQuery): Promise<readonly ClusterDeadLetter[]>;
  /** Forgets the dead letter of a `tickId`, or all of them. Returns how many that were; their records stay. */
  dismiss(tickId?: string): Promise<number>;
  /** The newest record in the cluster whose due moment, or missed due moments, include an instant. */
  recordOf(at: number): Promise<RunRecord | undefined>;
  /** Runs of all processes that are decided or skipped, by due moment, the newest first. */
  history(query: ClusterHistoryQuery): Promise<readonly RunRecord[]>;
  /** Begins or ceases to take moments; a run in flight goes on. A task that was joined takes them. */
  accept(isAccepting: boolean): void;
  /**
   * Takes nothing more, waits until the runs in flight are recorded, and forgets the worker. Resolves also when the engine is
   * away; the caller limits the time.
   */
  leave(): Promise<void>;
}

/** A `run` body of cluster scope: one process is its active holder. */
export interface ClusterBody {
  /** The name of the application. */
  readonly application: string;
  /** The name of the listener. */
  readonly listener: string;
}

/** The side of the application that an engine calls, one for each body. */
export interface ClusterHolder {
  /**
   * Called when this process becomes the holder.
   * @returns a promise that resolves when the body has returned, and never rejects: the lease is kept until then, unless it
   *   is lost before. The engine then lets another process be the holder, or this one again.
   */
  acquired(lease: ClusterLease): Promise<void>;
}

/** A body that this process holds, or waits to hold. */
export interface ClusterHold {
  /** The state as it is known without asking. */
  readonly state: ClusterState;
  /** Waits no longer, and gives the lease back once the body has returned. */
  leave(): Promise<void>;
}

/**
 * Shares the tasks of cluster scope among the processes of an application. Bind a class that extends it: a listener, to
 * which every listener with such a task gets a soft edge; or any other service, bound under this class. One application has
 * one engine, and asks nothing of it before a task of cluster scope is opened. `describeClusterEngine` of the testing kit
 * checks an engine against this contract, and `decideClusterStart` is its atomic step.
 *
 * Registration is synchronous and works before the connection is there: the engine takes up the work of every joined task as
 * soon as it is connected, and again after each reconnection. It stops in its own shutdown.
 */
export abstract class ClusterEngine {
  /** The kind of engine, shown in plan and status, such as `bullmq-redis`. */
  abstract readonly kind: string;
  /** The identity of this process in the cluster, shown as holder. */
  abstract readonly processId: string;
  /** The length of a lease in milliseconds: after this time without a renewal, another process takes over. */
  abstract readonly leaseMs: number;
  /** True while the store answers. */
  abstract readonly isConnected: boolean;
  /** The clock of the store minus the clock of this process, in milliseconds; 0 while unknown. */
  abstract readonly clockOffsetMs: number;

  /**
   * Calls `changed` after each change of {@link isConnected} or {@link clockOffsetMs}.
   * @returns a function that ends this.
   */
  abstract watch(changed: () => void): () => void;

  /** Joins a periodic task: from now on its moments may come to this process. Each task is joined once at a time. */
  abstract join(task: ClusterTask, worker: ClusterWorker): ClusterTaskHandle;

  /** Wants to hold a `run` body: `holder` is told when this process does. */
  abstract hold(body: ClusterBody, holder: ClusterHolder): ClusterHold;
}
