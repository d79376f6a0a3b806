export { OperationalState, type OperationalStateChange, type OperationalStateRecord } from './OperationalState';
export { OPERATIONAL_STATES, type OperationalStateName } from './StateJournal';
export { operationalStateModule } from './module';
export { OPERATIONAL_STATE_EVENTS } from './stateEvents';
