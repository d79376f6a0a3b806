import {
  Available,
  type Availability,
  BackgroundDaemon,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  type TickContext,
} from 'daemonry';

import { mapLimited } from '../shared/mapLimited';
import { WebServer } from '../web/WebServer';
import { HeartbeatProbesSettings, ProbeEndpoint } from './HeartbeatProbesSettings';
import { HttpProbe } from './HttpProbe';
import type { ProbeSnapshot } from './ProbeSnapshot';
import { probeTarget } from './probeTarget';

const SELF = 'web';

/**
 * Probes the configured HTTP endpoints, and this application's own readiness, and holds what it found. An endpoint that
 * is not healthy is a finding, not a failed tick.
 */
@BackgroundDaemon({ name: 'heartbeat_probes', interval: '5m', initialDelay: 0 })
export class HeartbeatProbes implements OnStartup, OnTick, OnShutdown {
  #latest: readonly ProbeSnapshot[] = [];

  constructor(
    private readonly settings: HeartbeatProbesSettings,
    private readonly http: HttpProbe,
    @Available(WebServer) private readonly web: Availability<WebServer>,
  ) {}

  /** A copy of the findings of the last complete round, in the order of the endpoints; empty before the first. */
  current(): readonly ProbeSnapshot[] {
    return structuredClone(this.#latest);
  }

  /** @throws TypeError when a configured header cannot be sent. */
  startup(): void {
    this.settings.endpoints.forEach(probeTarget);
  }

  async tick({ signal, log, commit }: TickContext): Promise<void> {
    const findings = await mapLimited(this.#endpoints(), this.settings.concurrency, (endpoint) =>
      this.http.probe(endpoint, signal),
    );
    for (const { name, status, error } of findings) {
      if (status !== 'healthy') log.warn(`${name} is ${status}: ${error ?? ''}`);
    }
    commit(() => (this.#latest = findings));
  }

  shutdown(): void {
    this.#latest = [];
  }

  /** The configured ones, and this application itself unless one of them has its name. */
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
