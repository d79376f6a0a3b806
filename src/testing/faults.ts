import { DaemonApplication } from '../application/DaemonApplication';
import { armFaults, FAULTS_VARIABLE, type FaultSpec } from './faults/faultSpecs';
import { FaultLayer } from './faults/FaultLayer';

/**
 * A preload for a real process, whose entry file stays as it is: `node -r daemonry/testing/faults main.js`. Every
 * application of the process is given, before it starts, the faults that the variable `DAEMONRY_TEST_FAULTS` holds (see
 * `encodeFaults`); one whose listener the application does not have makes the start fail. Nothing but this file reads that
 * variable, which is removed: the daemon's own children start without faults.
 */
function preload(): void {
  // A preload is given nothing but the environment.
  // eslint-disable-next-line no-restricted-syntax
  const { env } = process;
  const text = env[FAULTS_VARIABLE];
  Reflect.deleteProperty(env, FAULTS_VARIABLE);
  if (text === undefined) return;
  const specs = JSON.parse(text) as readonly FaultSpec[];
  const started = new WeakSet<DaemonApplication>();
  // It is called on the application again.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { start } = DaemonApplication.prototype;
  DaemonApplication.prototype.start = async function (this: DaemonApplication) {
    if (!started.has(this)) {
      started.add(this);
      const layer = new FaultLayer();
      this.interpose(layer.hooksOf);
      armFaults(this, layer, specs);
    }
    return start.call(this);
  };
}

preload();
