import type { AsyncResource } from 'node:async_hooks';

import type { RunRecord, RunTrigger, RunOutcome, SkipReason } from '../contracts/RunRecord';
import { isoText } from '../time/instant';
import { deepFreeze } from '../contracts/frozen';
import type { RunEvent } from '../contracts/ApplicationEvents';

/** The names of a task. */
export interface TaskLabel {
  readonly listener: string;
  readonly task: string;
  /** `<listener>.<task>` */
  readonly path: string;
}

/** The idempotency key of a run; see `RunRecord.tickId`. */
export function tickIdOf(path: string, runId: string, trigger: RunTrigger, scheduledAt: number): string {
  return `${path}@${trigger === 'manual' ? `manual:${runId}` : isoText(scheduledAt)}`;
}

/** The due moment of a run, or the moment at which an operator asked for it. */
export interface Moment {
  readonly trigger: RunTrigger;
  /** Epoch milliseconds. */
  readonly scheduledAt: number;
  /** Called with the record once the outcome is decided. */
  readonly decided?: (record: RunRecord) => void;
  /** The async context of whoever asked for the run, kept until that is over, for the interceptors. */
  asker?: AsyncResource;
}

/** A run, or a due moment without one, as the ledger keeps it. Its record is built when it is read. */
export interface RememberedRun {
  readonly runId: string;
  /** When it began or was skipped: epoch milliseconds. */
  readonly recordedAt: number;
  readonly outcome: RunOutcome | undefined;
  readonly record: RunRecord;
}

/** The task of a run, which knows its ids. */
export interface RunTask extends TaskLabel {
  /** The id of the run with that number. */
  runIdOf(number: number): string;
}

/** A run that has succeeded at its due moment, from the numbers that are kept of it. Instants are epoch milliseconds. */
export class SucceededRun implements RememberedRun {
  readonly outcome = 'succeeded';
  readonly #task: RunTask;
  readonly #number: number;
  readonly #scheduledAt: number;
  readonly #finishedAt: number;

  constructor(
    task: RunTask,
    number: number,
    scheduledAt: number,
    readonly recordedAt: number,
    finishedAt: number,
  ) {
    this.#task = task;
    this.#number = number;
    this.#scheduledAt = scheduledAt;
    this.#finishedAt = finishedAt;
  }

  get runId(): string {
    return this.#task.runIdOf(this.#number);
  }

  get record(): RunRecord {
    const { listener, task, path } = this.#task;
    return Object.freeze({
      runId: this.runId,
      tickId: tickIdOf(path, this.runId, 'schedule', this.#scheduledAt),
      listener,
      task,
      trigger: 'schedule',
      scheduledAt: isoText(this.#scheduledAt),
      startedAt: isoText(this.recordedAt),
      finishedAt: isoText(this.#finishedAt),
      outcome: this.outcome,
    });
  }
}

/** A run, or a due moment without one, that an event is about. */
export interface AnnouncedRun extends RememberedRun {
  /** Undefined for a run of another process. */
  readonly moment?: Moment;
  /** The number at the end of its id; undefined when the id was made elsewhere, and without a run. */
  readonly numberOfId?: number | undefined;
  /** Why there is no run. */
  readonly reason?: SkipReason;
  /** Several due moments that were missed at once. */
  readonly missed?: MissedMoments | undefined;
  /** The due moment; undefined without a run. */
  readonly dueAt?: number;
  /** When the outcome was decided; undefined before, and without a run. */
  readonly endedAt?: number;
}

/** The payload of an event about a run. Its record is built when it is first read. */
export class RunNotice implements RunEvent {
  readonly listener: string;
  readonly task: string;
  readonly runId: string;
  readonly outcome?: RunOutcome;
  readonly #run: AnnouncedRun;
  #record: RunRecord | undefined;

  constructor({ listener, task }: TaskLabel, run: AnnouncedRun) {
    this.listener = listener;
    this.task = task;
    this.runId = run.runId;
    if (run.outcome !== undefined) this.outcome = run.outcome;
    this.#run = run;
    // All subscribers are given this one.
    Object.freeze(this);
  }

  /** The run behind an event, for a subscriber that can do without its record. */
  static runOf(event: RunEvent): AnnouncedRun {
    return (event as RunNotice).#run;
  }

  get reason(): SkipReason | undefined {
    return this.#run.reason;
  }

  get missed(): number {
    return this.#run.missed?.count ?? 0;
  }

  get lateMs(): number | undefined {
    const { dueAt, recordedAt } = this.#run;
    return dueAt === undefined ? undefined : recordedAt - dueAt;
  }

  get durationMs(): number | undefined {
    const { endedAt, recordedAt } = this.#run;
    return endedAt === undefined ? undefined : endedAt - recordedAt;
  }

  get record(): RunRecord {
    return (this.#record ??= this.#run.record);
  }
}

/** A time in epoch milliseconds, and by how much its ends may be off. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly slack: number;
}

/** Due moments that passed without a run. Epoch milliseconds. */
export interface MissedMoments {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A due moment, or several missed ones, without a run. */
export class SkippedRun implements AnnouncedRun {
  readonly outcome = 'skipped';
  readonly #label: TaskLabel;
  readonly #moment: Moment;

  constructor(
    label: TaskLabel,
    moment: Moment,
    readonly runId: string,
    readonly reason: SkipReason,
    readonly recordedAt: number,
    readonly missed?: MissedMoments,
    readonly detail?: string,
  ) {
    this.#label = label;
    this.#moment = moment;
    if (moment.asker !== undefined) moment.asker = undefined;
  }

  get record(): RunRecord {
    const { trigger, scheduledAt } = this.#moment;
    const { missed, detail } = this;
    return deepFreeze<RunRecord>({
      runId: this.runId,
      tickId: tickIdOf(this.#label.path, this.runId, trigger, scheduledAt),
      listener: this.#label.listener,
      task: this.#label.task,
      trigger,
      scheduledAt: isoText(scheduledAt),
      outcome: 'skipped',
      reason: this.reason,
      ...(detail === undefined ? {} : { detail }),
      ...(missed === undefined
        ? {}
        : { missed: { from: isoText(missed.from), to: isoText(missed.to), count: missed.count } }),
    });
  }
}
