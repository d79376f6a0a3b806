import type { DaemonApplication } from '../../application/DaemonApplication';
import type { Duration } from '../../contracts/Duration';
import type { ApplicationState, ListenerState } from '../../contracts/states';
import type { ApplicationStatus } from '../../contracts/status';
import { UnknownListenerError } from '../../errors/taskErrors';
import { taskNamed } from '../../registry/registries';
import { type ArmedFaults, ListenerFault } from './ListenerFault';

/** The kinds of fault, each named as the method of {@link ListenerFault} that arms it. */
export type FaultName =
  'failStartup' | 'hangStartup' | 'slowStartup' | 'failTick' | 'hangTick' | 'failShutdown' | 'hangShutdown';

/** One fault as plain JSON, for an application in another process. */
export interface FaultSpec {
  /** The name of the listener. */
  readonly listener: string;
  /** The kind of fault. */
  readonly fault: FaultName;
  /** For `fail…`: the message of the error. @defaultValue a message that names the hook and the listener */
  readonly message?: string;
  /** For `slowStartup`: the delay before the startup. @defaultValue 0 */
  readonly duration?: Duration;
  /** For `failTick` and `hangTick`: the number of runs. @defaultValue 1 */
  readonly times?: number;
  /** For `failTick` and `hangTick`: the name of the task. @defaultValue `tick`, else the only one */
  readonly task?: string;
}

/** The environment variable from which the preload `daemonry/testing/faults` reads faults. */
export const FAULTS_VARIABLE = 'DAEMONRY_TEST_FAULTS';

/**
 * Writes faults as the environment variable `DAEMONRY_TEST_FAULTS` holds them, for the preload
 * `daemonry/testing/faults`.
 */
export const encodeFaults = (faults: readonly FaultSpec[]): string => JSON.stringify(faults);

/**
 * Arms faults that come as plain JSON.
 * @throws UnknownListenerError; what the methods of {@link ListenerFault} throw
 */
export function armFaults(app: DaemonApplication, faults: ArmedFaults, specs: readonly FaultSpec[]): void {
  for (const spec of specs) armFault(faultOf(app, faults, spec.listener), spec);
}

function armFault(target: ListenerFault, { fault, message, duration = 0, times = 1, task }: FaultSpec): void {
  const error = message === undefined ? undefined : new Error(message);
  switch (fault) {
    case 'failStartup':
    case 'failShutdown':
      target[fault](error);
      break;
    case 'hangStartup':
    case 'hangShutdown':
      target[fault]();
      break;
    case 'slowStartup':
      target.slowStartup(duration);
      break;
    case 'failTick':
      target.failTick({ times, task, error });
      break;
    case 'hangTick':
      target.hangTick({ times, task });
      break;
    default:
      throw new TypeError(`There is no fault ${JSON.stringify(fault)}.`);
  }
}

/** The states of an application in which listeners are started. */
const STARTS_LISTENERS: readonly ApplicationState[] = ['starting', 'running', 'degraded'];
/** The states that a start follows. */
const STARTS_LATER: readonly ListenerState[] = ['backing_off', 'blocked'];
/** The states that a start follows where the listener declares `restart`. */
const FAILS: readonly ListenerState[] = ['starting', 'running', 'died', 'stopping'];

/** The faults of the listener of that name. @throws UnknownListenerError */
export function faultOf(app: DaemonApplication, faults: ArmedFaults, name: string): ListenerFault {
  const known = app.listeners.list().map((entry) => entry.name);
  if (!known.includes(name)) throw new UnknownListenerError(name, known);
  const stateOf = ({ listeners }: ApplicationStatus): ListenerState =>
    listeners.find((listener) => listener.name === name)?.state ?? 'registered';
  return new ListenerFault(faults, {
    name,
    get state() {
      return stateOf(app.status());
    },
    get startsLater() {
      const status = app.status();
      if (!STARTS_LISTENERS.includes(status.state)) return false;
      const state = stateOf(status);
      return STARTS_LATER.includes(state) || (app.listeners.get(name)?.restart !== undefined && FAILS.includes(state));
    },
    method: (task) => taskNamed(name, app.daemons.get(name)?.tasks ?? [], task).method,
  });
}
