import type { StartupFailurePhase } from '../contracts/ApplicationEvents';
import type { ClockTimer } from '../contracts/Clock';
import type { ListenerHooks } from '../contracts/hooks';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import type { ListenerState } from '../contracts/states';
import type { ApplicationStoppedError } from '../errors/bootErrors';
import type { BackgroundCall, Disposers, RunBody } from './calls';
import { checkMove, LISTENER_MOVES } from './moves';
import { NO_RESTARTS, type RestartHistory } from './RestartHistory';

/** Nothing has happened to the listener yet. */
interface Registered {
  readonly state: 'registered';
}

/** The listener is switched off, by the configuration or by itself, or needs one that is. */
export interface Disabled {
  readonly state: 'disabled';
  readonly reason: string;
  /** The disabled listener that it needs, when it is disabled for that. */
  readonly needed?: { readonly name: string; readonly reason: string } | undefined;
  /** True if it had run, or was to run again: the application lacks it against its will. */
  readonly wasInService?: true;
}

/** A listener that this one needs does not run: it is started once everything that it needs does. */
export interface Blocked {
  readonly state: 'blocked';
  /** The listener that failed, through any number of blocked ones. */
  readonly blockedBy: string;
  /** Why that one failed. */
  readonly error: Error;
  /** The restarts of a listener that had run before. */
  readonly history?: RestartHistory;
}

/** A startup that can be ended before its time. */
export interface EndableStartup {
  /** Aborts the startup hook, also when it has not been called yet. */
  abort(reason: ApplicationStoppedError): void;
  /** Waits no longer for the hook, which has failed to end within `ms` milliseconds. */
  giveUp(ms: number): void;
}

/** The listener is being constructed, or its startup hook is in flight. */
interface Starting {
  readonly state: 'starting';
  readonly startup: EndableStartup;
  readonly history: RestartHistory;
  /** The failure that it is restarted after; undefined when it is not. */
  readonly failure: Failure | undefined;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** Why a listener is to be started again. */
export type Failure =
  | { readonly kind: 'startup_failed'; readonly phase: StartupFailurePhase; readonly error: Error }
  | { readonly kind: 'died'; readonly error: Error };

/** Work of a listener that goes on although it has been given up. */
export interface WorkLeft {
  /** The hooks that are still in flight; empty once they have settled. */
  readonly pending: ReadonlySet<string>;
  /** Resolves when they have. */
  readonly settled: Promise<void>;
}

/** The startup has failed; nothing of the listener is left behind. */
export interface StartupFailed {
  readonly state: 'startup_failed';
  readonly phase: StartupFailurePhase;
  readonly error: Error;
  /** The startup hook, when it goes on after its time was over. */
  readonly left?: WorkLeft | undefined;
}

/** The listener has failed and is shut down; it waits to be started again. */
export interface BackingOff {
  readonly state: 'backing_off';
  /** Epoch milliseconds. */
  readonly restartAt: number;
  readonly history: RestartHistory;
  readonly failure: Failure;
  /** Hooks of its last life that have to settle first. */
  readonly left: WorkLeft | undefined;
  /** Undefined until the boot is decided, and once the time has come. */
  timer: ClockTimer | undefined;
  /** True once only {@link left} keeps it from being started. */
  isStuck: boolean;
}

/** The startup has succeeded. States that follow keep this one as `running`. */
export interface Running {
  readonly state: 'running';
  readonly instance: ListenerHooks;
  /** The object its hooks are called on: the instance, unless the engine puts something before it. */
  readonly hooks: ListenerHooks;
  /** True with a `health` hook. It is looked for in time: later, the objects of thousands have to be fetched from memory again. */
  readonly tellsHealth: boolean;
  /** When the startup was over, in epoch milliseconds. */
  readonly startedAt: number;
  readonly startupMs: number;
  /** Its restarts, when it started. */
  readonly history: RestartHistory;
  /** Disposes what the startup deferred; undefined without a startup hook. */
  readonly disposers: Disposers | undefined;
  /** The call of the `run` body, once it has been made. */
  run: RunBody | undefined;
  /** The call of the `ready` hook, once it has been made. */
  ready: BackgroundCall | undefined;
  /** Why the ready hook failed. */
  readyError: Error | undefined;
}

/** The `run` body has ended, or the listener has declared itself failed. */
interface Died {
  readonly state: 'died';
  /** Undefined when it has been shut down already. */
  readonly running: Running | undefined;
  readonly error: Error;
  readonly history: RestartHistory;
  /** True if it will be shut down and started again. */
  readonly isRestarted: boolean;
  /** Hooks that go on although it has been shut down. */
  readonly left?: WorkLeft | undefined;
}

/** The work in flight is being aborted, and the shutdown hook called. */
export interface Stopping {
  readonly state: 'stopping';
  readonly running: Running;
  /** True if it is shut down to be started again. */
  readonly isRestart: boolean;
  /** Resolves when it is over; undefined when that is at once. */
  ended: Promise<void> | undefined;
  /** The hooks in flight: those that have not settled. */
  readonly pending: Set<string>;
  /** Why the listener had died before the stop. */
  readonly death: Error | undefined;
}

/** The listener has been shut down, or its startup gave up because the application stopped. */
export interface Stopped {
  readonly state: 'stopped';
  /** Undefined when its startup gave up. */
  readonly running: Running | undefined;
  /** Why the listener had died before the stop. */
  readonly death: Error | undefined;
  /** Undefined when its startup gave up. */
  readonly shutdownMs: number | undefined;
  /** The grace was used up, so that its shutdown had one second only. */
  readonly cut: boolean;
}

/** The shutdown has failed, timed out or been cut. */
interface ShutdownFailed {
  readonly state: 'shutdown_failed';
  readonly running: Running;
  readonly error: Error;
  readonly shutdownMs: number;
  /** The grace was used up before the shutdown was over. */
  readonly cut: boolean;
}

/** The state of a listener, with the data that belongs to it. {@link LISTENER_MOVES} says which may follow which. */
export type ListenerCondition =
  | Registered
  | Disabled
  | Blocked
  | Starting
  | StartupFailed
  | BackingOff
  | Running
  | Died
  | Stopping
  | Stopped
  | ShutdownFailed;

const REGISTERED: Registered = { state: 'registered' };

/** One listener of an application: its definition, and its state, which changes only as {@link LISTENER_MOVES} allows. */
export class ListenerRuntime {
  #current: ListenerCondition = REGISTERED;
  #lastStart: number | undefined;

  constructor(readonly definition: ListenerDefinition) {}

  get name(): string {
    return this.definition.name;
  }

  /** The state with its data. */
  get current(): ListenerCondition {
    return this.#current;
  }

  get state(): ListenerState {
    return this.#current.state;
  }

  /** When its newest startup began, in epoch milliseconds; undefined before the first one. */
  get lastStart(): number | undefined {
    return this.#lastStart;
  }

  /** @throws IllegalMoveError when the table does not have the move. */
  move(next: ListenerCondition): void {
    checkMove<ListenerState>(LISTENER_MOVES, this.#current.state, next.state, `Listener "${this.name}"`);
    this.#current = next;
    if (next.state === 'starting') this.#lastStart = next.since;
  }

  /** True while the application lacks the listener: it failed, is blocked or disabled, or is being started again. */
  get isLost(): boolean {
    const { state } = this.#current;
    return state === 'blocked' || state === 'disabled' || this.failure !== undefined;
  }

  /** The failure that keeps the listener from running; undefined while it runs, or has not failed. */
  get failure(): { readonly kind: Failure['kind']; readonly error: Error; readonly isRestarted: boolean } | undefined {
    const current = this.#current;
    switch (current.state) {
      case 'startup_failed':
        return { kind: 'startup_failed', error: current.error, isRestarted: false };
      case 'died':
        return { kind: 'died', error: current.error, isRestarted: current.isRestarted };
      case 'backing_off':
        return { ...current.failure, isRestarted: true };
      case 'starting':
        return current.failure === undefined ? undefined : { ...current.failure, isRestarted: true };
      case 'stopping':
        return current.isRestart && current.death !== undefined
          ? { kind: 'died', error: current.death, isRestarted: true }
          : undefined;
      default:
        return undefined;
    }
  }

  /** True while the listener runs, is being started, or is to be started again. */
  get isInService(): boolean {
    const current = this.#current;
    switch (current.state) {
      case 'running':
      case 'starting':
      case 'backing_off':
        return true;
      case 'stopping':
        return current.isRestart;
      case 'died':
        return current.isRestarted;
      default:
        return false;
    }
  }

  /** The restarts in a row that the listener has behind it at `now`. */
  historyAt(now: number): RestartHistory {
    const current = this.#current;
    if (current.state === 'running') return historyOf(current, this.definition, now);
    const known = 'history' in current ? current.history : undefined;
    return known ?? NO_RESTARTS;
  }

  /** The newest failure that the status shows. */
  get error(): Error | undefined {
    const current = this.#current;
    switch (current.state) {
      case 'starting':
        return current.failure?.error;
      case 'backing_off':
        return current.failure.error;
      case 'startup_failed':
      case 'blocked':
      case 'died':
      case 'shutdown_failed':
        return current.error;
      case 'running':
        return current.readyError;
      case 'stopping':
      case 'stopped':
        return current.death ?? current.running?.readyError;
      case 'registered':
      case 'disabled':
        return undefined;
    }
  }
}

/** The running state that a listener is in, or that came before its death or its stop; undefined if it never ran. */
export function lastRunning(condition: ListenerCondition): Running | undefined {
  if (condition.state === 'running') return condition;
  return 'running' in condition ? condition.running : undefined;
}

/** The restarts in a row behind a listener that has run until `now`. */
function historyOf({ startedAt, history }: Running, { restart }: ListenerDefinition, now: number): RestartHistory {
  return restart === undefined || now - startedAt >= restart.resetAfter ? NO_RESTARTS : history;
}
