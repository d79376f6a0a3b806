import type { ListenerEntry } from '../contracts/entries';
import type { ListenerHooks } from '../contracts/hooks';
import { isDaemon } from '../contracts/ListenerDefinition';
import { type ApplicationStoppedError, HookTimeoutError } from '../errors/bootErrors';
import { messageOf, serializeError, toError } from '../errors/serializeError';
import { HookCall } from '../execution/CallContext';
import { settleWithin } from '../time/settleWithin';
import { type Disposers, ShutdownCall, hookOf } from './calls';
import type { Engine } from './Engine';
import { lastRunning, type ListenerRuntime, type Running } from './ListenerRuntime';

/** The time a shutdown still gets when its own time, or the grace, is used up. */
export const LAST_SECOND_MS = 1_000;

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
  /** Why the listener had died before. */
  readonly death: Error | undefined;
  readonly limits: StopLimits;
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
   * Stops a listener that runs or has died. Resolves, and never rejects, when it has stopped or its time is over; returns
   * undefined when it has stopped at once.
   */
  stop(runtime: ListenerRuntime, stopped: ApplicationStoppedError, limits: StopLimits): Promise<void> | undefined {
    const { clock, emit, hears } = this.#engine;
    const { name, current } = runtime;
    const running = lastRunning(current);
    if (running === undefined) return undefined;
    const death = current.state === 'died' ? current.error : undefined;
    const stop: StopInFlight = { runtime, running, death, limits, began: clock.now(), errors: [] };
    runtime.move({ state: 'stopping', running, death });
    if (hears('listener.stopping')) emit('listener.stopping', { listener: name });

    const settling = this.#settleWork(stop, stopped);
    const hook = hookOf(running.hooks, 'shutdown');
    // Most listeners hold nothing that has to be waited for.
    if (settling === undefined && hook === undefined && running.disposers?.close() !== true) this.#ended(stop);
    else return this.#finish(stop, stopped.reason, settling, hook);
  }

  async #finish(
    stop: StopInFlight,
    reason: string,
    settling: Promise<void> | undefined,
    hook: ShutdownHook | undefined,
  ): Promise<void> {
    const { clock } = this.#engine;
    const { runtime, running, limits, began, errors } = stop;
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

  #ended({ runtime, running, death, limits: { budget, cut }, began, errors }: StopInFlight): void {
    const { clock, emit, hears } = this.#engine;
    const { name, definition } = runtime;
    const shutdownMs = clock.now() - began;
    const [first] = errors;
    if (first === undefined) {
      runtime.move({ state: 'stopped', running, death, shutdownMs, cut });
      if (hears('listener.stopped')) emit('listener.stopped', { listener: name, shutdownMs });
      return;
    }
    const error = errors.length === 1 ? first : new AggregateError(errors, messages(errors));
    const isCut = cut || (budget < definition.shutdownTimeout && errors.some((one) => one instanceof HookTimeoutError));
    runtime.move({ state: 'shutdown_failed', running, error, shutdownMs, cut: isCut });
    emit('listener.shutdown_failed', { listener: name, error: serializeError(error, this.#engine.redact), cut: isCut });
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

  /** Shuts down a listener whose startup resolved after it had been given up, and owns that; failures are logged. */
  shutDownLate({ name, shutdownTimeout }: ListenerEntry, hooks: ListenerHooks, disposers: Disposers): void {
    const shutDown = async (): Promise<void> => {
      const errors: Error[] = [];
      const hook = hookOf(hooks, 'shutdown');
      if (hook !== undefined)
        await this.#shutDown(name, hook, hooks, 'its startup came too late', shutdownTimeout, errors);
      const log = this.#engine.logger(name);
      for (const error of errors) log.error('the shutdown after a late startup failed', { error });
      await this.dispose(name, disposers, shutdownTimeout);
    };
    this.own(shutDown());
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
  #settleWork(
    { runtime: { name, definition }, running: { ready, run }, limits: { budget }, errors }: StopInFlight,
    reason: Error,
  ): Promise<void> | undefined {
    const { clock, scheduler } = this.#engine;
    ready?.abort(reason);
    run?.abort(reason);
    const ticks =
      isDaemon(definition) && definition.tasks.length > 0 ? scheduler.closeListener(name, reason) : undefined;
    if (ticks === undefined && run === undefined && ready?.isSettled !== false) return undefined;
    const pending = new Set<string>();
    const work: Promise<void>[] = [];
    const watch = (what: string, promise: Promise<void>): void => {
      pending.add(what);
      work.push(promise.then(() => void pending.delete(what)));
    };
    if (ready?.isSettled === false) watch('ready', ready.ended);
    if (run !== undefined) watch('run', run.ended);
    if (ticks !== undefined) watch('ticks', ticks);
    const expired = (): Error => new HookTimeoutError(name, 'shutdown', budget, { pending: [...pending].join(', ') });
    return settleWithin(clock, budget, Promise.all(work), expired).then(undefined, (error: unknown) => {
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

const messages = (errors: readonly Error[]): string => errors.map((error) => messageOf(error)).join('\n');
