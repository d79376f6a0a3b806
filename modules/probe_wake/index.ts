import { defineModule, type ModuleDefinition } from 'daemonry';

import { investigatorModule } from '../investigation/Investigator';
import { ProbeWake } from './ProbeWake';

const probeWake = defineModule('probe_wake', {
  needs: [investigatorModule()],
  bind: ({ bind }) => void bind(ProbeWake).toSelf(),
});

/** Investigates the trouble that probes found, as the daemon `probe_wake`. */
export function probeWakeModule(): ModuleDefinition {
  return probeWake;
}

export type { WakeOutcome } from '../investigation/Wake';
export { ProbeWake, ProbeWakeSettings } from './ProbeWake';
