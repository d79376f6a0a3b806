import { Clock, durationMs } from 'daemonry';
import { injectable } from 'inversify';

import { deadline } from '../shared/deadline';
import { fetchFailure } from '../shared/fetchFailure';
import { redact } from '../shared/redact';
import type { ProbeEndpoint } from './HeartbeatProbesSettings';
import type { ProbeFinding, ProbeSnapshot } from './ProbeSnapshot';
import { probeTarget, type ProbeTarget } from './probeTarget';

const REFUSED = new Set(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET']);

/** Calls one endpoint. What goes wrong is its finding, and never an error. */
@injectable()
export class HttpProbe {
  constructor(private readonly clock: Clock) {}

  /** @throws the signal's reason, once it aborts. */
  async probe(endpoint: ProbeEndpoint, signal: AbortSignal): Promise<ProbeSnapshot> {
    const target = probeTarget(endpoint);
    const finding = await this.#call(endpoint, target, signal);
    signal.throwIfAborted();
    return {
      name: endpoint.name,
      url: target.shownUrl,
      checkedAt: new Date(this.clock.now()).toISOString(),
      ...finding,
    };
  }

  async #call(
    endpoint: ProbeEndpoint,
    { url, headers, secrets }: ProbeTarget,
    outer: AbortSignal,
  ): Promise<ProbeFinding> {
    const timeout = new Error(`No answer within ${String(endpoint.timeout)}.`);
    const { signal, clear } = deadline(this.clock, durationMs(endpoint.timeout), timeout, outer);
    const since = performance.now();
    try {
      const response = await fetch(url, { method: endpoint.method, headers, redirect: 'manual', signal });
      const latencyMs = Math.round(performance.now() - since);
      // The head says everything that is asked for; an unread body would hold its connection.
      await response.body?.cancel();
      return judge(endpoint, response.status, latencyMs);
    } catch (error) {
      if (signal.aborted) return { status: 'unknown', error: (signal.reason as Error).message };
      return judgeFailure(error, secrets);
    } finally {
      clear();
    }
  }
}

function judge({ expectStatus, degradedAboveMs }: ProbeEndpoint, httpStatus: number, latencyMs: number): ProbeFinding {
  const expected = expectStatus === undefined ? httpStatus >= 200 && httpStatus <= 299 : httpStatus === expectStatus;
  if (!expected) {
    const error = `Answered ${httpStatus} instead of ${expectStatus ?? '200 to 299'}.`;
    return { status: 'unhealthy', category: 'unexpected_answer', latencyMs, httpStatus, error };
  }
  if (degradedAboveMs !== undefined && latencyMs > degradedAboveMs) {
    const error = `Answered after ${latencyMs} ms, more than ${degradedAboveMs} ms.`;
    return { status: 'degraded', category: 'slow', latencyMs, httpStatus, error };
  }
  return { status: 'healthy', latencyMs, httpStatus };
}

function judgeFailure(error: unknown, secrets: readonly string[]): ProbeFinding {
  const { code, text } = fetchFailure(error);
  const shown = redact(text, secrets);
  if (!REFUSED.has(code ?? '')) return { status: 'unknown', error: shown };
  return { status: 'unhealthy', category: 'unreachable', error: shown };
}
