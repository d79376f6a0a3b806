import type { ServiceIdentifier } from 'inversify';

import type { EmitEvent } from '../contracts/ApplicationEvents';
import type { FrameworkConfig } from '../contracts/configuration';
import type { Scheduler } from '../contracts/Scheduler';
import type { ExecutionHost } from '../execution/ExecutionHost';

/** What the coordinator needs of its application. */
export interface CoordinatorHost extends ExecutionHost {
  readonly emit: EmitEvent;
  readonly scheduler: Scheduler;
  readonly config: Pick<FrameworkConfig, 'startup' | 'shutdown'>;
  resolve(id: ServiceIdentifier<object>): object;
}
