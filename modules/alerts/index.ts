export type { Acknowledgement, Alert, AlertCategory, AlertSource } from './Alert';
export { AlertUnknownError } from './AlertBook';
export { Alerts } from './Alerts';
export { alertsModule } from './module';
