import type { ListenerEntry } from '../contracts/entries';
import type { ListenerHooks } from '../contracts/hooks';
import { isDaemon } from '../contracts/ListenerDefinition';
import { type ApplicationStoppedError, HookTimeoutError } from '../errors/bootErrors';
import { serializeError, toError } from '../errors/serializeError';
import { HookCall } from '../execution/CallContext';
import { settleWithin } from '../time/settleWithin';
import { type Disposers, ShutdownCall } from './calls';
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

/** Takes one listener out of service: aborts its run body and ticks, calls its shutdown, disposes what it deferred. */
export class ListenerStopper {
  readonly #engine: Engine;
  /** Work that goes on after its listener has ended; {@link settleLateWork} waits for it. */
  readonly #lateWork = new Set<Promise<void>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Stops a listener that runs or has died. Resolves, and never rejects, when it has stopped or its time is over. */
  async stop(runtime: ListenerRuntime, stopped: ApplicationStoppedError, { budget, cut }: StopLimits): Promise<void> {
    const { clock, emit } = this.#engine;
    const { name, definition, current } = runtime;
    const running = lastRunning(current);
    if (running === undefined) return;
    const death = current.state === 'died' ? current.error : undefined;
    const began = clock.now();
    const until = began + budget;
    const left = (): number => Math.max(until - clock.now(), 0) || LAST_SECOND_MS;
    const errors: Error[] = [];
    runtime.move({ state: 'stopping', running, death });
    emit('listener.stopping', { listener: name });

    const settling = this.#settleWork(definition, running, stopped, budget, errors);
    // The one second of a shutdown that is cut is not for waiting.
    if (!cut) await settling;
    await this.#shutDown(name, running.hooks, stopped.reason, left(), errors);
    await settling;
    if (running.disposers?.close() === true)
      errors.push(...(await this.#disposeWithin(name, running.disposers, left())));

    const shutdownMs = clock.now() - began;
    const [first] = errors;
    if (first === undefined) {
      runtime.move({ state: 'stopped', running, death, shutdownMs, cut });
      emit('listener.stopped', { listener: name, shutdownMs });
      return;
    }
    const error = errors.length === 1 ? first : new AggregateError(errors, messages(errors));
    const isCut = cut || (budget < definition.shutdownTimeout && errors.some((one) => one instanceof HookTimeoutError));
    runtime.move({ state: 'shutdown_failed', running, error, shutdownMs, cut: isCut });
    emit('listener.shutdown_failed', { listener: name, error: serializeError(error), cut: isCut });
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
      await this.#shutDown(name, hooks, 'its startup came too late', shutdownTimeout, errors);
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

  /** Aborts the hooks and ticks in flight, and waits for them. */
  async #settleWork(
    definition: ListenerEntry,
    { ready, run }: Running,
    reason: Error,
    budget: number,
    errors: Error[],
  ): Promise<void> {
    const { clock, scheduler } = this.#engine;
    const { name } = definition;
    const hasTasks = isDaemon(definition) && definition.tasks.length > 0;
    const pending = new Set<string>();
    const work: Promise<void>[] = [];
    const watch = (what: string, promise: Promise<void>): void => {
      pending.add(what);
      work.push(promise.then(() => void pending.delete(what)));
    };
    ready?.abort(reason);
    run?.abort(reason);
    if (ready?.isSettled === false) watch('ready', ready.ended);
    if (run !== undefined) watch('run', run.ended);
    if (hasTasks) watch('ticks', scheduler.closeListener(name, reason));
    if (work.length === 0) return;
    try {
      await settleWithin(clock, budget, Promise.all(work), () => {
        return new HookTimeoutError(name, 'shutdown', budget, { pending: [...pending].join(', ') });
      });
    } catch (error) {
      errors.push(toError(error));
      if (hasTasks) scheduler.abandon(name);
    }
  }

  /** Calls the shutdown hook, if there is one, for `ms` at the most. */
  async #shutDown(listener: string, hooks: ListenerHooks, reason: string, ms: number, errors: Error[]): Promise<void> {
    if (typeof hooks.shutdown !== 'function') return;
    const call = new ShutdownCall(this.#engine, listener, reason);
    const work = call.execute(() => hooks.shutdown?.(call));
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

const messages = (errors: readonly Error[]): string => errors.map((error) => error.message).join('\n');
