import type { ServiceIdentifier } from 'inversify';

import type { EmitEvent } from '../contracts/ApplicationEvents';
import type { FrameworkConfig } from '../contracts/configuration';
import type { ListenerHooks } from '../contracts/hooks';
import type { Scheduler } from '../contracts/Scheduler';
import type { CallEnvironment } from '../execution/CallContext';

/** What the coordinator needs of its application. */
export interface Engine extends CallEnvironment {
  readonly emit: EmitEvent;
  readonly scheduler: Scheduler;
  readonly config: Pick<FrameworkConfig, 'startup' | 'shutdown'>;
  resolve(id: ServiceIdentifier<object>): object;
  /**
   * What the hooks of a listener are called on in place of its instance. The testing kit puts faults there.
   * @defaultValue the instance
   */
  hooksOf?: (listener: string, instance: ListenerHooks) => ListenerHooks;
}
