import { createServer, type Server } from 'node:http';

import type { CallInFlight } from '../contracts/ApplicationEvents';

/** A client that is slower than this is cut off. */
const SLOWEST_MS = 5_000;
const MOST_CONNECTIONS = 64;
const MOST_HEADER_BYTES = 8_192;

/** The standstill that is told to whoever asks. */
export interface ToldStandstill extends Partial<CallInFlight> {
  readonly blockedMs: number;
}

/**
 * Answers `GET /livez` from a thread of its own: 200 while the event loop of the application turns, 503 and who holds it while
 * it does not. Everything else is 404.
 */
export class LivezServer {
  readonly #server: Server;

  /** @param standstill - returns the standstill at this moment, or undefined. */
  constructor(standstill: () => ToldStandstill | undefined) {
    this.#server = createServer(
      { maxHeaderSize: MOST_HEADER_BYTES, connectionsCheckingInterval: 1_000 },
      (request, response) => {
        request.resume();
        const isAsked =
          request.url?.split('?', 1)[0] === '/livez' && (request.method === 'GET' || request.method === 'HEAD');
        const blocked = isAsked ? standstill() : undefined;
        const body = !isAsked
          ? { error: 'not found' }
          : blocked === undefined
            ? { live: true }
            : { live: false, ...blocked };
        response.writeHead(!isAsked ? 404 : blocked === undefined ? 200 : 503, {
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          connection: 'close',
        });
        response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body)}\n`);
      },
    );
    this.#server.headersTimeout = SLOWEST_MS;
    this.#server.requestTimeout = SLOWEST_MS;
    this.#server.timeout = SLOWEST_MS;
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** @param failed - called when it cannot listen. */
  listen(host: string, port: number, failed: (error: Error) => void): void {
    this.#server.on('error', failed);
    this.#server.listen(port, host);
  }
}
