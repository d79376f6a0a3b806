import { defineModule, type ModuleDefinition } from 'daemonry';

import { alertsModule } from '../alerts/module';
import { auditLogModule } from '../audit_log/module';
import { costLadderModule } from '../cost_ladder/module';
import { telemetryModule } from '../cost_telemetry/module';
import { operationalStateModule } from '../operational_state/module';
import { OperationSources } from './OperationSources';
import { Snapshot } from './Snapshot';
import { SnapshotSources } from './SnapshotSources';

const snapshot = defineModule('snapshot', {
  needs: [auditLogModule(), operationalStateModule(), telemetryModule(), costLadderModule(), alertsModule()],
  bind: ({ bind }) => {
    bind(OperationSources).toSelf();
    bind(SnapshotSources).toSelf();
    bind(Snapshot).toSelf();
  },
});

/** Writes the state of the process and the application to a file every five minutes, as the daemon `snapshot`. */
export function snapshotModule(): ModuleDefinition {
  return snapshot;
}
