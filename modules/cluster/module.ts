import { defineModule, type ModuleDefinition } from 'daemonry';

import { Cluster } from './Cluster';
import { ClusterClaims } from '../shared/ClusterClaims';

const cluster = defineModule('cluster', {
  bind: ({ bind }) => {
    bind(ClusterClaims).toSelf();
    bind(Cluster).toSelf();
  },
});

/** The cluster engine on BullMQ: the daemon `cluster`, which shares what has `scope: 'cluster'` among processes. */
export const clusterModule = (): ModuleDefinition => cluster;
