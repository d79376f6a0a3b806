import type { ApplicationState, ListenerState } from '../contracts/states';
import { IllegalMoveError } from '../errors/bootErrors';

/** For each state, the states that may follow it. */
export type Moves<S extends string> = Readonly<Record<S, readonly S[]>>;

/** The legal moves of a listener. One that is `registered` when the application stops was never started, and stays so. */
export const LISTENER_MOVES = {
  registered: ['disabled', 'blocked', 'starting'],
  // `stopped`: its startup gave up because the application stopped.
  starting: ['running', 'disabled', 'startup_failed', 'backing_off', 'stopped'],
  running: ['died', 'stopping'],
  // An operator restarts what was given up after its shutdown, at once or when hooks of its last life have settled.
  died: ['stopping', 'starting', 'backing_off'],
  // `backing_off`, `starting`, `blocked`, `disabled`: it was shut down to be started again. `disabled`, too: because a
  // listener that it needs has disabled itself.
  stopping: ['stopped', 'shutdown_failed', 'backing_off', 'starting', 'blocked', 'disabled'],
  // `blocked`, `disabled`: when its time has come, a listener that it needs does not run. `startup_failed`, `died`: it
  // has used up its restarts. `stopped`: the application stops.
  backing_off: ['starting', 'blocked', 'disabled', 'startup_failed', 'died', 'stopped'],
  // `starting`: its late start, once everything that it needs runs.
  blocked: ['starting', 'disabled'],
  // An operator restarts it, at once or when its last startup has settled.
  startup_failed: ['starting', 'backing_off'],
  disabled: [],
  stopped: [],
  shutdown_failed: [],
} as const satisfies Moves<ListenerState>;

/** The states of an application that are stored: `degraded` is `running` with something lost, and is derived. */
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

/**
 * Does nothing when `moves` allows the move.
 *
 * @param subject - what moves, for the error: `Listener "order_sync"`.
 * @throws IllegalMoveError when the table does not have the move.
 */
export function checkMove<S extends string>(moves: Moves<S>, from: S, to: S, subject: string): void {
  if (!moves[from].includes(to)) throw new IllegalMoveError(subject, from, to);
}
