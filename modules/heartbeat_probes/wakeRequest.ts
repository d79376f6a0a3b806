import type { AuditDetails, Severity } from '../audit_log/AuditEvent';
import type { ProbeSnapshot } from './ProbeSnapshot';

type WakeRequest = AuditDetails['probe.wake_requested'];

/**
 * The request to investigate what a probe found; `undefined` unless it is degraded or unhealthy. Degraded is a warning,
 * unhealthy is critical; issues in Sentry are never critical.
 *
 * @param restartAllowed - whether the operator would allow that a machine of Fly is restarted.
 */
export function wakeRequest(
  { name, status, category, error }: ProbeSnapshot,
  restartAllowed: boolean,
): WakeRequest | undefined {
  if (status !== 'degraded' && status !== 'unhealthy') return undefined;
  const severity: Severity = status === 'unhealthy' && name !== 'sentry' ? 'critical' : 'warning';
  return {
    probe: name,
    category: category ?? status,
    severity,
    summary: `${name} is ${status}: ${error ?? ''}`,
    ...(name === 'fly'
      ? { envelopeEnabled: restartAllowed, envelopeFixName: 'restart_unhealthy_machine' }
      : { envelopeEnabled: false }),
  };
}
