import type * as Bull from 'bullmq';
import type * as Ioredis from 'ioredis';
import type * as Pg from 'pg';

import { loadOptional } from '../shared/packages';
import { ClusterStoreError } from './errors';

const OLDEST = [6, 7] as const;
const neededBy = 'The cluster engine';

/** True for what BullMQ says when another process has taken over a job, or the connection is away: both are told otherwise. */
export const isExpected = (said: string): boolean =>
  /lock|ECONNREFUSED|ECONNRESET|EPIPE|Connection is closed|Connection terminated|timeout|redirections|CLUSTERDOWN/i.test(
    said,
  );

/** Loads BullMQ. @throws PackageMissingError, ClusterStoreError when it is another version than the module is made for. */
export function loadBull(): typeof Bull {
  const missing = { name: 'bullmq', major: 6, neededBy, otherwise: 'leave clusterModule() out' };
  return loadOptional(missing, () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    const { version } = require('bullmq/package.json') as { readonly version: string };
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major !== OLDEST[0] || minor < OLDEST[1])
      throw new ClusterStoreError(
        'The cluster engine does not work with this version of BullMQ.',
        { installed: version, needed: `${OLDEST.join('.')} or newer, below ${OLDEST[0] + 1}` },
        `install it: npm install bullmq@^${OLDEST.join('.')}.0.`,
      );
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    return require('bullmq') as typeof Bull;
  });
}

/** Loads ioredis. @throws PackageMissingError */
export const loadIoredis = (): typeof Ioredis =>
  loadOptional(
    { name: 'ioredis', major: 6, neededBy, otherwise: 'set no cluster.redis.url' },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('ioredis') as typeof Ioredis,
  );

/** Loads pg. @throws PackageMissingError */
export const loadPg = (): typeof Pg =>
  loadOptional(
    { name: 'pg', major: 8, neededBy, otherwise: 'set no cluster.postgres.url' },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('pg') as typeof Pg,
  );
