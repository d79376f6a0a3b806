import type { Clock, ClockTimer } from '../contracts/Clock';
import type { HookContext } from '../contracts/contexts';
import type { Duration } from '../contracts/Duration';
import type { ListenerLogger, LogFields } from '../contracts/ListenerLogger';
import { durationMs, formatDuration } from '../time/duration';
import { isThenable, refusalOf, settlementOf, trackCallback, type PendingCallback } from './PendingCallback';
import { runInExecution, type ExecutionContext } from './ExecutionContext';
import { nameOf } from '../errors/serializeError';

/**
 * The base of every context that a user's callback is given. It is the store of the async context as well. The signal and
 * the logger are made when they are first read: most callbacks read neither.
 */
export abstract class CallContext implements HookContext, ExecutionContext {
  readonly callback: PendingCallback;
  readonly #environment: CallEnvironment;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  // Sleeps do without the signal: making one costs more than all the rest of a short call.
  #sleeps: Set<(reason: Error) => void> | undefined;
  // Only while their time is not over: a `run` body makes one after another for months.
  #timeouts: Set<TimeoutInFlight> | undefined;
  #log: ListenerLogger | undefined;
  #isSettled = false;

  /** @param callback - the name of the callback among those of its listener. @defaultValue that of the hook */
  protected constructor(
    environment: CallEnvironment,
    readonly listener: string,
    readonly hook: string,
    callback = hook,
  ) {
    this.#environment = environment;
    this.callback = trackCallback(environment.clock, listener, callback);
  }

  get name(): string {
    return this.listener;
  }

  get sessionId(): string {
    return this.#environment.sessionId;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  get clock(): Clock {
    return this.#environment.clock;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  get log(): ListenerLogger {
    return (this.#log ??= this.#environment.logger(this.listener, this.logFields()));
  }

  /** The fields that log lines of this call carry beside the listener. */
  protected logFields(): LogFields | undefined {
    return undefined;
  }

  get abortReason(): Error | undefined {
    return this.#abortReason;
  }

  /** True when `error` is only the answer to the abort: its reason, or an `AbortError`. */
  isAbortedBy(error: unknown): boolean {
    if (this.#abortReason === undefined) return false;
    return error === this.#abortReason || nameOf(error) === 'AbortError';
  }

  /** Aborts the signal and the sleeps in flight. The first reason is kept. */
  abort(reason: Error): void {
    if (this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    const controller = this.#controller;
    // Listeners of the signal are the author's code: they belong to this call, whoever aborts.
    const timeouts = this.#timeouts;
    if (controller !== undefined || timeouts !== undefined) {
      runInExecution(this, () => {
        controller?.abort(reason);
        for (const { abort } of timeouts ?? []) abort(reason);
      });
    }
    for (const interrupt of this.#sleeps ?? []) interrupt(reason);
  }

  // Authors take contexts apart (`{ signal, sleep }`), so these functions must work without their object.

  get requestShutdown(): (reason: string) => void {
    return (reason) => {
      this.#environment.requestShutdown(reason);
    };
  }

  get sleep(): (duration: Duration) => Promise<void> {
    return (duration) => this.#sleep(duration);
  }

  get timeout(): (duration: Duration) => AbortSignal {
    return (duration) => this.#timeout(duration);
  }

  /** Marks the callback as over. {@link execute} and {@link perform} do so themselves. */
  settle(): void {
    this.#isSettled = true;
    this.callback.settled();
    if (this.#timeouts !== undefined) for (const { timer } of this.#timeouts) timer.cancel();
  }

  /** Calls a user's callback in this async context. The promise, which the caller owns, settles as the callback does. */
  async execute<T>(callback: () => T | Promise<T>): Promise<T> {
    try {
      const answer = await runInExecution(this, callback);
      const refusal = refusalOf(answer, this);
      if (refusal !== undefined) throw refusal;
      return answer;
    } finally {
      this.settle();
    }
  }

  /**
   * Calls a user's callback in this async context, and `returned` or `failed` once it has settled: at once, unless it
   * returns a promise. Returns true while it is in flight.
   */
  perform<T>(
    callback: () => T | PromiseLike<T>,
    returned: (value: T) => void,
    failed: (error: unknown) => void,
  ): boolean {
    let result: T;
    try {
      const answer = runInExecution(this, callback);
      if (isThenable(answer)) {
        // No async function of ours: each promise has a price where async contexts are followed.
        settlementOf(answer).then(
          (value) => {
            this.settle();
            this.#answered(value, returned, failed);
          },
          (error: unknown) => {
            this.settle();
            failed(error);
          },
        );
        return true;
      }
      result = answer;
    } catch (error) {
      this.settle();
      failed(error);
      return false;
    }
    this.settle();
    this.#answered(result, returned, failed);
    return false;
  }

  #answered<T>(answer: T, returned: (value: T) => void, failed: (error: unknown) => void): void {
    const refusal = refusalOf(answer, this);
    if (refusal === undefined) returned(answer);
    else failed(refusal);
  }

  #timeout(duration: Duration): AbortSignal {
    const ms = durationMs(duration);
    const controller = new AbortController();
    if (this.#abortReason !== undefined) {
      controller.abort(this.#abortReason);
      return controller.signal;
    }
    const abort = (reason: Error): void => {
      this.#timeouts?.delete(inFlight);
      inFlight.timer.cancel();
      controller.abort(reason);
    };
    const expire = (): void => {
      const error = new Error(`${formatDuration(ms)} have passed in ${this.listener}.${this.hook}`);
      error.name = 'TimeoutError';
      abort(error);
    };
    const inFlight = { timer: this.clock.at(this.clock.now() + ms, expire, { deadline: true }), abort };
    (this.#timeouts ??= new Set()).add(inFlight);
    return controller.signal;
  }

  async #sleep(duration: Duration): Promise<void> {
    const until = this.clock.now() + durationMs(duration);
    if (this.#abortReason !== undefined) throw this.#abortReason;
    await new Promise<void>((resolve, reject) => {
      const wake = (settle: () => void): void => {
        this.#sleeps?.delete(interrupt);
        timer.cancel();
        this.callback.resumed();
        settle();
      };
      const interrupt = (reason: Error): void => {
        wake(() => {
          reject(reason);
        });
      };
      this.callback.waiting();
      const timer = this.clock.at(
        until,
        () => {
          wake(resolve);
        },
        { elapsed: true },
      );
      (this.#sleeps ??= new Set()).add(interrupt);
    });
  }
}

/** A signal that {@link CallContext.timeout} has made, and that nothing has aborted yet. */
interface TimeoutInFlight {
  readonly timer: ClockTimer;
  readonly abort: (reason: Error) => void;
}

/** The parts of an application that the contexts of its hooks and runs use. */
export interface CallEnvironment {
  /** Differs for every application of a process. */
  readonly sessionId: string;
  readonly clock: Clock;
  /** A logger whose lines carry the listener's name and `bound`. */
  logger(listener: string, bound?: LogFields): ListenerLogger;
  /** Asks the application to stop; returns at once. */
  requestShutdown(reason: string): void;
  /** Removes the secrets of the application from a text. */
  readonly redact: (text: string) => string;
}

/** One call of a listener's hook, and the context that the hook is given. */
export class HookCall extends CallContext {
  constructor(environment: CallEnvironment, listener: string, hook: string) {
    super(environment, listener, hook);
  }
}
