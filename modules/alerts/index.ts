export type { Acknowledgement, Alert, AlertCategory, AlertSource } from './Alert';
export { Alerts } from './Alerts';
export { AlertUnknownError } from './AlertUnknownError';
export { alertsModule } from './module';
