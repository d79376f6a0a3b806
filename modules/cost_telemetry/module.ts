import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { bindTelemetry } from './bindTelemetry';
import { CostTelemetry } from './CostTelemetry';

const telemetry = defineModule('telemetry', { needs: [auditLogModule()], bind: bindTelemetry });

const costTelemetry = defineModule('cost_telemetry', {
  needs: [telemetry],
  bind: ({ bind }) => void bind(CostTelemetry).toSelf(),
});

/** The counters of what models cost, to inject as `Telemetry`, and their routes. They are kept in memory only. */
export function telemetryModule(): ModuleDefinition {
  return telemetry;
}

/** The counters of what models cost, and the daemon `cost_telemetry` that keeps them in a file. */
export function costTelemetryModule(): ModuleDefinition {
  return costTelemetry;
}
