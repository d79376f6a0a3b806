import { defineModule, type ModuleDefinition, StateTables } from 'daemonry';

import { CostTelemetry } from './CostTelemetry';
import { WebRoutes } from '../web/WebRoutes';
import { documentTables } from '../shared/StateDocument';
import { Telemetry } from './Telemetry';
import { TelemetryRoutes } from './TelemetryRoutes';

const telemetry = defineModule('telemetry', {
  bind: ({ bind }) => {
    bind(StateTables).toConstantValue(documentTables('cost_telemetry'));
    bind(Telemetry).toSelf();
    bind(TelemetryRoutes).toSelf();
    bind(WebRoutes).toService(TelemetryRoutes);
  },
});

const costTelemetry = defineModule('cost_telemetry', {
  needs: [telemetry],
  bind: ({ bind }) => void bind(CostTelemetry).toSelf(),
});

/** The counters of what models cost, to inject as `Telemetry`, and their routes. They are stored when the application stops. */
export function telemetryModule(): ModuleDefinition {
  return telemetry;
}

/** The counters of what models cost, and the daemon `cost_telemetry` that stores them every five minutes. */
export function costTelemetryModule(): ModuleDefinition {
  return costTelemetry;
}
