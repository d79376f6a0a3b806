import type { Duration } from '../../contracts/Duration';
import type { DaemonApplication } from '../../application/DaemonApplication';
import { taskNamed } from '../../registry/registries';
import { UnknownListenerError } from '../../errors/taskErrors';
import type { FaultLayer } from './FaultLayer';
import { ListenerFault } from './ListenerFault';

export type FaultName =
  'failStartup' | 'hangStartup' | 'slowStartup' | 'failTick' | 'hangTick' | 'failShutdown' | 'hangShutdown';

/** One fault as plain JSON, for an application in another process. */
export interface FaultSpec {
  readonly listener: string;
  readonly fault: FaultName;
  /** Of `fail…`: the message of the error. */
  readonly message?: string;
  /** Of `slowStartup`: how long it takes. */
  readonly duration?: Duration;
  /** Of `…Tick`: how many ticks. @defaultValue 1 */
  readonly times?: number;
  /** Of `…Tick`: the task. @defaultValue `tick`, else the only one */
  readonly task?: string;
}

/** The environment variable in which the preload `daemonry/testing/faults` looks for faults. */
export const FAULTS_VARIABLE = 'DAEMONRY_TEST_FAULTS';

/** The value of {@link FAULTS_VARIABLE}. */
export const encodeFaults = (faults: readonly FaultSpec[]): string => JSON.stringify(faults);

/** The faults of the listener of that name. @throws UnknownListenerError */
export function faultOf(app: DaemonApplication, layer: FaultLayer, name: string): ListenerFault {
  const known = app.listeners.list().map((entry) => entry.name);
  if (!known.includes(name)) throw new UnknownListenerError(name, known);
  return new ListenerFault(layer, {
    name,
    get state() {
      return app.status().listeners.find((listener) => listener.name === name)?.state ?? 'registered';
    },
    method: (task) => taskNamed(name, app.daemons.get(name)?.tasks ?? [], task).method,
  });
}

/** Arms faults that come as plain JSON. @throws as the methods of {@link ListenerFault} do */
export function armFaults(app: DaemonApplication, layer: FaultLayer, specs: readonly FaultSpec[]): void {
  for (const { listener, fault, message, duration = 0, times = 1, task } of specs) {
    const target = faultOf(app, layer, listener);
    const error = message === undefined ? undefined : new Error(message);
    const tick = { times, ...(task === undefined ? {} : { task }) };
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
        target.failTick({ ...tick, ...(error === undefined ? {} : { error }) });
        break;
      case 'hangTick':
        target.hangTick(tick);
        break;
      default:
        throw new TypeError(`There is no fault ${JSON.stringify(fault)}.`);
    }
  }
}
