import type { ClusterIntents, ClusterTaskHandle } from '../contracts/ClusterEngine';
import type { PeriodicTaskSpec } from '../contracts/entries';
import type { RunRecord } from '../contracts/RunRecord';
import type { ScheduledTaskState, ScheduleExplanation, SkippedMoment } from '../contracts/Scheduler';
import type { PauseInfo } from '../contracts/status';
import type { Moment, TaskLabel } from './runs';

/** One task that a scheduler keeps the due moments of: of this process alone, or shared with others. */
export interface ScheduledTask extends TaskLabel {
  /** True when a run of it has outlived its timeout. */
  readonly isStuck: boolean;
  readonly state: ScheduledTaskState;
  /** The task in the cluster; undefined for a task of this process alone. */
  readonly handle?: ClusterTaskHandle;
  /** Returns true when a due moment was missed while the process was down: it is kept until {@link catchUp}. */
  open(now: number): boolean;
  /** Makes up what was missed before {@link open}; or, when that cannot be saved, records that it is not. */
  catchUp(canBeSaved: boolean): void;
  trigger(asker?: Moment['asker']): Promise<RunRecord>;
  /** Pauses the task, in place of an earlier pause; undefined ends the pause. */
  pause(pause: PauseInfo | undefined): void;
  /** Goes on by another schedule, from now, beside a run in flight and a queued one. */
  replace(spec: PeriodicTaskSpec): void;
  /** Sets or lifts what operators want, in the whole cluster; undefined for a task of this process alone. */
  share?(...given: Parameters<ClusterTaskHandle['change']>): Promise<ClusterIntents>;
  /** Skips that due moment, in place of an earlier one; undefined skips none. Of a task of this process alone. */
  skipNext?(skip: SkippedMoment | undefined): void;
  /** The next due moments that will be kept; undefined where nobody knows yet. Of a task of this process alone. */
  dueMoments?(most: number): readonly number[] | undefined;
  /** @param need - the listener that does not run; undefined when everything that the daemon needs does. */
  withhold(need: string | undefined): void;
  halt(): void;
  /**
   * Halts the task. Returns a promise for each run in flight, which resolves when it has settled, or has been aborted
   * because its time was over.
   */
  drain(deadline: number, reason: Error): readonly Promise<void>[];
  /** Ends the task and aborts the runs in flight. Returns promises that resolve when they have settled. */
  close(reason: Error): readonly Promise<void>[];
  /** Keeps no further due moment, and drops a queued run. */
  end(): void;
  abandon(): void;
  stepBack(ms: number): void;
  explain(at: number): ScheduleExplanation;
}

/** The state of a task whose listener has not come up. */
export const stateBeforeTicks = (pause: PauseInfo | undefined): ScheduledTaskState =>
  pause === undefined ? {} : { pause };
