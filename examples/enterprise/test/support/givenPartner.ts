import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Order } from '../../src/orders/OrderStore';

export interface Partner {
  readonly url: string;
  close(): Promise<void>;
}

/** The partner's service, on a free port of this machine. */
export async function givenPartner(answer: RequestListener): Promise<Partner> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const answering =
  (orders: readonly Order[]): RequestListener =>
  (_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(orders));
