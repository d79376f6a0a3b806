import { connect } from 'node:net';

import { givenOrders, GOOD, post, told } from './support/givenOrders';
import { endWeb } from './support/givenWeb';

const TOKEN = 'kim-0123456789abcdef';
const OPERATORS = [{ name: 'kim', kind: 'human', token: TOKEN, may: ['read', 'operate', 'approve'] }];

afterEach(endWeb);

describe('a request as nginx passes it on by default', () => {
  it.each(['/api/status', '/api/orders', '/whoami'])('is refused for %s while no operators are named', async (path) => {
    const { url } = await givenOrders();

    expect(await asNginx(url, path)).toMatchObject({
      status: 403,
      text: expect.stringContaining('OPERATORS_UNSET') as string,
    });
    expect((await asNginx(url, '/livez')).status).toBe(200);
  });

  it('changes nothing while no operators are named', async () => {
    const { url } = await givenOrders();

    expect((await asNginx(url, '/api/orders/7/cancel', GOOD)).status).toBe(403);
    expect(told).toEqual([]);
  });

  it('differs from one of a program of this machine, which is answered', async () => {
    const { url } = await givenOrders();

    expect((await post(`${url}/api/orders/7/cancel`, GOOD)).status).toBe(200);
  });

  it('is answered with the token of an operator', async () => {
    const { url } = await givenOrders({ operators: OPERATORS });

    expect((await asNginx(url, '/api/orders/7/cancel', GOOD)).status).toBe(401);
    expect((await asNginx(url, '/api/orders/7/cancel', GOOD, `Authorization: Bearer ${TOKEN}`)).status).toBe(200);
  });
});

/** One request in HTTP/1.0, under the name and the port of the server, with nothing that says who asked the proxy. */
function asNginx(
  url: string,
  path: string,
  body?: object,
  ...more: readonly string[]
): Promise<{ status: number; text: string }> {
  const { port, host } = new URL(url);
  const json = body === undefined ? '' : JSON.stringify(body);
  const ofBody = body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${json.length}`];
  const method = body === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(
        [`${method} ${path} HTTP/1.0`, `Host: ${host}`, 'Connection: close', ...ofBody, ...more, '', json].join('\r\n'),
      );
    });
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text });
    });
  });
}
