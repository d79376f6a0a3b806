import type { StartupFailurePhase } from '../contracts/ApplicationEvents';
import type { ListenerHooks } from '../contracts/hooks';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import type { ListenerState } from '../contracts/states';
import type { ApplicationStoppedError } from '../errors/bootErrors';
import type { BackgroundCall, Disposers, RunCall } from './calls';
import { checkMove, LISTENER_MOVES } from './moves';

/** Nothing has happened to the listener yet. */
interface Registered {
  readonly state: 'registered';
}

/** The listener is switched off, by the configuration or by itself, or needs one that is. */
export interface Disabled {
  readonly state: 'disabled';
  readonly reason: string;
  /** The disabled listener that it needs, when it is disabled for that. */
  readonly needed?: { readonly name: string; readonly reason: string };
}

/** A listener that this one needs has failed: it is never started. */
export interface Blocked {
  readonly state: 'blocked';
  /** The listener that failed, through any number of blocked ones. */
  readonly blockedBy: string;
  /** Why that one failed. */
  readonly error: Error;
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
}

/** The startup has failed; nothing of the listener is left behind. */
export interface StartupFailed {
  readonly state: 'startup_failed';
  readonly phase: StartupFailurePhase;
  readonly error: Error;
}

/** The startup has succeeded. States that follow keep this one as `running`. */
export interface Running {
  readonly state: 'running';
  readonly instance: ListenerHooks;
  /** The object its hooks are called on: the instance, unless the engine puts something before it. */
  readonly hooks: ListenerHooks;
  /** When the startup was over, in epoch milliseconds. */
  readonly startedAt: number;
  readonly startupMs: number;
  /** Disposes what the startup deferred; undefined without a startup hook. */
  readonly disposers: Disposers | undefined;
  /** The call of the `run` body, once it has been made. */
  run: RunCall | undefined;
  /** The call of the `ready` hook, once it has been made. */
  ready: BackgroundCall | undefined;
  /** Why the ready hook failed. */
  readyError: Error | undefined;
}

/** The `run` body has ended, or the listener has declared itself failed. It is shut down at the stop. */
interface Died {
  readonly state: 'died';
  readonly running: Running;
  readonly error: Error;
}

/** The work in flight is being aborted, and the shutdown hook called. */
interface Stopping {
  readonly state: 'stopping';
  readonly running: Running;
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
  Registered | Disabled | Blocked | Starting | StartupFailed | Running | Died | Stopping | Stopped | ShutdownFailed;

const REGISTERED: Registered = { state: 'registered' };

/** One listener of an application: its definition, and its state, which changes only as {@link LISTENER_MOVES} allows. */
export class ListenerRuntime {
  #current: ListenerCondition = REGISTERED;

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

  /** @throws IllegalMoveError when the table does not have the move. */
  move(next: ListenerCondition): void {
    checkMove<ListenerState>(LISTENER_MOVES, this.#current.state, next.state, `Listener "${this.name}"`);
    this.#current = next;
  }

  /** True once nothing that waits for this listener has to wait any longer. */
  get isDecided(): boolean {
    const { state } = this.#current;
    return state !== 'registered' && state !== 'starting';
  }

  /** The newest failure that the status shows. */
  get error(): Error | undefined {
    const current = this.#current;
    switch (current.state) {
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
      case 'starting':
        return undefined;
    }
  }
}

/** The running state that a listener is in, or that came before its death or its stop; undefined if it never ran. */
export function lastRunning(condition: ListenerCondition): Running | undefined {
  if (condition.state === 'running') return condition;
  return 'running' in condition ? condition.running : undefined;
}
