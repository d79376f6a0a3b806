export { Cluster } from './Cluster';
export { ClusterPostgresSettings, ClusterRedisSettings, ClusterSettings } from './ClusterSettings';
export {
  ClusterConnectionError,
  ClusterNotConfiguredError,
  ClusterSchemaError,
  ClusterStoreError,
  type StoreAddress,
} from './errors';
export { clusterModule } from './module';
