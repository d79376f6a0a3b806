import type { ClusterMoment, ClusterTask } from '../../contracts/ClusterEngine';
import type { SkipReason } from '../../contracts/RunRecord';

/** The state of one task in the store, kept without expiry. Instants are epoch milliseconds on the clock of the store. */
export interface ClusterTaskState {
  /** When the schedule in force began: it was joined for the first time, or set by an operator. */
  readonly scheduleSince: number;
  /** The newest due moment that has a record: a run, or a skipped one. Undefined before the first. */
  readonly accounted?: number;
  /** Since when some process has had the task open, without a break; undefined if that is not known. */
  readonly openSince?: number;
  /** With `overlap: 'allow'`: the due moments that were offered and still wait for their turn. Newer ones may overtake them. */
  readonly waiting?: readonly number[];
  /** The newest run, also a manual one; undefined before the first. */
  readonly run?: ClusterRunState;
  /** The fencing token that was drawn last; 0 before the first. */
  readonly token: bigint;
  /**
   * Until when operators have paused the task, or the whole application, whichever ends last; `Infinity` until they resume it.
   * Undefined when it is not paused.
   */
  readonly pausedUntil?: number;
  /**
   * The due moment that operators want skipped, or the first one after it if that never comes: the schedule may be another
   * one by then. Undefined when there is none.
   */
  readonly skipsFrom?: number;
}

/** The newest run of a task. */
export interface ClusterRunState {
  /** When its start was allowed: epoch milliseconds of the store, as every instant here. */
  readonly startedAt: number;
  /** Undefined until its handler has returned, or its holder is found to be lost. */
  readonly endedAt?: number;
  /** The fencing token that it was given. */
  readonly token: bigint;
}

/** A moment whose turn it is. Engines take the moments of a task by `firesAt`. */
export interface ClusterAttempt extends Pick<ClusterMoment, 'trigger' | 'scheduledAt' | 'firesAt'> {
  /** 1, or the number of times that the moment was given to a process, this one included. */
  readonly start: number;
  /** Now, on the clock of the store. May have a fraction. */
  readonly now: number;
  /** True while the lease of {@link ClusterTaskState.run} holds. Without meaning once that has ended. */
  readonly isHeld: boolean;
  /** The answer of `ClusterWorker.isNewest`: false if a later due moment has come. */
  readonly isNewest: boolean;
  /** True if it was offered while something beside the operators of the application had paused the task. */
  readonly wasPaused?: boolean;
}

/** The due moments that have passed without any process, as the worker is told: those between two, without those that wait. */
interface Passed {
  /** The newest moment that had a record; undefined if nothing is to be looked for. */
  readonly accounted: number | undefined;
  /** Moments after that one which have no record yet, and will have one of their own. */
  readonly waiting: readonly number[];
}

/** The answer of {@link decideClusterStart}, with the state that the task has from then on. */
export type ClusterStartDecision =
  /** The handler is called. `accounted` and `waiting` are handed to the worker with the claim. */
  | (Passed & {
      readonly kind: 'start';
      readonly state: ClusterTaskState;
      readonly fencingToken: bigint;
    })
  /** The slot is taken: the moment keeps its turn until the run in flight has ended. */
  | { readonly kind: 'wait'; readonly state: ClusterTaskState }
  /** The moment is recorded as skipped. `accounted` and `waiting` are handed to the worker. */
  | (Passed & {
      readonly kind: 'skip';
      readonly state: ClusterTaskState;
      readonly reason: StepReason;
    })
  /** The moment has its record already, or must not be repeated: it is dropped without another one. */
  | { readonly kind: 'drop'; readonly state: ClusterTaskState };

/** Why the step skips a moment. */
type StepReason = Extract<SkipReason, 'overlap' | 'paused' | 'missed'>;

type Policy = Pick<ClusterTask, 'overlap' | 'misfire' | 'delivery' | 'maxStarts'>;

/**
 * The atomic step of an engine: decides about a moment whose turn it is, by the state of its task in the store. Pure: the
 * engine reads, decides and writes the state in one step that nothing can come between. In this order:
 *
 * 1. A run whose lease is over has ended now, so that moments that came due meanwhile are no burst.
 * 2. A due moment that is not newer than the newest one with a record is dropped, unless it waits with `allow` and was
 *    overtaken; so is a catch-up from before the schedule began, and a start beyond what the delivery allows.
 * 3. While the task is paused, was so at the offer, or the due moment is to be skipped, it is skipped as `paused`. A manual
 *    run is not. A moment that was to be skipped and passed while no process was there has nothing skipped in its place.
 * 4. By overlap: `skip` skips a moment that fires before the end of the newest run, `queue-one` one that fires before its
 *    start; while that run goes on, `queue-one` and repeated starts wait. `allow` has no limit.
 * 5. A due moment from before {@link ClusterTaskState.openSince}, which was offered and not taken by processes that have all
 *    ended, is skipped as `missed`; with `misfire: 'run-once'` only if a later one has come, which makes it up.
 * 6. It starts, with a fencing token of `max(last + 1, now in µs)`.
 */
export function decideClusterStart(
  given: ClusterTaskState,
  attempt: ClusterAttempt,
  { overlap, misfire, delivery, maxStarts }: Policy,
): ClusterStartDecision {
  const { trigger, scheduledAt, firesAt, start, now, isHeld, isNewest, wasPaused } = attempt;
  const isLost = given.run !== undefined && given.run.endedAt === undefined && !isHeld;
  const lifted = given.pausedUntil !== undefined && given.pausedUntil <= now ? withoutPause(given) : given;
  const state = isLost && given.run !== undefined ? { ...lifted, run: { ...given.run, endedAt: now } } : lifted;
  const { run, accounted, scheduleSince, openSince = -Infinity } = state;
  const isFirst = start === 1;
  const isDue = trigger !== 'manual' && isFirst;
  const isOvertaken = isDue && accounted !== undefined && scheduledAt <= accounted;
  const others = state.waiting?.filter((at) => at !== scheduledAt) ?? [];

  if (!isFirst && (delivery === 'at-most-once' || start > maxStarts)) return { kind: 'drop', state };
  if (isOvertaken && state.waiting?.includes(scheduledAt) !== true) return { kind: 'drop', state };
  if (trigger === 'catch-up' && isFirst && scheduledAt <= scheduleSince) return { kind: 'drop', state };

  // Whatever has overtaken a moment has accounted for those before it.
  const before = isDue && !isOvertaken ? Math.max(accounted ?? scheduleSince, scheduleSince) : undefined;
  const passed: Passed = {
    accounted: before,
    waiting: before === undefined ? [] : others.filter((at) => at > before && at < scheduledAt),
  };
  const done = {
    ...(isDue && !isOvertaken ? { accounted: scheduledAt } : {}),
    ...(isDue && state.waiting !== undefined ? { waiting: others } : {}),
  };
  const { skipsFrom = Infinity } = state;
  const isReached = trigger !== 'manual' && isFirst && scheduledAt >= skipsFrom;
  const after = isReached ? withoutSkip(state) : state;
  const skip = (reason: StepReason): ClusterStartDecision => ({
    kind: 'skip',
    state: { ...after, ...done },
    reason,
    ...passed,
  });
  if (trigger !== 'manual') {
    if (isReached && (scheduledAt === skipsFrom || skipsFrom >= openSince)) return skip('paused');
    if (state.pausedUntil !== undefined || wasPaused === true) return skip('paused');
  }
  if (overlap !== 'allow' && run !== undefined) {
    const isRunning = run.endedAt === undefined;
    if (isFirst && overlap === 'skip' && (isRunning || firesAt < (run.endedAt ?? now))) return skip('overlap');
    if (isFirst && overlap === 'queue-one' && firesAt < run.startedAt) return skip('overlap');
    if (isRunning) return { kind: 'wait', state };
  }
  if (isDue && firesAt < openSince && (misfire === 'skip' || !isNewest)) return skip('missed');

  const inMicroseconds = BigInt(Math.floor(now * 1000));
  const fencingToken = inMicroseconds > state.token ? inMicroseconds : state.token + 1n;
  return {
    kind: 'start',
    state: {
      ...after,
      ...done,
      run: { startedAt: now, token: fencingToken },
      token: fencingToken,
    },
    fencingToken,
    ...passed,
  };
}

/** The state once the handler of a run has returned. A newer run stays the newest. */
export function endClusterRun(state: ClusterTaskState, token: bigint, now: number): ClusterTaskState {
  const { run } = state;
  if (run?.token !== token || run.endedAt !== undefined) return state;
  return { ...state, run: { ...run, endedAt: now } };
}

const withoutSkip = ({ skipsFrom: _done, ...state }: ClusterTaskState): ClusterTaskState => state;
const withoutPause = ({ pausedUntil: _over, ...state }: ClusterTaskState): ClusterTaskState => state;
