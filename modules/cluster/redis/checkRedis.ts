import type { Redis } from 'ioredis';

import { ClusterStoreError } from '../errors';

const OLDEST = [6, 2] as const;

/**
 * Looks at a server that the engine has connected to, and warns of settings with which it can lose what it holds.
 * @throws ClusterStoreError when it is too old, or takes no writes.
 */
export async function checkRedis(
  client: Redis,
  warn: (message: string, facts: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
  const info = new Map<string, string>();
  try {
    for (const line of (await client.info()).split('\r\n')) {
      const at = line.indexOf(':');
      if (at > 0) info.set(line.slice(0, at), line.slice(at + 1));
    }
  } catch (error) {
    warn(
      'The user of the cluster may not read INFO: version, memory policy and persistence of Redis are not checked.',
      {
        error,
      },
    );
    return;
  }
  const version = info.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    const facts = { version, needed: `${OLDEST.join('.')} or newer` };
    throw new ClusterStoreError(
      'This Redis is too old for the cluster engine.',
      facts,
      'upgrade it, or take Valkey 8.',
    );
  }
  if (info.get('role') === 'slave') {
    const fix = 'set cluster.redis.url to the primary.';
    throw new ClusterStoreError(
      'This Redis is a replica: it takes no writes.',
      { primary: info.get('master_host') },
      fix,
    );
  }
  const policy = info.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction')
    warn(
      'Redis may evict the state of the cluster when its memory is full, and due moments then run again or not at all: set maxmemory-policy noeviction.',
      { maxmemoryPolicy: policy },
    );
  if (info.get('aof_enabled') === '0')
    warn(
      'Redis does not write an append-only file: after its restart, due moments may run again. Set appendonly yes.',
      { appendonly: 'no' },
    );
}
