export { OpenTasks, OperationSources } from './OperationSources';
export { readSnapshot, type ReadSnapshotOptions } from './readSnapshot';
export { Snapshot, SnapshotSettings } from './Snapshot';
export type {
  Alert,
  AlertsSection,
  ApplicationSection,
  CostTelemetrySection,
  EventsSection,
  ListenerSection,
  OpenTaskCount,
  OverallStatus,
  ProbesSection,
  ProcessSection,
  RunsSection,
  Section,
  SnapshotDocument,
  SnapshotSections,
} from './SnapshotDocument';
export { SnapshotSources } from './SnapshotSources';
export { snapshotModule } from './module';
