import { ContainerModule } from 'inversify';

import { bindAlerts } from '../alerts/bindAlerts';
import { bindAuditLog } from '../audit_log/bindAuditLog';
import { bindCostLadder } from '../cost_ladder/bindCostLadder';
import { bindTelemetry } from '../cost_telemetry/bindTelemetry';
import { bindOperationalState } from '../operational_state/bindOperationalState';
import { OperationSources } from './OperationSources';
import { Snapshot } from './Snapshot';
import { SnapshotSources } from './SnapshotSources';

/** Writes the state of the process and the application to a file every five minutes, as the daemon `snapshot`. */
export function snapshotModule(): ContainerModule {
  return new ContainerModule((options) => {
    const { bind } = options;
    bindAuditLog(options);
    bindOperationalState(options);
    bindTelemetry(options);
    bindCostLadder(options);
    bindAlerts(options);
    bind(OperationSources).toSelf();
    bind(SnapshotSources).toSelf();
    bind(Snapshot).toSelf();
  });
}

export { OperationSources } from './OperationSources';
export { readSnapshot, type ReadSnapshotOptions } from './readSnapshot';
export { Snapshot } from './Snapshot';
export type {
  Alert,
  AlertsSection,
  ApplicationSection,
  CostTelemetrySection,
  EventsSection,
  ListenerSection,
  OverallStatus,
  ProbesSection,
  ProcessSection,
  RunsSection,
  Section,
  SnapshotDocument,
  SnapshotSections,
} from './SnapshotDocument';
export { SnapshotSettings } from './SnapshotSettings';
export { SnapshotSources } from './SnapshotSources';
