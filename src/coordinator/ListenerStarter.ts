import type { StartupFailurePhase } from '../contracts/ApplicationEvents';
import type { ListenerHooks, OnStartup } from '../contracts/hooks';
import { ApplicationStoppedError } from '../errors/ApplicationStoppedError';
import { HookTimeoutError } from '../errors/HookTimeoutError';
import { toError } from '../errors/toError';
import { runInExecution } from '../execution/ExecutionContext';
import { HookCall } from '../execution/HookCall';
import type { CoordinatorHost } from './CoordinatorHost';
import { Disposers } from './Disposers';
import type { ListenerRuntime } from './ListenerRuntime';
import type { ListenerStopper } from './ListenerStopper';
import { StartupCall } from './StartupCall';
import { withDeadline } from './withDeadline';

/** What the coordinator wants to hear of a start. */
export interface StartObserver {
  started(runtime: ListenerRuntime): void;
  failed(runtime: ListenerRuntime, phase: StartupFailurePhase, error: Error): void;
  /** The listener called `fail` after its startup. */
  died(runtime: ListenerRuntime, error: Error): void;
  /** Work that goes on behind a decided startup. It does not reject. */
  straying(work: Promise<void>): void;
}

/** Constructs one listener and takes it through its startup. */
export class ListenerStarter {
  readonly #host: CoordinatorHost;
  readonly #stopper: ListenerStopper;
  readonly #observer: StartObserver;

  constructor(host: CoordinatorHost, stopper: ListenerStopper, observer: StartObserver) {
    this.#host = host;
    this.#stopper = stopper;
    this.#observer = observer;
  }

  /** Resolves, and never rejects, when the startup is decided: the runtime's state says how. */
  async start(runtime: ListenerRuntime): Promise<void> {
    runtime.machine.move('starting');
    runtime.startingAt = this.#host.clock.now();
    this.#host.emit('listener.starting', { listener: runtime.name });
    const instance = this.#construct(runtime);
    if (instance === undefined) return;
    if (typeof instance.startup === 'function') await this.#startup(runtime, instance as OnStartup);
    else this.#started(runtime);
  }

  #construct(runtime: ListenerRuntime): ListenerHooks | undefined {
    const call = new HookCall(this.#host, runtime.name, 'constructor');
    try {
      runtime.instance = runInExecution(call, () => this.#host.resolve(runtime.definition.id));
      return runtime.instance;
    } catch (error) {
      this.#fail(runtime, 'construct', toError(error));
      return undefined;
    } finally {
      call.settle();
    }
  }

  async #startup(runtime: ListenerRuntime, instance: OnStartup): Promise<void> {
    let failure: Error | undefined;
    const disposers = new Disposers((disposal) => {
      this.#observer.straying(this.#stopper.logDisposal(runtime, disposal));
    });
    const call = new StartupCall(
      this.#host,
      runtime.name,
      (error) => {
        if (!runtime.machine.is('starting')) this.#observer.died(runtime, toError(error));
        else call.abort((failure ??= toError(error)));
      },
      disposers,
    );
    runtime.disposers = disposers;
    runtime.startupCall = call;
    const work = call.execute(() => instance.startup(call));
    try {
      await this.#untilDecided(runtime, call, work);
      if (failure !== undefined) throw failure;
      if (call.disabledReason === undefined) this.#started(runtime);
      else await this.#disabled(runtime, call.disabledReason);
    } catch (thrown) {
      const error = toError(thrown);
      // Aborted, but not settled: somebody has given up waiting.
      if (!call.isSettled) this.#fence(runtime, work);
      await this.#stopper.dispose(runtime);
      if (isReaction(error, call.abortReason)) this.#stopped(runtime);
      else this.#fail(runtime, error instanceof HookTimeoutError ? 'timeout' : 'startup', error);
    } finally {
      runtime.startupCall = undefined;
      runtime.giveUp = undefined;
    }
  }

  #untilDecided(runtime: ListenerRuntime, call: StartupCall, work: Promise<void>): Promise<void> {
    const { startupTimeout } = runtime.definition;
    return new Promise<void>((resolve, reject) => {
      runtime.giveUp = reject;
      withDeadline(this.#host.clock, startupTimeout, work, () => {
        const error = new HookTimeoutError(runtime.name, 'startup', startupTimeout);
        call.abort(error);
        return error;
      }).then(resolve, reject);
    });
  }

  #started(runtime: ListenerRuntime): void {
    const now = this.#host.clock.now();
    runtime.machine.move('running');
    runtime.startedAt = now;
    runtime.startupMs = now - (runtime.startingAt ?? now);
    this.#host.emit('listener.started', { listener: runtime.name, startupMs: runtime.startupMs });
    this.#observer.started(runtime);
  }

  async #disabled(runtime: ListenerRuntime, reason: string): Promise<void> {
    await this.#stopper.dispose(runtime);
    runtime.disabledReason = reason;
    runtime.machine.move('disabled');
    this.#host.emit('listener.disabled', { listener: runtime.name, reason });
  }

  #stopped(runtime: ListenerRuntime): void {
    runtime.machine.move('stopped');
    this.#host.emit('listener.stopped', { listener: runtime.name, shutdownMs: 0 });
  }

  #fail(runtime: ListenerRuntime, phase: StartupFailurePhase, error: Error): void {
    runtime.error = error;
    runtime.failedPhase = phase;
    runtime.machine.move('startup_failed');
    this.#observer.failed(runtime, phase, error);
  }

  // A startup that resolves after it was given up must not leave a running listener behind.
  #fence(runtime: ListenerRuntime, work: Promise<void>): void {
    const log = this.#host.logger(runtime.name);
    work.then(
      () => {
        log.warn('the startup resolved after it had been given up: the listener is shut down at once');
        this.#observer.straying(this.#stopper.shutdownLate(runtime));
      },
      (error: unknown) => {
        log.warn('the startup failed after it had been given up', { error });
      },
    );
  }
}

/** The startup gave up because the application stops. */
function isReaction(error: Error, abortReason: Error | undefined): boolean {
  if (!(abortReason instanceof ApplicationStoppedError)) return false;
  return error === abortReason || error.name === 'AbortError';
}
