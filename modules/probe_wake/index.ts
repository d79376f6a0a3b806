import { ContainerModule } from 'inversify';

import { bindInvestigator } from '../investigation/bindInvestigator';
import { ProbeWake } from './ProbeWake';

/** Investigates what the probes found, as the daemon `probe_wake`. */
export function probeWakeModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindInvestigator(options);
    options.bind(ProbeWake).toSelf();
  });
}

export type { WakeOutcome } from '../investigation/Wake';
export { ProbeWake, ProbeWakeSettings } from './ProbeWake';
