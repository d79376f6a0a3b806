import type { ListenerHooks } from '../contracts/hooks';
import { isDaemon } from '../contracts/ListenerDefinition';
import { type ApplicationStoppedError, HookTimeoutError } from '../errors/bootErrors';
import { serializeError, toError } from '../errors/serializeError';
import { HookCall } from '../execution/CallContext';
import type { Engine } from './Engine';
import type { ListenerRuntime } from './ListenerRuntime';
import { ShutdownCall } from './calls';
import { withDeadline } from '../time/withDeadline';

/** What is left to a shutdown when its time, or the grace, is used up. */
export const LAST_SECOND_MS = 1_000;

/** Takes one listener out of service: its run body and ticks, its shutdown, what it deferred. */
export class ListenerStopper {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Resolves, and never rejects, when the listener has stopped or its time is over.
   *
   * @param budget - milliseconds for all of it; a shutdown that could not begin in them still gets one second. Of one that
   * is `cut`, the shutdown does not wait for the work in flight.
   */
  async stop(runtime: ListenerRuntime, stopped: ApplicationStoppedError, budget: number): Promise<void> {
    const { clock, emit } = this.#engine;
    const began = clock.now();
    const until = began + budget;
    const left = (): number => Math.max(until - clock.now(), 0) || LAST_SECOND_MS;
    const errors: Error[] = [];
    runtime.machine.move('stopping');
    emit('listener.stopping', { listener: runtime.name });

    const settling = this.#settleWork(runtime, stopped, budget, errors);
    // The one second of a shutdown that is cut is not for waiting.
    if (!runtime.cut) await settling;
    const { hooks } = runtime;
    if (typeof hooks?.shutdown === 'function') await this.#shutdown(runtime, hooks, stopped.reason, left(), errors);
    await settling;
    errors.push(...(await this.#disposeWithin(runtime, left())));

    runtime.shutdownMs = clock.now() - began;
    if (errors.length === 0) {
      runtime.machine.move('stopped');
      emit('listener.stopped', { listener: runtime.name, shutdownMs: runtime.shutdownMs });
      return;
    }
    const error =
      errors.length === 1 && errors[0] !== undefined ? errors[0] : new AggregateError(errors, messages(errors));
    runtime.error = error;
    runtime.cut ||=
      budget < runtime.definition.shutdownTimeout && errors.some((one) => one instanceof HookTimeoutError);
    runtime.machine.move('shutdown_failed');
    emit('listener.shutdown_failed', { listener: runtime.name, error: serializeError(error), cut: runtime.cut });
  }

  /** Disposes what a startup deferred that came to nothing; what fails is logged. */
  async dispose(runtime: ListenerRuntime): Promise<void> {
    await this.logDisposal(runtime, this.#disposeWithin(runtime, runtime.definition.shutdownTimeout));
  }

  async logDisposal(runtime: ListenerRuntime, disposal: Promise<readonly Error[]>): Promise<void> {
    const log = this.#engine.logger(runtime.name);
    for (const error of await disposal) log.error('what the startup deferred could not be disposed', { error });
  }

  /** Shuts down a listener whose startup resolved too late; what fails is logged. */
  async shutdownLate(runtime: ListenerRuntime): Promise<void> {
    const errors: Error[] = [];
    const { shutdownTimeout } = runtime.definition;
    const { hooks } = runtime;
    if (typeof hooks?.shutdown === 'function') {
      await this.#shutdown(runtime, hooks, 'its startup came too late', shutdownTimeout, errors);
    }
    const log = this.#engine.logger(runtime.name);
    for (const error of errors) log.error('the shutdown after a late startup failed', { error });
    await this.dispose(runtime);
  }

  async #settleWork(runtime: ListenerRuntime, reason: Error, budget: number, errors: Error[]): Promise<void> {
    const { clock, scheduler } = this.#engine;
    const hasTasks = isDaemon(runtime.definition) && runtime.definition.tasks.length > 0;
    runtime.readyCall?.abort(reason);
    runtime.runCall?.abort(reason);
    const pending = new Set<string>();
    const work: Promise<void>[] = [];
    const watch = (what: string, promise: Promise<void>): void => {
      pending.add(what);
      work.push(promise.then(() => void pending.delete(what)));
    };
    if (runtime.readyCall?.isSettled === false && runtime.readyWork !== undefined) watch('ready', runtime.readyWork);
    if (runtime.runBody !== undefined) watch('run', runtime.runBody);
    if (hasTasks) watch('ticks', scheduler.closeListener(runtime.name, reason));
    if (work.length === 0) return;
    try {
      await withDeadline(clock, budget, Promise.all(work), () => {
        return new HookTimeoutError(runtime.name, 'shutdown', budget, { pending: [...pending].join(', ') });
      });
    } catch (error) {
      errors.push(toError(error));
      if (hasTasks) scheduler.abandon(runtime.name);
    }
  }

  async #shutdown(
    runtime: ListenerRuntime,
    hooks: ListenerHooks,
    reason: string,
    ms: number,
    errors: Error[],
  ): Promise<void> {
    const call = new ShutdownCall(this.#engine, runtime.name, reason);
    const work = call.execute(() => hooks.shutdown?.(call));
    const expired = (): Error => {
      const error = new HookTimeoutError(runtime.name, 'shutdown', ms);
      call.abort(error);
      return error;
    };
    const late = (error: unknown): void => {
      if (!call.isAbortedBy(error)) call.log.error('the shutdown failed after it had been given up', { error });
    };
    try {
      await withDeadline(this.#engine.clock, ms, work, expired, late);
    } catch (error) {
      errors.push(toError(error));
    }
  }

  async #disposeWithin(runtime: ListenerRuntime, ms: number): Promise<readonly Error[]> {
    const { disposers } = runtime;
    if (disposers === undefined) return [];
    const disposal = new HookCall(this.#engine, runtime.name, 'defer').execute(() => disposers.dispose());
    try {
      return await withDeadline(this.#engine.clock, ms, disposal, () => {
        void this.logDisposal(runtime, disposal);
        return new HookTimeoutError(runtime.name, 'shutdown', ms, { pending: 'a deferred disposer' });
      });
    } catch (error) {
      return [toError(error)];
    }
  }
}

const messages = (errors: readonly Error[]): string => errors.map((error) => error.message).join('\n');
