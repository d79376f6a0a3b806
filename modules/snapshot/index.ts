import { ContainerModule } from 'inversify';

import { Snapshot } from './Snapshot';
import { SnapshotSources } from './SnapshotSources';

/** Writes the state of the process and the application to a file every five minutes, as the daemon `snapshot`. */
export function snapshotModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(SnapshotSources).toSelf();
    bind(Snapshot).toSelf();
  });
}

export { readSnapshot, type ReadSnapshotOptions } from './readSnapshot';
export { Snapshot } from './Snapshot';
export type * from './SnapshotDocument';
export { SnapshotSettings } from './SnapshotSettings';
export { SnapshotSources } from './SnapshotSources';
