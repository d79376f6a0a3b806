import { ContainerModule } from 'inversify';

import { bindOperationalState } from './bindOperationalState';

/** Whether the application may act: a state that a person changes, and that outlives the process. */
export function operationalStateModule(): ContainerModule {
  return new ContainerModule(bindOperationalState);
}

export { bindOperationalState } from './bindOperationalState';
export {
  OPERATIONAL_STATES,
  OperationalState,
  type OperationalStateChange,
  type OperationalStateName,
  type OperationalStateRecord,
} from './OperationalState';
