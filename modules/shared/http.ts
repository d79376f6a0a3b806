import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv4 } from 'node:net';

import { causeOf, codeOf, describeError, isErrorLike, messageOf } from 'daemonry';
import type { FastifyInstance } from 'fastify';

export interface BoundedFetchOptions {
  /** Largest body of an answer in bytes, after unpacking. */
  readonly maxBytes: number;
  /** For a library that takes none of its own. */
  readonly signal?: AbortSignal;
}

// Statuses whose answers may not have a body.
const BODILESS = new Set([204, 205, 304]);

/**
 * A `fetch` to give to a client library. It follows no redirect, which could carry credentials to another host, keeps no
 * connection open, and resolves with the whole body read.
 *
 * Its function rejects with an error that says, without a full stop, what happened on the way, or that the answer is too large.
 */
export function boundedFetch({ maxBytes, signal }: BoundedFetchOptions): typeof fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('connection', 'close');
    try {
      const answer = await fetch(input, {
        ...init,
        headers,
        redirect: 'manual',
        signal: signal ?? init.signal ?? null,
      });
      const body = await readLimited(answer, maxBytes);
      const { status, statusText } = answer;
      return new Response(BODILESS.has(status) ? null : body, { status, statusText, headers: answer.headers });
    } catch (error) {
      throw new Error(fetchFailure(error).text.replace(/\.$/, ''), { cause: error });
    }
  };
}

export interface FetchFailure {
  /** Error code of the operating system or of the HTTP client: `ECONNREFUSED`, `ENOTFOUND` … */
  readonly code?: string;
  /** The code, and what happened. */
  readonly text: string;
}

/** The reason why `fetch` rejected, taken from the cause of its "fetch failed". */
export function fetchFailure(error: unknown): FetchFailure {
  const reason = causeOf(error) ?? error;
  const code = codeOf(reason);
  const said = isErrorLike(reason) ? messageOf(reason) : '';
  if (code === undefined) return { text: said === '' ? describeError(error) : said };
  // A refused connection to a name with several addresses has no message of its own.
  if (said === '') return { code, text: code };
  return { code, text: said.includes(code) ? said : `${code}: ${said}` };
}

/**
 * The body of an answer as text.
 *
 * @throws an error when it is larger than `bytes`; the rest of it is not read.
 */
async function readLimited(response: Response, bytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let read = 0;
  let text = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    read += chunk.byteLength;
    if (read > bytes) throw new Error(`The answer is larger than ${bytes} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Aborts when the caller hangs up, or has its answer. */
export function disconnection(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort(new Error('The caller has hung up.')));
  return controller.signal;
}

/**
 * Why the head of a request is refused: a proxy before this server, and what stands behind it, may understand two hosts as two
 * different ones. Undefined for a request that names one host.
 */
export function ambiguityOf({ rawHeaders, url }: IncomingMessage): string | undefined {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1) return 'A request has one Host.';
  return url?.startsWith('/') || url === '*' ? undefined : 'A request names a path, not a whole URL.';
}

/** True for the addresses and names of this very machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

const REQUEST_TIMEOUT_MS = 10_000;

/** Limits of every HTTP server: a request that is not there whole after ten seconds loses its connection, within a second more. */
export const SERVER_LIMITS = {
  requestTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: 5_000,
  forceCloseConnections: true,
  http: {
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Left at its default of a minute, which is longer, Node would heed neither.
    headersTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
  },
} as const;

/** Has the server close a connection with its answer when the body of the request has not been read: it is not waited for. */
export function closeUnread(server: FastifyInstance): void {
  server.addHook('onSend', async ({ raw }, reply) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
    if (!raw.complete && (encoding !== undefined || length !== '0')) reply.header('connection', 'close');
  });
}

/** JSON schema of why a change is made. */
export const REASON = { type: 'string', minLength: 1, maxLength: 500, pattern: '\\S' } as const;
