import {
  type Availability,
  Available,
  BackgroundDaemon,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  type TickContext,
} from 'daemonry';

import type { AuditDetails, Severity } from '../audit_log/auditEvents';
import { AuditLog } from '../audit_log/AuditLog';
import { mapLimited } from '../shared/mapLimited';
import { WebServer } from '../web/WebServer';
import { HeartbeatProbesSettings, ProbeEndpoint } from './HeartbeatProbesSettings';
import { HttpProbe, probeTarget } from './HttpProbe';
import { ProbeFindings, type ProbeSnapshot } from './ProbeFindings';
import { VendorProbes } from './vendors/VendorProbes';

const SELF = 'web';

type Probe = (signal: AbortSignal) => Promise<ProbeSnapshot>;

/**
 * Probes the configured HTTP endpoints, the vendors, and this application's own readiness, and keeps the findings. Each round
 * requests an investigation of everything that is degraded or unhealthy, by a row of the audit log each. An endpoint that is
 * not healthy is a finding, not a failed tick.
 */
@BackgroundDaemon({ name: 'heartbeat_probes', essential: true, interval: '5m', initialDelay: 0 })
export class HeartbeatProbes implements OnStartup, OnTick, OnShutdown {
  constructor(
    private readonly settings: HeartbeatProbesSettings,
    private readonly http: HttpProbe,
    private readonly vendors: VendorProbes,
    private readonly findings: ProbeFindings,
    private readonly audit: AuditLog,
    @Available(WebServer) private readonly web: Availability<WebServer>,
  ) {}

  /** A copy of the findings of the last complete round. The same as `ProbeFindings.current()`. */
  current(): readonly ProbeSnapshot[] {
    return this.findings.current();
  }

  /** Checks the endpoints. @throws TypeError when a configured header cannot be sent. */
  startup(): void {
    this.settings.endpoints.forEach(probeTarget);
  }

  /** Probes everything once. @throws StateError when the audit log cannot be written; the findings are kept all the same. */
  async tick({ name, signal, log, commit }: TickContext): Promise<void> {
    const findings = await mapLimited(this.#probes(), this.settings.concurrency, (probe) => probe(signal));
    commit(() => this.findings.record(findings));
    for (const { name: probe, status, error } of findings) {
      if (status !== 'healthy' && status !== 'not_configured') log.warn(`${probe} is ${status}: ${error ?? ''}`);
    }
    for (const finding of findings) {
      const request = wakeRequest(finding, this.settings.fly.restartAllowed);
      if (request !== undefined) await this.audit.append('probe.wake_requested', request, { source: name });
    }
  }

  /** Forgets the findings. */
  shutdown(): void {
    this.findings.forget();
  }

  #probes(): readonly Probe[] {
    return [
      ...this.#endpoints().map((endpoint) => (signal: AbortSignal) => this.http.probe(endpoint, signal)),
      ...this.vendors.all().map((vendor) => (signal: AbortSignal) => this.vendors.probe(vendor, signal)),
    ];
  }

  /** The configured endpoints, and this application's web server unless an endpoint has its name. */
  #endpoints(): readonly ProbeEndpoint[] {
    const { endpoints, probeSelf } = this.settings;
    const web = this.web.current();
    if (!probeSelf || web.state !== 'ready' || web.instance.address === undefined) return endpoints;
    if (endpoints.some(({ name }) => name === SELF)) return endpoints;
    return [
      Object.assign(new ProbeEndpoint(), { name: SELF, url: `${web.instance.address.url}/readyz` }),
      ...endpoints,
    ];
  }
}

type WakeRequest = AuditDetails['probe.wake_requested'];

/**
 * Makes the request to investigate a finding; `undefined` unless it is degraded or unhealthy. Degraded is a warning, unhealthy
 * is critical; issues in Sentry are never critical.
 *
 * @param restartAllowed - true if the operator allows to restart machines of Fly.
 */
function wakeRequest(
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
    envelopeEnabled: name === 'fly' && restartAllowed,
    envelopeFixName: name === 'fly' ? 'restart_unhealthy_machine' : undefined,
  };
}
