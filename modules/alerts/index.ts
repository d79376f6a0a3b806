import { ContainerModule } from 'inversify';

import { bindAlerts } from './bindAlerts';

/** What is wrong at present, to inject as `Alerts`. */
export function alertsModule(): ContainerModule {
  return new ContainerModule(bindAlerts);
}

export type { Acknowledgement, Alert, AlertCategory, AlertSource } from './Alert';
export { Alerts } from './Alerts';
export { AlertUnknownError } from './AlertUnknownError';
export { bindAlerts } from './bindAlerts';
