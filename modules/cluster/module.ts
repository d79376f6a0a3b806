import { defineModule, type ModuleDefinition } from 'daemonry';

import { ClusterClaims } from '../shared/ClusterClaims';
import { Cluster } from './Cluster';
import { ClusterSettings } from './ClusterSettings';
import { loadBull, loadIoredis, loadPg } from './library';

const cluster = defineModule('cluster', {
  packages: (settings) => [loadBull, settings(ClusterSettings).postgres.url === undefined ? loadIoredis : loadPg],
  bind: ({ bind }) => {
    bind(ClusterClaims).toSelf();
    bind(Cluster).toSelf();
  },
});

/** The cluster engine on BullMQ: the daemon `cluster`, which shares what has `scope: 'cluster'` among processes. */
export const clusterModule = (): ModuleDefinition => cluster;
