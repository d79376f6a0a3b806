import { ContainerModule } from 'inversify';

import { bindInvestigator } from '../investigation/bindInvestigator';
import { AlertWake } from './AlertWake';

/** Investigates the alerts that were announced, as the daemon `alert_wake`. */
export function alertWakeModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindInvestigator(options);
    options.bind(AlertWake).toSelf();
  });
}

export type { WakeOutcome } from '../investigation/Wake';
export { AlertWake, AlertWakeSettings } from './AlertWake';
