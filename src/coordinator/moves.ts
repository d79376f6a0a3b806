import type { ApplicationState, ListenerState } from '../contracts/states';
import type { Moves } from './StateMachine';

/** The legal moves of a listener. One that is `registered` when the application stops was never started, and stays so. */
export const LISTENER_MOVES = {
  registered: ['disabled', 'blocked', 'starting'],
  // `stopped`: its startup gave up because the application stopped.
  starting: ['running', 'disabled', 'startup_failed', 'stopped'],
  running: ['died', 'stopping'],
  died: ['stopping'],
  stopping: ['stopped', 'shutdown_failed'],
  disabled: [],
  startup_failed: [],
  blocked: [],
  stopped: [],
  shutdown_failed: [],
} as const satisfies Moves<ListenerState>;

/** `degraded` is `running` with something lost, and is derived. */
export type ApplicationPhase = Exclude<ApplicationState, 'degraded'>;

/** The legal moves of an application. */
export const APPLICATION_MOVES = {
  created: ['starting', 'stopped'],
  starting: ['running', 'stopping', 'failed'],
  running: ['stopping'],
  stopping: ['stopped', 'failed'],
  stopped: [],
  failed: [],
} as const satisfies Moves<ApplicationPhase>;
