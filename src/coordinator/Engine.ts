import type { ServiceIdentifier } from 'inversify';

import type { EventSender } from '../contracts/ApplicationEvents';
import type { FrameworkConfig } from '../contracts/configuration';
import type { ListenerHooks } from '../contracts/hooks';
import type { Scheduler } from '../contracts/Scheduler';
import type { CallEnvironment } from '../execution/CallContext';
import type { ClusterBodies } from './HeldBody';

/** The parts of one application that its coordinator and its lifecycle work with. */
export interface Engine extends CallEnvironment, EventSender {
  /** Runs the periodic tasks. */
  readonly scheduler: Scheduler;
  /** The limits of startup and shutdown. */
  readonly config: Pick<FrameworkConfig, 'startup' | 'shutdown'>;
  /** Shares `run` bodies of cluster scope; absent if nothing has cluster scope. */
  readonly cluster?: ClusterBodies;
  /** A random number, at least 0 and less than 1, for the jitter of restarts. */
  readonly random: () => number;
  /** The instance behind a service identifier, from the container. */
  resolve(id: ServiceIdentifier<object>): object;
  /**
   * The object that a listener's hooks are called on in place of its instance. The testing kit puts faults there.
   * @defaultValue the instance
   */
  hooksOf?: (listener: string, instance: ListenerHooks) => ListenerHooks;
}
