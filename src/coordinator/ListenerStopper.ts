import type { ListenerEntry } from '../contracts/entries';
import type { ListenerHooks } from '../contracts/hooks';
import { isDaemon } from '../contracts/ListenerDefinition';
import { HookTimeoutError } from '../errors/bootErrors';
import { messageOf, serializeError, toError } from '../errors/serializeError';
import { HookCall } from '../execution/CallContext';
import { settleWithin } from '../time/settleWithin';
import { type Disposers, ShutdownCall, hookOf } from './calls';
import type { Engine } from './Engine';
import { lastRunning, type ListenerRuntime, type Running, type Stopping, type WorkLeft } from './ListenerRuntime';

/** The time a shutdown still gets when its own time, or the grace, is used up. */
export const LAST_SECOND_MS = 1_000;

/** A shutdown of a listener that is to be started again. */
export interface Retirement {
  /** False once the application stops: the listener ends as stopped then. */
  readonly isWanted: () => boolean;
  /** Called in place of the move to `stopped` or `shutdown_failed`. `left`: hooks that have not settled. */
  readonly retired: (left: WorkLeft | undefined) => void;
}

interface StopLimits {
  /** Milliseconds for all of it; a shutdown that could not begin in them still gets one second. */
  readonly budget: number;
  /** The grace is used up: the shutdown does not wait for the work in flight. */
  readonly cut: boolean;
}

/** A stop of one listener. */
interface StopInFlight {
  readonly runtime: ListenerRuntime;
  readonly running: Running;
  readonly stopping: Stopping;
  /** The abort reason of what is in flight. */
  readonly cause: Error;
  /** Told to the shutdown hook. */
  readonly reason: string;
  readonly limits: StopLimits;
  readonly retirement: Retirement | undefined;
  /** Settles when all hooks in flight have. */
  work: Promise<unknown> | undefined;
  /** Epoch milliseconds. */
  readonly began: number;
  /** The failures on the way. */
  readonly errors: Error[];
}

type ShutdownHook = NonNullable<ListenerHooks['shutdown']>;

/** Takes one listener out of service: aborts its run body and ticks, calls its shutdown, disposes what it deferred. */
export class ListenerStopper {
  readonly #engine: Engine;
  /** Work that goes on after its listener has ended; {@link settleLateWork} waits for it. */
  readonly #lateWork = new Set<Promise<void>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Stops a listener that runs or has died, or waits for a stop that has begun. Resolves, and never rejects, when it has
   * stopped or its time is over; returns undefined when it has stopped at once.
   *
   * @param cause - the abort reason of what is in flight.
   * @param reason - told to the shutdown hook.
   * @param retirement - given if it is to be started again.
   */
  stop(
    runtime: ListenerRuntime,
    cause: Error,
    reason: string,
    limits: StopLimits,
    retirement?: Retirement,
  ): Promise<void> | undefined {
    const { clock, emit, hears } = this.#engine;
    const { name, current } = runtime;
    if (current.state === 'stopping') return this.#join(runtime, current, limits);
    // A shutdown for a restart may be over when the stop comes to it.
    if (current.state !== 'running' && current.state !== 'died') return undefined;
    const running = lastRunning(current);
    if (running === undefined) return undefined;
    const death = current.state === 'died' ? current.error : undefined;
    const isRestart = retirement !== undefined;
    const stopping: Stopping = { state: 'stopping', running, isRestart, ended: undefined, pending: new Set(), death };
    const stop: StopInFlight = {
      runtime,
      running,
      stopping,
      cause,
      reason,
      limits,
      retirement,
      work: undefined,
      began: clock.now(),
      errors: [],
    };
    runtime.move(stopping);
    if (hears('listener.stopping')) emit('listener.stopping', { listener: name });

    const settling = this.#settleWork(stop);
    const hook = hookOf(running.hooks, 'shutdown');
    // Most listeners hold nothing that has to be waited for.
    if (settling === undefined && hook === undefined && running.disposers?.close() !== true) this.#ended(stop);
    else stopping.ended = this.#finish(stop, settling, hook);
    return stopping.ended;
  }

  /** Waits for the end of a shutdown that began before the application stopped. */
  async #join(runtime: ListenerRuntime, stopping: Stopping, { budget, cut }: StopLimits): Promise<void> {
    const { clock, emit, redact, scheduler } = this.#engine;
    const { name } = runtime;
    const began = clock.now();
    try {
      const expired = (): Error => shutdownTimedOut(name, budget, stopping.pending);
      await settleWithin(clock, budget, Promise.resolve(stopping.ended), expired);
    } catch (thrown) {
      if (runtime.current !== stopping) return;
      if (stopping.pending.has('ticks')) scheduler.abandon(name);
      const error = toError(thrown);
      const isCut = cut || budget < runtime.definition.shutdownTimeout;
      const shutdownMs = clock.now() - began;
      runtime.move({ state: 'shutdown_failed', running: stopping.running, error, shutdownMs, cut: isCut });
      emit('listener.shutdown_failed', { listener: name, error: serializeError(error, redact), cut: isCut });
    }
  }

  async #finish(
    stop: StopInFlight,
    settling: Promise<void> | undefined,
    hook: ShutdownHook | undefined,
  ): Promise<void> {
    const { clock } = this.#engine;
    const { runtime, running, reason, limits, began, errors } = stop;
    const { name } = runtime;
    const until = began + limits.budget;
    const left = (): number => Math.max(until - clock.now(), 0) || LAST_SECOND_MS;
    // The one second of a shutdown that is cut is not for waiting.
    if (!limits.cut) await settling;
    if (hook !== undefined) await this.#shutDown(name, hook, running.hooks, reason, left(), errors);
    await settling;
    if (running.disposers?.close() === true)
      errors.push(...(await this.#disposeWithin(name, running.disposers, left())));
    this.#ended(stop);
  }

  #ended({ runtime, running, stopping, limits, retirement, work, began, errors }: StopInFlight): void {
    // The application may have given it up.
    if (runtime.current !== stopping) return;
    const { clock, emit, hears } = this.#engine;
    const { budget, cut } = limits;
    const { name, definition } = runtime;
    const shutdownMs = clock.now() - began;
    const isRestart = retirement?.isWanted() === true;
    const [first] = errors;
    if (first === undefined) {
      if (!isRestart) runtime.move({ state: 'stopped', running, death: stopping.death, shutdownMs, cut });
      if (hears('listener.stopped')) emit('listener.stopped', { listener: name, shutdownMs });
    } else {
      const error =
        errors.length === 1 ? first : new AggregateError(errors, errors.map((one) => messageOf(one)).join('\n'));
      const isCut =
        cut || (budget < definition.shutdownTimeout && errors.some((one) => one instanceof HookTimeoutError));
      if (!isRestart) runtime.move({ state: 'shutdown_failed', running, error, shutdownMs, cut: isCut });
      const failed = { listener: name, error: serializeError(error, this.#engine.redact), cut: isCut };
      emit('listener.shutdown_failed', failed);
    }
    if (!isRestart) return;
    const { pending } = stopping;
    retirement.retired(
      pending.size === 0 ? undefined : { pending, settled: Promise.resolve(work).then(() => undefined) },
    );
  }

  /** Disposes what a startup deferred that came to nothing, if it did; failures are logged. */
  dispose(listener: string, disposers: Disposers, ms: number): Promise<void> | undefined {
    if (!disposers.close()) return undefined;
    return this.#logDisposal(listener, this.#disposeWithin(listener, disposers, ms));
  }

  /** Owns the disposal of what a startup deferred after it had ended; failures are logged. */
  ownDisposal(listener: string, disposal: Promise<readonly Error[]>): void {
    this.own(this.#logDisposal(listener, disposal));
  }

  /**
   * Shuts down a listener whose startup resolved after it had been given up, and owns that; failures are logged. The
   * promise never rejects.
   */
  shutDownLate({ name, shutdownTimeout }: ListenerEntry, hooks: ListenerHooks, disposers: Disposers): Promise<void> {
    const shutDown = async (): Promise<void> => {
      const errors: Error[] = [];
      const hook = hookOf(hooks, 'shutdown');
      if (hook !== undefined)
        await this.#shutDown(name, hook, hooks, 'its startup came too late', shutdownTimeout, errors);
      const log = this.#engine.logger(name);
      for (const error of errors) log.error('the shutdown after a late startup failed', { error });
      await this.dispose(name, disposers, shutdownTimeout);
    };
    const work = shutDown();
    this.own(work);
    return work;
  }

  /** Owns work that goes on after its listener has ended. */
  own(work: Promise<void>): void {
    this.#lateWork.add(work);
    const settled = (): void => void this.#lateWork.delete(work);
    work.then(settled, settled);
  }

  /** Waits for the work that is owned, a second at the most. */
  async settleLateWork(): Promise<void> {
    if (this.#lateWork.size === 0) return;
    const { clock } = this.#engine;
    await new Promise<void>((resolve) => {
      const timer = clock.at(clock.now() + LAST_SECOND_MS, resolve, { deadline: true });
      void Promise.allSettled(this.#lateWork).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Aborts the hooks and ticks in flight, and waits for them; returns undefined when there are none. */
  #settleWork(stop: StopInFlight): Promise<void> | undefined {
    const { runtime, running, stopping, cause, limits, errors } = stop;
    const { pending } = stopping;
    const { name, definition } = runtime;
    const { ready, run } = running;
    const { budget } = limits;
    const { clock, scheduler } = this.#engine;
    ready?.abort(cause);
    run?.abort(cause);
    const ticks =
      isDaemon(definition) && definition.tasks.length > 0 ? scheduler.closeListener(name, cause) : undefined;
    if (ticks === undefined && run === undefined && ready?.isSettled !== false) return undefined;
    const work: Promise<void>[] = [];
    const watch = (what: string, promise: Promise<void>): void => {
      pending.add(what);
      work.push(promise.then(() => void pending.delete(what)));
    };
    if (ready?.isSettled === false) watch('ready', ready.ended);
    if (run !== undefined) watch('run', run.ended);
    if (ticks !== undefined) watch('ticks', ticks);
    const expired = (): Error => shutdownTimedOut(name, budget, pending);
    const all = Promise.all(work);
    stop.work = all;
    return settleWithin(clock, budget, all, expired).then(undefined, (error: unknown) => {
      errors.push(toError(error));
      if (ticks !== undefined) scheduler.abandon(name);
    });
  }

  /** Calls the shutdown hook for `ms` at the most. */
  async #shutDown(
    listener: string,
    hook: ShutdownHook,
    hooks: ListenerHooks,
    reason: string,
    ms: number,
    errors: Error[],
  ): Promise<void> {
    const call = new ShutdownCall(this.#engine, listener, reason);
    const work = call.execute(() => hook.call(hooks, call));
    const expired = (): Error => {
      const error = new HookTimeoutError(listener, 'shutdown', ms);
      call.abort(error);
      return error;
    };
    const late = (error: unknown): void => {
      if (!call.isAbortedBy(error)) call.log.error('the shutdown failed after it had been given up', { error });
    };
    try {
      await settleWithin(this.#engine.clock, ms, work, expired, late);
    } catch (error) {
      errors.push(toError(error));
    }
  }

  async #disposeWithin(listener: string, disposers: Disposers, ms: number): Promise<readonly Error[]> {
    const disposal = new HookCall(this.#engine, listener, 'defer').execute(() => disposers.dispose());
    try {
      return await settleWithin(this.#engine.clock, ms, disposal, () => {
        void this.#logDisposal(listener, disposal);
        return new HookTimeoutError(listener, 'shutdown', ms, { pending: 'a deferred disposer' });
      });
    } catch (error) {
      return [toError(error)];
    }
  }

  async #logDisposal(listener: string, disposal: Promise<readonly Error[]>): Promise<void> {
    const log = this.#engine.logger(listener);
    for (const error of await disposal) log.error('what the startup deferred could not be disposed', { error });
  }
}

const shutdownTimedOut = (listener: string, ms: number, pending: ReadonlySet<string>): Error =>
  new HookTimeoutError(listener, 'shutdown', ms, pending.size === 0 ? {} : { pending: [...pending].join(', ') });
