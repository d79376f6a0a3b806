import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';

import type { ListenerLogger } from 'daemonry';

import { ambiguityOf, SERVER_LIMITS } from '../shared/http';
import { sameSecret } from '../shared/text';
import { answerClientError } from '../web/failures';
import { HostGuard } from '../web/guards';
import type { Exposition } from './exposition';
import { MetricsListenError } from './errors';

const BEARER = /^Bearer +(\S+) *$/i;

interface ScrapeServerOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly log: ListenerLogger;
  /** Called when the server breaks while it listens. */
  readonly fail: (error: unknown) => void;
  readonly expose: (accept: string | undefined) => Promise<Exposition>;
}

interface ScrapeServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A server that answers `GET /metrics` and nothing else. @throws MetricsListenError */
export async function listenForScrapes(options: ScrapeServerOptions): Promise<ScrapeServer> {
  const { host, port, fail } = options;
  const hosts = new HostGuard(host, []);
  const server = createServer(SERVER_LIMITS.http, (request, response) => {
    response.setHeader('cache-control', 'no-store').setHeader('x-content-type-options', 'nosniff');
    // A body is not read.
    if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
      response.setHeader('connection', 'close');
    const status =
      hosts.allows(request.headers.host) && ambiguityOf(request) === undefined ? statusFor(request, options) : 403;
    if (status === 200) void answer(request, response, options);
    else refuse(response, status);
  });
  server.keepAliveTimeout = SERVER_LIMITS.keepAliveTimeout;
  server.on('clientError', answerClientError);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new MetricsListenError(host, port, error)));
    server.listen(port, host, resolve);
  });
  server.removeAllListeners('error').on('error', fail);
  const { address, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${isIPv6(address) ? `[${address}]` : address}:${bound}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function statusFor({ method, url = '', headers }: IncomingMessage, { token }: ScrapeServerOptions): number {
  if (url.split('?', 1)[0] !== '/metrics') return 404;
  if (method !== 'GET' && method !== 'HEAD') return 405;
  if (token === undefined) return 200;
  const given = BEARER.exec(headers.authorization ?? '')?.[1];
  return given !== undefined && sameSecret(given, token) ? 200 : 401;
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Send "Authorization: Bearer" and the value of metrics.token.',
  403: 'This server does not answer under that Host.',
  404: 'There is nothing under this path but /metrics.',
  405: 'This path answers GET and HEAD.',
  500: 'The metrics could not be written; the log says why.',
};

const HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Bearer' },
  405: { allow: 'GET, HEAD' },
};

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...HEADERS[status] });
  response.end(`${REASONS[status] ?? ''}\n`);
}

async function answer(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { expose, log }: ScrapeServerOptions,
): Promise<void> {
  try {
    const { contentType, body } = await expose(headers.accept);
    response.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
    response.end(method === 'HEAD' ? undefined : body);
  } catch (error) {
    log.error('The metrics could not be written', { error });
    refuse(response, 500);
  }
}
