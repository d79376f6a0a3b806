import { Clock, withDeadline, messageOf } from 'daemonry';
import { injectable } from 'inversify';

import { fetchFailure } from '../shared/http';
import { REDACTED, SecretRemover } from '../shared/text';
import type { ProbeEndpoint } from './HeartbeatProbesSettings';
import type { ProbeFinding, ProbeSnapshot } from './ProbeFindings';

const REFUSED = new Set(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET']);

/** Probes HTTP endpoints. A failed call is a finding, never an error. */
@injectable()
export class HttpProbe {
  readonly #secrets = new SecretRemover();

  constructor(private readonly clock: Clock) {}

  /** Probes one endpoint. @throws the signal's reason after it aborts. */
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
    const late = new Error(`No answer within ${String(endpoint.timeout)}.`);
    const since = performance.now();
    const call = async (signal: AbortSignal): Promise<ProbeFinding> => {
      const response = await fetch(url, { method: endpoint.method, headers, redirect: 'manual', signal });
      const latencyMs = Math.round(performance.now() - since);
      // The head is enough; an unread body would keep the connection open.
      await response.body?.cancel();
      return judge(endpoint, response.status, latencyMs);
    };
    try {
      return await withDeadline(endpoint.timeout, call, { clock: this.clock, signal: outer, expired: () => late });
    } catch (error) {
      if (outer.aborted || error === late) return { status: 'unknown', error: messageOf(error) };
      return judgeFailure(error, (text) => this.#secrets.redact(text, secrets));
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

function judgeFailure(error: unknown, redact: (text: string) => string): ProbeFinding {
  const { code, text } = fetchFailure(error);
  const shown = redact(text);
  if (!REFUSED.has(code ?? '')) return { status: 'unknown', error: shown };
  return { status: 'unhealthy', category: 'unreachable', error: shown };
}

type CalledEndpoint = Pick<ProbeEndpoint, 'name' | 'url' | 'headers'>;

/** An endpoint in the form to call it, and to show it. */
export interface ProbeTarget {
  readonly url: string;
  readonly headers: Headers;
  /** The URL as it may be shown. */
  readonly shownUrl: string;
  /** Texts that must not be shown. */
  readonly secrets: readonly string[];
}

/**
 * Prepares an endpoint. Credentials in the URL, which `fetch` refuses, become an `authorization` header, unless one is
 * configured.
 *
 * @throws TypeError for a URL that cannot be called, or a header that cannot be sent. The message holds no secret.
 */
export function probeTarget({ name, url, headers: configured }: CalledEndpoint): ProbeTarget {
  const { target, username, password } = parseUrl(name, url);
  const secrets = [target.username, target.password, username, password];
  target.username = target.password = '';

  const headers = new Headers({ accept: '*/*', connection: 'close' });
  if (username !== '' || password !== '') {
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    headers.set('authorization', `Basic ${basic}`);
    secrets.push(basic);
  }
  for (const [header, value] of Object.entries(configured)) {
    // `Bearer abc` must not be shown, and neither must `abc`.
    secrets.push(value, ...value.split(/\s+/).filter((part) => part.length >= 8));
    setHeader(headers, header, value);
  }
  for (const value of target.searchParams.values()) secrets.push(value, encodeURIComponent(value));

  return {
    url: target.href,
    headers,
    shownUrl: `${target.origin}${target.pathname}${target.search === '' ? '' : `?${REDACTED}`}`,
    secrets: [target.search, ...secrets],
  };
}

function parseUrl(name: string, url: string): { target: URL; username: string; password: string } {
  try {
    const target = new URL(url);
    return { target, username: decodeURIComponent(target.username), password: decodeURIComponent(target.password) };
  } catch {
    // The original error holds the URL.
    throw new TypeError(`The url of the endpoint "${name}" cannot be parsed.`);
  }
}

function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch {
    // The original message quotes the value.
    throw new TypeError(`The header "${name}" cannot be sent: its name or its value is not allowed in HTTP.`);
  }
}
