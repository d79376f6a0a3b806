import type { EventSender } from '../contracts/ApplicationEvents';
import type { TickContext } from '../contracts/contexts';
import type { InterceptedRun } from '../contracts/RunInterceptor';
import { limited, type LogFields } from '../contracts/ListenerLogger';
import type { RunOutcome, RunRecord, RunTrigger } from '../contracts/RunRecord';
import type { SerializedError } from '../contracts/SerializedError';
import { HookTimeoutError } from '../errors/bootErrors';
import { RunRevokedError } from '../errors/taskErrors';
import { messageOf, serializeError, toError } from '../errors/serializeError';
import { CallContext, type CallEnvironment } from '../execution/CallContext';
import { runInExecution } from '../execution/ExecutionContext';
import { isThenable, refusalOf, settlementOf } from '../execution/PendingCallback';
import { isoText } from '../time/instant';
import type { TimerParts } from './DueTimer';
import { InterceptedCall, type Interception } from './InterceptedCall';
import type { LimitedRun, TickTimeouts } from './TickTimeouts';
import type { EndedHolds } from './EndedHolds';
import { tickIdOf, type MissedMoments, type Moment, type AnnouncedRun, type RunTask } from './runs';

/** The parts of a scheduler that its tasks share. */
export interface RunnerParts extends TimerParts, EventSender {
  readonly environment: CallEnvironment;
  /** Returns a new number at each call. */
  readonly nextRun: () => number;
  /** The id of the run with that number. */
  readonly runIdOf: (run: number) => string;
  /** Called when a listener is stuck, after the subscribers of that event. */
  readonly stuck: () => void;
  /** Called when a run that was stuck has settled. */
  readonly unstuck: () => void;
  /** The runs of all tasks that have outlived their timeout and have not settled. */
  readonly overdue: Set<TickRun>;
  /** Called with due moments that were missed while the application ran. */
  readonly missed: (task: string, moments: MissedMoments) => void;
  /** Called with a task whose due moment was skipped because an operator wanted the next one skipped. */
  readonly skippedNext: (listener: string, task: string) => void;
  /** The holds of operators that are over. */
  readonly ended: EndedHolds;
  /** Undefined when there is no interceptor. */
  interception: Interception | undefined;
  /** Remembers its latest answer. */
  readonly isoText: (ms: number) => string;
}

/** The task that a run belongs to. */
export interface RunOwner extends RunTask {
  readonly tickTimeout: number;
  /** Removes secrets from a text. */
  readonly redact: (text: string) => string;
  /** The interceptors around the handler; undefined when there is none. */
  readonly interception: Interception | undefined;
  /** Calls the handler. */
  call(context: TickContext): unknown;
  /** Limits the handlers that return a promise. */
  readonly timeouts: TickTimeouts;
  /** Called once the outcome is decided; the handler, if it goes on, cannot change it. */
  decided(run: TickRun, outcome: RunOutcome): void;
  /** Called when the handler has returned, so that its overlap slot is free. */
  settled(run: TickRun): void;
}

/** One execution of a task: the context its handler is given, and the record it leaves. */
export class TickRun extends CallContext implements InterceptedRun, AnnouncedRun, LimitedRun {
  static readonly #callHandler = (run: TickRun): unknown => {
    const { interception } = run.#owner;
    if (interception === undefined) return run.#owner.call(run);
    return new InterceptedCall(interception, run, () => run.#owner.call(run)).call();
  };

  readonly recordedAt: number;
  readonly #owner: RunOwner;
  readonly #moment: Moment;
  #isLimited = false;
  #outcome: RunOutcome | undefined;
  #finishedAt = 0;
  #error: SerializedError | undefined;
  #record: RunRecord | undefined;
  #settledCallbacks: (() => void)[] | undefined;

  /** @param now - the time on the clock. */
  constructor(
    environment: CallEnvironment,
    owner: RunOwner,
    moment: Moment,
    readonly number: number,
    now: number,
  ) {
    super(environment, owner.listener, 'tick', owner.task);
    this.#owner = owner;
    this.#moment = moment;
    this.recordedAt = now;
  }

  get task(): string {
    return this.#owner.task;
  }

  get runId(): string {
    return this.#owner.runIdOf(this.number);
  }

  get numberOfId(): number | undefined {
    return this.number;
  }

  get tickId(): string {
    return tickIdOf(this.#owner.path, this.runId, this.#moment.trigger, this.#moment.scheduledAt);
  }

  get trigger(): RunTrigger {
    return this.#moment.trigger;
  }

  get scheduledAt(): Date {
    return new Date(this.#moment.scheduledAt);
  }

  get startedAt(): Date {
    return new Date(this.recordedAt);
  }

  /** When the outcome was decided, in epoch milliseconds. */
  get finishedAt(): number {
    return this.#finishedAt;
  }

  get endedAt(): number | undefined {
    return this.#outcome === undefined ? undefined : this.#finishedAt;
  }

  get dueAt(): number {
    return this.#moment.scheduledAt;
  }

  get moment(): Moment {
    return this.#moment;
  }

  /** Undefined while the run is in flight. */
  get outcome(): RunOutcome | undefined {
    return this.#outcome;
  }

  /** True when it has outlived its timeout and has not settled. */
  get isStuck(): boolean {
    return this.#outcome === 'timed_out' && !this.isSettled;
  }

  get fencingToken(): bigint | undefined {
    return undefined;
  }

  get commit(): <T>(fn: () => T) => T {
    return (fn) => {
      const reason = this.revocation();
      if (reason !== undefined) throw new RunRevokedError(this.tickId, reason);
      return fn();
    };
  }

  get inTriggerContext(): <T>(fn: () => T) => T | undefined {
    return (fn) => this.#moment.asker?.runInAsyncScope(fn);
  }

  /** Built at each read while the run is in flight, and kept once the outcome is decided. */
  get record(): RunRecord {
    if (this.#record !== undefined) return this.#record;
    const record: RunRecord = this.describe();
    if (this.#outcome !== undefined) this.#record = record;
    return Object.freeze(record);
  }

  protected describe(): RunRecord {
    return {
      runId: this.runId,
      tickId: this.tickId,
      listener: this.listener,
      task: this.task,
      trigger: this.trigger,
      scheduledAt: isoText(this.#moment.scheduledAt),
      startedAt: isoText(this.recordedAt),
      ...(this.#outcome === undefined ? {} : { finishedAt: isoText(this.#finishedAt), outcome: this.#outcome }),
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }

  /** Calls the handler. If that returns no promise, the run has settled when this returns. */
  begin(): void {
    let result: unknown;
    let isPending: boolean;
    try {
      result = runInExecution(this, TickRun.#callHandler);
      isPending = isThenable(result);
    } catch (error) {
      this.#settle(error, true);
      return;
    }
    if (!isPending) {
      this.#answered(result);
      return;
    }
    this.#isLimited = true;
    this.#owner.timeouts.limit(this, this.recordedAt + this.#owner.tickTimeout);
    settlementOf(result as PromiseLike<unknown>).then(
      (answer) => {
        this.#answered(answer);
      },
      (error: unknown) => {
        this.#settle(error, true);
      },
    );
  }

  /** Aborts the signal and revokes the right to commit. Unless its outcome is decided, the run ends as `cancelled`. */
  override abort(reason: Error): void {
    this.#release();
    super.abort(reason);
  }

  /** Ends the run as `timed_out`, and aborts it. */
  timeOut(): void {
    const { listener, task, tickTimeout } = this.#owner;
    const error = new HookTimeoutError(listener, 'tick', tickTimeout, { task });
    this.decide('timed_out', this.clock.now(), error);
    this.abort(error);
  }

  /** Records the run as `cancelled` although its handler goes on. */
  abandon(): void {
    this.decide('cancelled', this.clock.now());
  }

  /** Calls `fn` when the handler has returned. */
  onSettled(fn: () => void): void {
    if (this.isSettled) fn();
    else (this.#settledCallbacks ??= []).push(fn);
  }

  protected override logFields(): LogFields {
    return { task: this.task, runId: this.runId };
  }

  /** Why the run may not commit any more, or undefined. */
  protected revocation(): string | undefined {
    if (this.abortReason !== undefined) return messageOf(this.abortReason);
    if (this.#outcome !== undefined) return 'it is over';
    // The deadline itself cannot come while a handler blocks the loop.
    return this.#isOverdue(this.clock.now()) ? 'its tickTimeout has passed' : undefined;
  }

  #release(): void {
    if (!this.#isLimited) return;
    this.#isLimited = false;
    this.#owner.timeouts.release(this);
  }

  #isOverdue(now: number): boolean {
    return now > this.recordedAt + this.#owner.tickTimeout;
  }

  #answered(answer: unknown): void {
    const refusal = refusalOf(answer, this);
    this.#settle(refusal, refusal !== undefined);
  }

  #settle(error: unknown, hasFailed: boolean): void {
    this.settle();
    this.#release();
    if (this.#moment.asker !== undefined) this.#moment.asker = undefined;
    const cause = hasFailed ? toError(error) : undefined;
    const now = this.clock.now();
    if (this.#outcome === undefined && this.abortReason === undefined && this.#isOverdue(now)) this.timeOut();
    if (this.#outcome === undefined) {
      if (this.abortReason !== undefined) this.decide('cancelled', now, cause === this.abortReason ? undefined : cause);
      else this.decide(hasFailed ? 'failed' : 'succeeded', now, cause);
    } else if (hasFailed && !this.isAbortedBy(error)) {
      this.log.warn(`the run failed after it had been recorded as ${this.#outcome}`, {
        error: cause,
        ...limited(`late ${this.#owner.path}`),
      });
    }
    this.#owner.settled(this);
    this.#settledCallbacks?.forEach((settled) => {
      settled();
    });
  }

  /** Decides the outcome, unless it is decided. */
  protected decide(outcome: RunOutcome, now: number, error?: Error): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#finishedAt = now;
    if (error !== undefined) this.#error = serializeError(error, this.#owner.redact);
    this.#owner.decided(this, outcome);
  }
}
