import type { Alert, ListenerSection, OverallStatus, SnapshotSections } from './SnapshotDocument';

const UNHEALTHY = { down: 3, errors: 20 };
const DEGRADED = { down: 1, errors: 5 };

type Assessed = Pick<SnapshotSections, 'listeners' | 'runs' | 'events' | 'probes'>;

export interface Assessment {
  readonly overall: OverallStatus;
  /** Critical ones first. */
  readonly alerts: readonly Alert[];
}

/**
 * `unknown` when nothing is known of any listener; `unhealthy` from 3 listeners down or 20 errors in five minutes,
 * failed runs and those of the audit log together; `degraded` from 1 or 5, or when a run is stuck or a probe is not healthy;
 * else `healthy`.
 */
export function assess(sections: Assessed): Assessment {
  const alerts = [...listenerAlerts(sections), ...probeAlerts(sections), ...errorAlerts(sections)];
  alerts.sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'));
  return { overall: overallStatus(sections, alerts), alerts };
}

function overallStatus(sections: Assessed, alerts: readonly Alert[]): OverallStatus {
  const { listeners } = sections;
  if (listeners === 'unknown' || listeners.length === 0) return 'unknown';
  const down = listeners.filter(({ status }) => status === 'down').length;
  if (down >= UNHEALTHY.down || countErrors(sections) >= UNHEALTHY.errors) return 'unhealthy';
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

interface ErrorSource {
  readonly subject: string;
  readonly what: string;
  readonly count: number;
  readonly byName: Readonly<Record<string, number>>;
}

function errorSources({ runs, events }: Assessed): readonly ErrorSource[] {
  return [
    ...(runs === 'unknown'
      ? []
      : [{ subject: 'runs', what: 'runs failed', count: runs.recentErrors, byName: runs.byListener }]),
    ...(events === 'unknown'
      ? []
      : [{ subject: 'audit_log', what: 'errors were recorded', count: events.recentErrors, byName: events.byType }]),
  ];
}

const countErrors = (sections: Assessed): number => errorSources(sections).reduce((sum, { count }) => sum + count, 0);

function errorAlerts(sections: Assessed): Alert[] {
  const errors = countErrors(sections);
  if (errors < DEGRADED.errors) return [];
  const severity = errors >= UNHEALTHY.errors ? 'critical' : 'warning';
  return errorSources(sections)
    .filter(({ count }) => count > 0)
    .map(({ subject, what, count, byName }) => {
      const worst = Object.entries(byName).sort(([, a], [, b]) => b - a);
      const list = worst.map(([name, times]) => `${name} ${times}`).join(', ');
      return { severity, subject, text: `${count} ${what} in the last five minutes: ${list}.` };
    });
}
