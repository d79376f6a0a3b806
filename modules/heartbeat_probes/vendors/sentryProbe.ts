import type { SentrySettings } from '../HeartbeatProbesSettings';
import { expectObjects, type VendorProbe } from './VendorProbe';

const TOLERATED_ISSUES = 10;
const PAGE = 100;

/** Degraded when more than 10 issues are unresolved. */
export const sentryProbe = ({ token, organization, baseUrl }: SentrySettings): VendorProbe => ({
  name: 'sentry',
  baseUrl,
  needs: { 'heartbeat_probes.sentry.token': token, 'heartbeat_probes.sentry.organization': organization },
  token,
  check: async (ask) => {
    const answer = await ask(
      `/api/0/organizations/${organization ?? ''}/issues/?query=is%3Aunresolved&collapse=stats&limit=${PAGE}`,
    );
    const { length: unresolved } = expectObjects(answer, 'issues');
    const details = { unresolved };
    if (unresolved <= TOLERATED_ISSUES) return { status: 'healthy', details };
    return {
      status: 'degraded',
      category: 'unresolved_issues',
      details,
      error: `${unresolved}${unresolved === PAGE ? ' or more' : ''} issues are unresolved, more than ${TOLERATED_ISSUES}.`,
    };
  },
});
