import type { Registry } from '../contracts/Application';
import type { BackgroundDaemonEntry } from '../contracts/entries';
import { type BootFailure, DaemonDiedError, DisabledDependencyError } from '../errors/bootErrors';
import { serializeError } from '../errors/serializeError';
import type { AfterBoot } from './AfterBoot';
import type { BootEnd } from './BootEnd';
import type { Engine } from './Engine';
import type { Blocked, Disabled, Failure, ListenerRuntime, Running, StartupFailed } from './ListenerRuntime';
import type { ListenerStopper } from './ListenerStopper';

/** A listener that was lost after the boot, and whose loss stops the application. */
export interface FatalLoss {
  readonly error: Error;
  /** The reason of the stop: `"mail" died`. */
  readonly reason: string;
}

/** The parts of the coordinator that {@link Failures} works with. */
export interface FailureParts {
  readonly engine: Engine;
  readonly daemons: Registry<BackgroundDaemonEntry>;
  readonly runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly stopper: ListenerStopper;
  readonly end: BootEnd;
  readonly afterBoot: () => AfterBoot;
  readonly isBooting: () => boolean;
  /** Called after the boot when a listener is lost; `loss` is given if that is fatal. */
  readonly changed: (loss?: FatalLoss) => void;
}

/**
 * Decides what it means that a listener fails, dies or is hindered: moves it to its new condition, announces that, and
 * aborts the boot or stops the application where it is fatal.
 */
export class Failures {
  readonly #parts: FailureParts;

  constructor(parts: FailureParts) {
    this.#parts = parts;
  }

  /** See `Coordinator`. */
  isFatal(name: string): boolean {
    const { daemons, engine } = this.#parts;
    try {
      return daemons.get(name)?.fatalOnStartupFailure ?? true;
    } catch (error) {
      const log = engine.logger(name);
      log.warn('its daemon entry could not be looked up: a startup failure counts as fatal', { error });
      return true;
    }
  }

  /** The startup of a listener has failed. */
  startupFailed(runtime: ListenerRuntime, outcome: StartupFailed): void {
    const { emit, redact, clock } = this.#parts.engine;
    const { supervisor } = this.#parts.afterBoot();
    const { phase, error, left } = outcome;
    const { name: listener } = runtime;
    const isFatal = this.isFatal(listener);
    const verdict = supervisor.judge(runtime, isFatal);
    const fatal = isFatal && verdict !== 'restart';
    let announce: (() => void) | undefined;
    if (verdict === 'none') runtime.move(outcome);
    else {
      const failure: Failure = { kind: 'startup_failed', phase, error };
      announce = supervisor.backOff(runtime, runtime.historyAt(clock.now()), failure, left);
    }
    emit('listener.startup_failed', { listener, phase, fatal, error: serializeError(error, redact) });
    announce?.();
    if (fatal) this.#lose({ listenerName: listener, phase, cause: error });
  }

  /** A running listener has died. */
  died(runtime: ListenerRuntime, running: Running, cause: Error): void {
    const { engine, stopper, isBooting, changed } = this.#parts;
    const { scheduler, emit, redact, clock } = engine;
    const { supervisor, dependents } = this.#parts.afterBoot();
    const { name: listener } = runtime;
    const error = new DaemonDiedError(listener, cause);
    const isFatal = this.isFatal(listener);
    const verdict = supervisor.judge(runtime, isFatal);
    const fatal = isFatal && verdict !== 'restart';
    const history = runtime.historyAt(clock.now());
    runtime.move({ state: 'died', running, error, history, isRestarted: verdict === 'restart' });
    running.run?.abort(error);
    const duringBoot = isBooting();
    if (!duringBoot) {
      dependents.lost(listener);
      const closing = scheduler.closeListener(listener, error);
      if (closing !== undefined) stopper.own(closing);
    }
    emit('listener.died', { listener, fatal, error: serializeError(error, redact) });
    if (fatal && verdict === 'give-up') emit('listener.restart_given_up', { listener, restarts: history.inRow });
    if (fatal) this.#lose({ listenerName: listener, phase: 'run', cause: error });
    if (duringBoot) return;
    changed();
    if (!fatal && verdict !== 'none') supervisor.retire(runtime, error);
  }

  /** A listener is not started, because it is disabled, or something that it needs is. */
  disabled(runtime: ListenerRuntime, outcome: Disabled): void {
    const { name: listener } = runtime;
    const { reason, needed } = outcome;
    runtime.move(outcome);
    this.#parts.engine.emit('listener.disabled', { listener, reason });
    if (needed === undefined || !this.isFatal(listener)) return;
    const cause = new DisabledDependencyError(listener, needed.name, needed.reason);
    this.#lose({ listenerName: listener, phase: 'blocked', cause, blockedBy: needed.name });
  }

  /** A listener is not started, because something that it needs does not run, or it is blocked still. */
  blocked(runtime: ListenerRuntime, blocked: Blocked): void {
    const { engine, runtimes, afterBoot } = this.#parts;
    const { name: listener } = runtime;
    const { blockedBy, error } = blocked;
    if (runtime.state !== 'blocked') {
      runtime.move(blocked);
      engine.emit('listener.blocked', { listener, blockedBy });
    }
    // After the boot, a fatal listener is lost only when what blocks it does not come back.
    const root = runtimes.get(blockedBy);
    if (root !== undefined && afterBoot().supervisor.comesBack(root)) return;
    if (this.isFatal(listener)) this.#lose({ listenerName: listener, phase: 'blocked', cause: error, blockedBy });
  }

  /** Aborts the boot after a fatal failure, or stops the application. A startup that gives up because of the stop is none. */
  #lose(failure: BootFailure): void {
    const { end, isBooting, changed } = this.#parts;
    if (isBooting()) end.fail(failure);
    else if (!end.isEarly || failure.phase === 'run')
      changed({ error: failure.cause, reason: `"${failure.listenerName}" ${fateOf(failure)}` });
  }
}

function fateOf({ phase }: BootFailure): string {
  if (phase === 'run') return 'died';
  return phase === 'blocked' ? 'cannot be started again' : 'failed to start again';
}
