import type { Clock } from 'daemonry';

import { isObject } from '../../shared/fields';
import type { VercelSettings } from '../HeartbeatProbesSettings';
import { expectObjects, type VendorProbe } from './VendorProbe';

const DAY_MS = 24 * 60 * 60_000;
const TOLERATED_PERCENT = 10;

/** Degraded when more than 10 % of the deployments of the last 24 hours failed; the latest 100 count. */
export const vercelProbe = ({ token, teamId, baseUrl }: VercelSettings, clock: Clock): VendorProbe => ({
  name: 'vercel',
  baseUrl,
  needs: { 'heartbeat_probes.vercel.token': token },
  token,
  check: async (ask) => {
    const team = teamId === undefined ? '' : `&teamId=${teamId}`;
    const answer = await ask(`/v6/deployments?limit=100${team}`);
    const since = clock.now() - DAY_MS;
    const recent = expectObjects(isObject(answer) ? answer['deployments'] : undefined, 'deployments').filter(
      ({ created, createdAt }) => Number(createdAt ?? created) >= since,
    );
    const failed = recent.filter(({ state, readyState }) => (readyState ?? state) === 'ERROR').length;
    const details = { deployments: recent.length, failed };
    if (failed * 100 <= recent.length * TOLERATED_PERCENT) return { status: 'healthy', details };
    return {
      status: 'degraded',
      category: 'deployments_failing',
      details,
      error: `${failed} of ${recent.length} deployments failed in the last 24 hours, more than ${TOLERATED_PERCENT} %.`,
    };
  },
});
