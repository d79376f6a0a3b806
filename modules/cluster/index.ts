export { Cluster } from './Cluster';
export { type ClaimResult, ClusterClaims } from './ClusterClaims';
export { ClusterPostgresSettings, ClusterRedisSettings, ClusterSettings } from './ClusterSettings';
export { ClusterConnectionError, ClusterNotConfiguredError, ClusterStoreError, type StoreAddress } from './errors';
export { clusterModule } from './module';
