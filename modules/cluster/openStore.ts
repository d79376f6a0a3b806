import type { ClusterSettings } from './ClusterSettings';
import type { ClusterStore, StoreOptions } from './ClusterStore';
import { ClusterStoreError } from './errors';
import { PostgresStore } from './postgres/PostgresStore';
import { RedisStore } from './redis/RedisStore';

/** The settings that name a store, of which one is to be given. */
const STORES = {
  'cluster.redis.url': ({ redis }: ClusterSettings) => redis.url,
  'cluster.redis.sentinels': ({ redis }: ClusterSettings) => redis.sentinels,
  'cluster.redis.nodes': ({ redis }: ClusterSettings) => redis.nodes,
  'cluster.postgres.url': ({ postgres }: ClusterSettings) => postgres.url,
};

/** The settings that name a store and are given. */
export const storesIn = (settings: ClusterSettings): readonly string[] =>
  Object.entries(STORES).flatMap(([name, read]) => (read(settings) === undefined ? [] : [name]));

/** Makes the store that the settings name. It is not connected. @throws ClusterStoreError, PackageMissingError */
export function openStore(settings: ClusterSettings, options: Omit<StoreOptions, 'prefix'>): ClusterStore {
  const named = storesIn(settings);
  if (named.length > 1)
    throw new ClusterStoreError(
      `${named.length} stores are configured for the cluster engine.`,
      { settings: named.join(', ') },
      'leave one of them: all processes of an application share one store.',
    );
  const { redis, postgres, prefix } = settings;
  if (postgres.url !== undefined) return new PostgresStore({ ...options, url: postgres.url, prefix });
  return new RedisStore({ ...options, redis, prefix: redis.nodes === undefined ? prefix : tagged(prefix) });
}

/**
 * A Redis Cluster keeps keys together that have one tag: what is between the first `{` and the next `}`, unless that is nothing.
 * BullMQ needs the keys of a queue so, and the engine all.
 */
export const tagged = (prefix: string): string => (/^[^{]*\{[^}]+\}/.test(prefix) ? prefix : `{${prefix}}`);
