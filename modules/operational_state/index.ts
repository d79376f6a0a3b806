export {
  OPERATIONAL_STATES,
  OperationalState,
  type OperationalStateChange,
  type OperationalStateName,
  type OperationalStateRecord,
} from './OperationalState';
export { operationalStateModule } from './module';
export { OPERATIONAL_STATE_EVENTS } from './stateEvents';
