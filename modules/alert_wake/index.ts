import { defineModule, type ModuleDefinition } from 'daemonry';

import { investigatorModule } from '../investigation/Investigator';
import { AlertWake } from './AlertWake';

const alertWake = defineModule('alert_wake', {
  needs: [investigatorModule()],
  bind: ({ bind }) => void bind(AlertWake).toSelf(),
});

/** Investigates announced alerts, as the daemon `alert_wake`. */
export function alertWakeModule(): ModuleDefinition {
  return alertWake;
}

export type { WakeOutcome } from '../investigation/Wake';
export { AlertWake, AlertWakeSettings } from './AlertWake';
