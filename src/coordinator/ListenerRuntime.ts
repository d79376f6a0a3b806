import type { ListenerHooks } from '../contracts/hooks';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import type { ListenerState } from '../contracts/states';
import type { StartupFailurePhase } from '../contracts/ApplicationEvents';
import type { HookCall } from '../execution/CallContext';
import { StateMachine } from './StateMachine';
import { LISTENER_MOVES } from './moves';
import type { Disposers, FallibleCall, StartupCall } from './calls';

/** What is known of one listener while its application lives. */
export class ListenerRuntime {
  readonly machine: StateMachine<ListenerState>;
  /** Set once it is constructed. */
  instance: ListenerHooks | undefined;
  /** What its hooks are called on: the instance, unless the engine puts something before it. */
  hooks: ListenerHooks | undefined;
  startingAt: number | undefined;
  startedAt: number | undefined;
  startupMs: number | undefined;
  shutdownMs: number | undefined;
  error: Error | undefined;
  failedPhase: StartupFailurePhase | undefined;
  blockedBy: string | undefined;
  disabledReason: string | undefined;
  /** Its shutdown had one second only, because the grace was used up. */
  cut = false;
  /** In flight while it is starting. */
  startupCall: StartupCall | undefined;
  /** Rejects the startup in flight, without waiting for it any longer. */
  giveUp: ((error: Error) => void) | undefined;
  disposers: Disposers | undefined;
  readyCall: HookCall | undefined;
  /** Settles, without rejecting, when the ready hook has. */
  readyWork: Promise<void> | undefined;
  runCall: FallibleCall | undefined;
  /** Settles, without rejecting, when the run body has. */
  runBody: Promise<void> | undefined;

  constructor(readonly definition: ListenerDefinition) {
    this.machine = new StateMachine<ListenerState>(`Listener "${definition.name}"`, LISTENER_MOVES, 'registered');
  }

  get name(): string {
    return this.definition.name;
  }

  get state(): ListenerState {
    return this.machine.state;
  }

  /** Nothing that waits for this listener has to wait any longer. */
  get isDecided(): boolean {
    return !this.machine.is('registered', 'starting');
  }

  /** It is of no use to those that need it, and that is a failure. */
  get isLost(): boolean {
    return this.machine.is('startup_failed', 'blocked', 'died');
  }
}
