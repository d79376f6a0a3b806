import { defineModule, type ModuleDefinition } from 'daemonry';
import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { WebRoutes } from '../web/WebRoutes';

/** The latest findings of the probes, kept up to date by the daemon `heartbeat_probes`. */
@injectable()
export class ProbeFindings {
  #latest: readonly ProbeSnapshot[] | undefined;

  /** True after the first complete round. False before it, and while the daemon does not run. */
  get known(): boolean {
    return this.#latest !== undefined;
  }

  /**
   * A copy of the findings of the last complete round: the endpoints in their order, then the vendors. Empty unless
   * {@link known}.
   */
  current(): readonly ProbeSnapshot[] {
    return structuredClone(this.#latest ?? []);
  }

  /** Replaces the findings. */
  record(findings: readonly ProbeSnapshot[]): void {
    this.#latest = findings;
  }

  /** Forgets the findings. */
  forget(): void {
    this.#latest = undefined;
  }
}

/** `GET /api/probes` on the web server. */
@injectable()
class ProbeRoutes extends WebRoutes {
  constructor(private readonly findings: ProbeFindings) {
    super();
  }

  /** Adds the route. */
  override register(server: FastifyInstance): void {
    server.get('/api/probes', () => ({ findings: this.findings.current() }));
  }
}

/**
 * `healthy`: the expected answer, in time · `degraded`: an answer that is slow, or that tells of trouble · `unhealthy`:
 * another answer, or the connection was refused · `unknown`: no answer, or a vendor with some of its settings missing ·
 * `not_configured`: a vendor with all of its settings missing.
 */
export type ProbeStatus = 'healthy' | 'degraded' | 'unhealthy' | 'unknown' | 'not_configured';

/** Kind of trouble that a probe found. */
export type ProbeCategory =
  | 'unreachable'
  | 'unexpected_answer'
  | 'slow'
  | 'deployments_failing'
  | 'unresolved_issues'
  | 'single_machine_not_started'
  | 'machines_not_started'
  | 'apps_unreachable';

/** The finding of the last probe of an endpoint or a vendor. Plain JSON. */
export interface ProbeSnapshot {
  /** Name of the endpoint or the vendor. */
  readonly name: string;
  /** The judgement. */
  readonly status: ProbeStatus;
  /** URL without credentials and query values; absent when it is not known. */
  readonly url?: string;
  /** ISO text: when the probe ended. */
  readonly checkedAt: string;
  /** Milliseconds to the head of an endpoint's answer, or to the last answer of a vendor. Absent without an answer. */
  readonly latencyMs?: number;
  /** Status code of an endpoint's answer, or of an unexpected answer of a vendor. */
  readonly httpStatus?: number;
  /** Kind of trouble; only when degraded or unhealthy. */
  readonly category?: ProbeCategory;
  /** Figures that a vendor was judged by. */
  readonly details?: Readonly<Record<string, number>>;
  /** Reason why it is not healthy, without credentials. */
  readonly error?: string;
}

/** A finding before the name, the URL and the time are added. */
export type ProbeFinding = Omit<ProbeSnapshot, 'name' | 'url' | 'checkedAt'>;

const probeFindings = defineModule('probe_findings', {
  bind: ({ bind }) => {
    bind(ProbeFindings).toSelf();
    bind(ProbeRoutes).toSelf();
    bind(WebRoutes).toService(ProbeRoutes);
  },
});

/** The latest findings of the probes, to inject as `ProbeFindings`, and their route. */
export function probeFindingsModule(): ModuleDefinition {
  return probeFindings;
}
