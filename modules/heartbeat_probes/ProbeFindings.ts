import { injectable } from 'inversify';
import type { FastifyInstance } from 'fastify';

import { WebRoutes } from '../web/WebRoutes';

/** What the probes found last, for whoever asks: the daemon `heartbeat_probes` fills it. */
@injectable()
export class ProbeFindings {
  #latest: readonly ProbeSnapshot[] | undefined;

  /** Whether a round is complete. Before the first, and when the daemon does not run, nothing can be said of any probe. */
  get known(): boolean {
    return this.#latest !== undefined;
  }

  /**
   * A copy of the findings of the last complete round: the endpoints in their order, then the vendors. Empty while nothing
   * is {@link known}.
   */
  current(): readonly ProbeSnapshot[] {
    return structuredClone(this.#latest ?? []);
  }

  /** Replaces what is known. */
  record(findings: readonly ProbeSnapshot[]): void {
    this.#latest = findings;
  }

  /** Nothing is known any more. */
  forget(): void {
    this.#latest = undefined;
  }
}

/** `GET /api/probes` on the web server. */
@injectable()
export class ProbeRoutes extends WebRoutes {
  constructor(private readonly findings: ProbeFindings) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get('/api/probes', () => ({ findings: this.findings.current() }));
  }
}

/**
 * `healthy`: the expected answer, in time · `degraded`: an answer that is slow, or that tells of trouble · `unhealthy`:
 * another answer, or the connection was refused · `unknown`: no answer, so that nothing can be said; also a vendor of whose
 * settings some are missing · `not_configured`: a vendor that nobody asked to probe.
 */
export type ProbeStatus = 'healthy' | 'degraded' | 'unhealthy' | 'unknown' | 'not_configured';

/** What kind of trouble a probe found. */
export type ProbeCategory =
  | 'unreachable'
  | 'unexpected_answer'
  | 'slow'
  | 'deployments_failing'
  | 'unresolved_issues'
  | 'single_machine_not_started'
  | 'machines_not_started'
  | 'apps_unreachable';

/** What the last probe of an endpoint or a vendor found. Plain JSON. */
export interface ProbeSnapshot {
  readonly name: string;
  readonly status: ProbeStatus;
  /** Without credentials and query values; absent when it is not known. */
  readonly url?: string;
  /** ISO text: when the probe ended. */
  readonly checkedAt: string;
  /** Until the probe could judge: to the head of an endpoint's answer, to the last answer of a vendor. Absent without any. */
  readonly latencyMs?: number;
  readonly httpStatus?: number;
  /** Of one that is degraded or unhealthy. */
  readonly category?: ProbeCategory;
  /** What a vendor was judged by. */
  readonly details?: Readonly<Record<string, number>>;
  /** Why it is not healthy; holds no credentials. */
  readonly error?: string;
}

/** What a probe finds; its name, address and time are added to it. */
export type ProbeFinding = Omit<ProbeSnapshot, 'name' | 'url' | 'checkedAt'>;
