import { ContainerModule } from 'inversify';

import { bindTelemetry } from './bindTelemetry';
import { CostTelemetry } from './CostTelemetry';

/** Counts what models cost, and keeps the counters in a file, as the daemon `cost_telemetry`. */
export function costTelemetryModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindTelemetry(options);
    options.bind(CostTelemetry).toSelf();
  });
}

export { bindTelemetry } from './bindTelemetry';
export { CostTelemetry } from './CostTelemetry';
export { CostTelemetrySettings } from './CostTelemetrySettings';
export { Telemetry } from './Telemetry';
export {
  type RouteCounters,
  type TelemetryRecord,
  type TelemetryWindow,
  type WindowName,
  WINDOWS,
} from './TelemetryWindow';
