import type { ClockTimer } from '../contracts/Clock';
import type { TickContext } from '../contracts/contexts';
import type { LogFields } from '../contracts/ListenerLogger';
import type { RunOutcome, RunRecord, RunTrigger } from '../contracts/RunRecord';
import type { SerializedError } from '../contracts/SerializedError';
import { HookTimeoutError } from '../errors/bootErrors';
import { RunRevokedError } from '../errors/taskErrors';
import { serializeError, toError } from '../errors/serializeError';
import { CallContext, type CallEnvironment } from '../execution/CallContext';
import { runInExecution } from '../execution/ExecutionContext';
import { isThenable } from '../execution/PendingCallback';
import { isoText } from '../time/instant';
import { tickIdOf, type Moment, type RememberedRun, type TaskLabel } from './runs';

/** The task that a run belongs to. */
export interface RunOwner {
  readonly label: TaskLabel;
  readonly tickTimeout: number;
  /** Called once the outcome is decided; the handler, if it goes on, cannot change it. */
  decided(run: TickRun, outcome: RunOutcome): void;
  /** Called when the handler has returned, so that its overlap slot is free. */
  settled(run: TickRun): void;
}

/** One execution of a task: the context its handler is given, and the record it leaves. */
export class TickRun extends CallContext implements TickContext, RememberedRun {
  readonly recordedAt: number;
  readonly #owner: RunOwner;
  readonly #moment: Moment;
  #deadline: ClockTimer | undefined;
  #outcome: RunOutcome | undefined;
  #finishedAt = 0;
  #error: SerializedError | undefined;
  #record: RunRecord | undefined;
  #settledCallbacks: (() => void)[] | undefined;

  constructor(
    environment: CallEnvironment,
    owner: RunOwner,
    moment: Moment,
    readonly runId: string,
  ) {
    super(environment, owner.label.listener, 'tick', owner.label.path);
    this.#owner = owner;
    this.#moment = moment;
    this.recordedAt = this.clock.now();
  }

  get task(): string {
    return this.#owner.label.task;
  }

  get tickId(): string {
    return tickIdOf(this.#owner.label.path, this.runId, this.#moment.trigger, this.#moment.scheduledAt);
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

  get commit(): <T>(fn: () => T) => T {
    return (fn) => {
      const reason = this.#revocation();
      if (reason !== undefined) throw new RunRevokedError(this.tickId, reason);
      return fn();
    };
  }

  /** Built at each read while the run is in flight, and kept once the outcome is decided. */
  get record(): RunRecord {
    if (this.#record !== undefined) return this.#record;
    const record: RunRecord = {
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
    if (this.#outcome !== undefined) this.#record = record;
    return record;
  }

  /** Calls the handler. If that returns no promise, the run has settled when this returns. */
  begin(call: (context: TickContext) => unknown): void {
    let result: unknown;
    let isPending: boolean;
    try {
      result = runInExecution(this, call, this);
      isPending = isThenable(result);
    } catch (error) {
      this.#settle(error, true);
      return;
    }
    if (!isPending) {
      this.#settle(undefined, false);
      return;
    }
    const timeOut = (): void => {
      this.#timeOut();
    };
    this.#deadline = this.clock.at(this.recordedAt + this.#owner.tickTimeout, timeOut, { deadline: true });
    Promise.resolve(result).then(
      () => {
        this.#settle(undefined, false);
      },
      (error: unknown) => {
        this.#settle(error, true);
      },
    );
  }

  /** Aborts the signal and revokes the right to commit. Unless its outcome is decided, the run ends as `cancelled`. */
  override abort(reason: Error): void {
    this.#deadline?.cancel();
    super.abort(reason);
  }

  /** Records the run as `cancelled` although its handler goes on. */
  abandon(): void {
    this.#decide('cancelled');
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
  #revocation(): string | undefined {
    if (this.abortReason !== undefined) return this.abortReason.message;
    if (this.#outcome !== undefined) return 'it is over';
    // The deadline itself cannot come while a handler blocks the loop.
    return this.#isOverdue() ? 'its tickTimeout has passed' : undefined;
  }

  #isOverdue(): boolean {
    return this.clock.now() > this.recordedAt + this.#owner.tickTimeout;
  }

  #timeOut(): void {
    const { label, tickTimeout } = this.#owner;
    const error = new HookTimeoutError(label.listener, 'tick', tickTimeout, { task: label.task });
    this.#decide('timed_out', error);
    this.abort(error);
  }

  #settle(error: unknown, hasFailed: boolean): void {
    this.settle();
    this.#deadline?.cancel();
    const cause = hasFailed ? toError(error) : undefined;
    if (this.#outcome === undefined && this.abortReason === undefined && this.#isOverdue()) this.#timeOut();
    if (this.#outcome === undefined) {
      if (this.abortReason !== undefined) this.#decide('cancelled', cause === this.abortReason ? undefined : cause);
      else this.#decide(hasFailed ? 'failed' : 'succeeded', cause);
    } else if (hasFailed && !this.isAbortedBy(error)) {
      this.log.warn(`the run failed after it had been recorded as ${this.#outcome}`, { error: cause });
    }
    this.#owner.settled(this);
    this.#settledCallbacks?.forEach((settled) => {
      settled();
    });
  }

  #decide(outcome: RunOutcome, error?: Error): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#finishedAt = this.clock.now();
    if (error !== undefined) this.#error = serializeError(error);
    this.#owner.decided(this, outcome);
  }
}
