import type { Alert } from '../alerts/Alert';
import { type AuditDetails, type Severity, SEVERITIES } from '../audit_log/auditEvents';
import type { QueuedAlert } from './NotifierMemory';

/** A way to reach the operator. */
export type Channel = AuditDetails['notification.dispatched']['channel'];

/** One message to the operator. */
export interface Notification {
  readonly kind: AuditDetails['notification.dispatched']['kind'];
  readonly alertIds: readonly string[];
  readonly category: string;
  /** Severity of its most severe alert. */
  readonly severity: Severity;
  /** One line. */
  readonly title: string;
  readonly detail: string;
}

/** Announces one alert. */
export const singleNotification = ({ id, category, severity, title, detail, firstSeenAt }: Alert): Notification => ({
  kind: 'single',
  alertIds: [id],
  category,
  severity,
  title,
  detail: `${detail}\nSince ${firstSeenAt}.`,
});

/** Announces many alerts in one summary. @param alerts - at least one. */
export const burstNotification = (alerts: readonly Alert[]): Notification => ({
  kind: 'burst',
  alertIds: alerts.map(({ id }) => id),
  category: 'burst',
  severity: gravest(alerts),
  title: `${alerts.length} new alerts at once.`,
  detail: alerts.map(({ severity, title }) => `- ${severity}: ${title}`).join('\n'),
});

/**
 * Announces the alerts that were collected for the digest, the most severe first.
 *
 * @param queued - at least one.
 * @param standing - ids of the alerts that are active.
 */
export function digestNotification(queued: readonly QueuedAlert[], standing: ReadonlySet<string>): Notification {
  const lines = SEVERITIES.flatMap((severity) => queued.filter((alert) => alert.severity === severity)).map(
    ({ id, severity, title, detail, firstSeenAt }) =>
      `- ${severity}: ${title} ${detail} Since ${firstSeenAt}${standing.has(id) ? '' : ', over by now'}.`,
  );
  return {
    kind: 'digest',
    alertIds: queued.map(({ id }) => id),
    category: 'digest',
    severity: gravest(queued),
    title: `${queued.length} alerts since the last digest.`,
    detail: lines.join('\n'),
  };
}

function gravest(alerts: readonly { readonly severity: Severity }[]): Severity {
  return SEVERITIES.find((severity) => alerts.some((alert) => alert.severity === severity)) ?? 'info';
}
