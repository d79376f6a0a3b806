import { connect } from 'node:net';

import { givenOrders } from './support/givenOrders';
import { endWeb } from './support/givenWeb';
import { endWebhooks, givenWebhooks } from './support/givenWebhooks';

// A connection is given up ten seconds after its request began.
jest.setTimeout(60_000);

afterEach(async () => {
  await endWeb();
  await endWebhooks();
});

const head = (path: string, more = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n${more}\r\n`;

/** Sends this, then a byte now and then; resolves with everything that came once the server has closed the connection. */
function trickle(port: number, begin: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    socket.write(begin);
    const drip = setInterval(() => socket.write('x'), 100);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      resolve(Buffer.concat(chunks).toString());
    });
  });
}

async function givenServers() {
  const { url } = await givenOrders();
  const { app } = await givenWebhooks({ webhooks: { callsPerMinute: 3 } });
  const webhooks = app.listeners.resolve<{ port: number }>('webhooks').port;
  return { web: Number(new URL(url).port), webhooks };
}

describe('the HTTP servers', () => {
  it('give up a body, or a head, that comes byte by byte, and answer 408', async () => {
    const { web, webhooks } = await givenServers();

    const answers = await Promise.all([
      trickle(web, head('/api/orders/7/cancel')),
      trickle(web, 'GET /livez HTTP/1.1\r\nHost: localhost\r\nX: '),
      trickle(webhooks, head('/api/webhooks/slack/events')),
    ]);

    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('read on no body of a request that they have refused', async () => {
    const { web, webhooks } = await givenServers();

    const answers = await Promise.all([
      trickle(web, head('/api/orders/7/cancel', 'Origin: https://evil.example\r\n')),
      trickle(web, head('/nothing')),
      trickle(webhooks, head('/nothing')),
      trickle(webhooks, head('/api/webhooks/slack/events').replace('1000', '1000000')),
      trickle(webhooks, head('/api/webhooks/slack/events').replace('application/json', 'text/html')),
      trickle(webhooks, head('/api/webhooks/email/inbound')),
    ]);

    expect(answers.map((answer) => answer.slice(9, 12))).toEqual(['403', '404', '404', '413', '415', '429']);
    for (const answer of answers) expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('keep the connection of a request that they have read', async () => {
    const { webhooks } = await givenServers();
    const answer = await fetch(`http://127.0.0.1:${webhooks}/healthz`);

    expect(answer.headers.get('connection')).toBe('keep-alive');
  });
});
