import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GivenHttpServer {
  readonly url: string;
  readonly port: number;
  /** Every request so far. */
  readonly requests: readonly IncomingMessage[];
}

const open = new Set<Server>();

/** A real HTTP server on loopback; closed by {@link closeHttpServers}. */
export async function givenHttpServer(handler: RequestListener): Promise<GivenHttpServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    void handler(request, response);
  });
  open.add(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, requests };
}

/** A port on loopback where nobody listens. */
export async function givenClosedPort(): Promise<number> {
  const { port } = await givenHttpServer((_request, response) => response.end());
  await closeHttpServers();
  return port;
}

export async function closeHttpServers(): Promise<void> {
  const servers = [...open];
  open.clear();
  await Promise.all(
    servers.map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
}
