import type { Alert, ListenerSection, OverallStatus, SnapshotSections } from './SnapshotDocument';

const UNHEALTHY = { down: 3, errors: 20 };
const DEGRADED = { down: 1, errors: 5 };

type Assessed = Pick<SnapshotSections, 'listeners' | 'runs' | 'probes'>;

export interface Assessment {
  readonly overall: OverallStatus;
  /** Critical ones first. */
  readonly alerts: readonly Alert[];
}

/**
 * `unknown` when nothing is known of any listener; `unhealthy` from 3 listeners down or 20 failed runs in five minutes;
 * `degraded` from 1 or 5, or when a run is stuck or a probe is not healthy; else `healthy`.
 */
export function assess(sections: Assessed): Assessment {
  const alerts = [...listenerAlerts(sections), ...probeAlerts(sections), ...runAlerts(sections)];
  alerts.sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'));
  return { overall: overallStatus(sections, alerts), alerts };
}

function overallStatus({ listeners, runs }: Assessed, alerts: readonly Alert[]): OverallStatus {
  if (listeners === 'unknown' || listeners.length === 0) return 'unknown';
  const down = listeners.filter(({ status }) => status === 'down').length;
  const errors = runs === 'unknown' ? 0 : runs.recentErrors;
  if (down >= UNHEALTHY.down || errors >= UNHEALTHY.errors) return 'unhealthy';
  return alerts.length > 0 ? 'degraded' : 'healthy';
}

function listenerAlerts({ listeners }: Assessed): Alert[] {
  if (listeners === 'unknown') return [];
  return listeners.flatMap((listener): Alert[] => {
    const subject = `listener:${listener.name}`;
    if (listener.status === 'down') return [{ severity: 'critical', subject, text: describeDown(listener) }];
    if (listener.stuck === true) {
      return [{ severity: 'warning', subject, text: `${listener.name} has a run that outlived its timeout.` }];
    }
    return [];
  });
}

function describeDown({ name, state, error, blockedBy }: ListenerSection): string {
  if (state === 'running') return `${name} runs and says that it is down.`;
  if (blockedBy !== undefined) return `${name} is blocked by ${blockedBy}.`;
  return `${name} is down (${state})${error === undefined ? '' : `: ${error.message.split('\n', 1)[0] ?? ''}`}`;
}

function probeAlerts({ probes }: Assessed): Alert[] {
  if (probes === 'unknown') return [];
  return probes.findings
    .filter(({ status }) => status === 'unhealthy' || status === 'degraded')
    .map(({ name, status, error }) => ({
      severity: status === 'unhealthy' ? 'critical' : 'warning',
      subject: `probe:${name}`,
      text: `${name} is ${status}: ${error ?? ''}`,
    }));
}

function runAlerts({ runs }: Assessed): Alert[] {
  if (runs === 'unknown' || runs.recentErrors < DEGRADED.errors) return [];
  const severity = runs.recentErrors >= UNHEALTHY.errors ? 'critical' : 'warning';
  const worst = Object.entries(runs.byListener).sort(([, a], [, b]) => b - a);
  const text = `${runs.recentErrors} runs failed in the last five minutes: ${worst.map(([name, count]) => `${name} ${count}`).join(', ')}.`;
  return [{ severity, subject: 'runs', text }];
}
