import { ContainerModule } from 'inversify';

import { bindPromotions } from '../promotions/bindPromotions';
import { PromoteSnapshotExpand } from './PromoteSnapshotExpand';

/** Proposes new fields of the snapshot, as the daemon `promote_snapshot_expand`. */
export function promoteSnapshotExpandModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindPromotions(options);
    options.bind(PromoteSnapshotExpand).toSelf();
  });
}

export { PromoteSnapshotExpand } from './PromoteSnapshotExpand';
export { PromoteSnapshotExpandSettings } from './PromoteSnapshotExpandSettings';
