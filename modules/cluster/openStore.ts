import type { ClusterSettings } from './ClusterSettings';
import type { ClusterStore, StoreOptions } from './ClusterStore';
import { ClusterStoreError } from './errors';
import { PostgresStore } from './postgres/PostgresStore';
import { RedisStore } from './redis/RedisStore';

/** Makes the store that the settings name. It is not connected. @throws ClusterStoreError, PackageMissingError */
export function openStore(
  { redis, postgres, prefix }: ClusterSettings,
  options: Omit<StoreOptions, 'url' | 'prefix'>,
): ClusterStore {
  if (redis.url !== undefined && postgres.url !== undefined)
    throw new ClusterStoreError(
      'Two stores are configured for the cluster engine.',
      { settings: 'cluster.redis.url, cluster.postgres.url' },
      'leave one of them out: all processes of an application share one store.',
    );
  if (postgres.url !== undefined) return new PostgresStore({ ...options, url: postgres.url, prefix });
  if (redis.url === undefined) throw new Error('no store is configured');
  return new RedisStore({ ...options, url: redis.url, prefix });
}
