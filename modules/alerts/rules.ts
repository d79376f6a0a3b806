import type { Severity } from '../audit_log/auditEvents';
import type { CostLadderStatus } from '../cost_ladder/CostLadder';
import type { ProbeSnapshot } from '../heartbeat_probes/ProbeFindings';
import type { OperationalStateRecord } from '../operational_state/OperationalState';
import type { AlertCategory, RaisedAlert } from './Alert';

/** How many events of the last 24 hours there are, by what they tell. */
export interface EventCounts {
  readonly deadLetters: number;
  readonly denials: number;
  readonly toolErrors: number;
  readonly replyFailures: number;
}

/** One alert for the tier, unless it is normal. */
export function costLadderAlerts({ tier, spentUsd, budgetUsd, usedPercent }: CostLadderStatus): readonly RaisedAlert[] {
  if (tier === 'normal') return [];
  const TITLES = {
    warned: 'Most of the monthly budget is spent.',
    downshifted: 'The monthly budget is nearly spent: only the cheap model is asked.',
    halted: 'The monthly budget is spent: no model is asked.',
  } as const;
  const category = `cost_ladder_${tier}` as const;
  return [
    {
      id: category,
      severity: tier === 'halted' ? 'critical' : 'warning',
      category,
      title: TITLES[tier],
      detail: `${spentUsd.toFixed(2)} of ${budgetUsd.toFixed(2)} USD are spent (${Math.floor(usedPercent)} %).`,
      source: 'cost_ladder',
      route: '/api/cost-ladder',
    },
  ];
}

/** One alert while somebody has the application paused or stopped. */
export function operationalAlerts({ state, reason, by, since }: OperationalStateRecord): readonly RaisedAlert[] {
  if (state === 'running') return [];
  const category = `operator_${state}` as const;
  return [
    {
      id: category,
      severity: 'critical',
      category,
      title: `The application is ${state}.`,
      detail: `By ${by ?? 'nobody known'}, since ${since}: ${reason ?? 'no reason given'}`,
      source: 'operational_state',
      route: '/api/operational-state',
    },
  ];
}

/** One alert for each kind of event of which there are too many. */
export function eventAlerts(counts: EventCounts): readonly RaisedAlert[] {
  return EVENT_RULES.filter(({ counted, tolerated }) => counts[counted] > tolerated).map(
    ({ category, severity, counted, tolerated, what }) => ({
      id: category,
      severity,
      category,
      title: `More than ${tolerated} ${what} in 24 hours.`,
      detail: `${counts[counted]} ${what} in the last 24 hours.`,
      source: 'audit_log',
      route: '/api/audit',
    }),
  );
}

/** One alert for each probe that is degraded or unhealthy. */
export function probeAlerts(findings: readonly ProbeSnapshot[]): readonly RaisedAlert[] {
  return findings
    .filter(({ status }) => status === 'degraded' || status === 'unhealthy')
    .map(({ name, status, error }) => ({
      id: `service_unhealthy:${name}`,
      severity: 'warning',
      category: 'service_unhealthy',
      title: `${name} is ${status}.`,
      detail: error ?? '',
      source: 'heartbeat_probes',
      route: '/api/probes',
    }));
}

interface EventRule {
  readonly category: AlertCategory;
  readonly severity: Severity;
  readonly counted: keyof EventCounts;
  /** Largest number of events that raises no alert. */
  readonly tolerated: number;
  readonly what: string;
}

const EVENT_RULES: readonly EventRule[] = [
  {
    category: 'webhook_dead_letters',
    severity: 'warning',
    counted: 'deadLetters',
    tolerated: 5,
    what: 'webhooks were refused',
  },
  { category: 'capability_denied', severity: 'info', counted: 'denials', tolerated: 10, what: 'calls were denied' },
  { category: 'tool_errors', severity: 'warning', counted: 'toolErrors', tolerated: 5, what: 'calls of tools failed' },
  {
    category: 'slack_reply_failures',
    severity: 'warning',
    counted: 'replyFailures',
    tolerated: 3,
    what: 'messages did not reach Slack',
  },
];
