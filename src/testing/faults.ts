import { subscribe } from 'node:diagnostics_channel';

import { type StartAnnouncement, STARTING } from '../application/announceStart';
import type { DaemonApplication } from '../application/DaemonApplication';
import { toError } from '../errors/serializeError';
import { armFaults, FAULTS_VARIABLE, type FaultSpec } from './faults/faultSpecs';
import { ArmedFaults } from './faults/ListenerFault';
import { interceptHooks } from './interception/interceptHooks';

/**
 * A preload for a real process, whose entry file stays as it is: `node -r daemonry/testing/faults main.js`. Arms the
 * faults in the variable `DAEMONRY_TEST_FAULTS` (see `encodeFaults`) in every application of the process before it
 * starts; one for a listener that the application does not have makes the start fail. Removes the variable, so that
 * processes the application starts itself run without faults.
 */
function preload(): void {
  // A preload is given nothing but the environment.
  // eslint-disable-next-line no-restricted-syntax
  const { env } = process;
  const text = env[FAULTS_VARIABLE];
  Reflect.deleteProperty(env, FAULTS_VARIABLE);
  if (text === undefined) return;
  const specs = JSON.parse(text) as readonly FaultSpec[];
  const armed = new WeakSet<DaemonApplication>();
  subscribe(STARTING.name, (message) => {
    const { refuse, ...announced } = message as StartAnnouncement;
    const application = announced.application as DaemonApplication;
    if (armed.has(application)) return;
    armed.add(application);
    const faults = new ArmedFaults();
    interceptHooks(application, faults.intercept);
    try {
      armFaults(application, faults, specs);
    } catch (error) {
      refuse(toError(error));
    }
  });
}

preload();
