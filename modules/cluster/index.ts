export { Cluster } from './Cluster';
export { ClusterPostgresSettings, ClusterRedisSettings, ClusterSettings } from './ClusterSettings';
export { ClusterConnectionError, ClusterNotConfiguredError, ClusterStoreError, type StoreAddress } from './errors';
export { clusterModule } from './module';
