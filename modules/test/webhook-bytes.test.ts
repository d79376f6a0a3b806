import { createHmac } from 'node:crypto';
import { request } from 'node:http';

import { endWebhooks, givenWebhooks, question, SECONDS, SECRET, until } from './support/givenWebhooks';

afterEach(endWebhooks);

/** Sends a body in these pieces, each in a chunk of its own. */
function post(url: string, pieces: readonly Buffer[], contentType: string): Promise<number> {
  const body = Buffer.concat(pieces);
  const signature = createHmac('sha256', SECRET).update(`v0:${SECONDS}:`).update(body).digest('hex');
  return new Promise((resolve, reject) => {
    const call = request(`${url}/api/webhooks/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'x-slack-request-timestamp': String(SECONDS),
        'x-slack-signature': `v0=${signature}`,
      },
    });
    call.on('error', reject);
    call.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    const send = ([piece, ...others]: readonly Buffer[]): void => {
      if (piece === undefined) call.end();
      else call.write(piece, () => setImmediate(send, others));
    };
    send(pieces);
  });
}

describe('The signature of a webhook is that of its bytes', () => {
  it.each(['application/json', 'application/json; charset=utf-8'])(
    'when a chunk ends in the middle of a character: %s',
    async (contentType) => {
      const { url, posts } = await givenWebhooks();
      const body = Buffer.from(question('help 🚀 \u2028 ü'));
      const cut = body.indexOf(Buffer.from('🚀')) + 2;

      expect(await post(url, [body.subarray(0, cut), body.subarray(cut)], contentType)).toBe(200);

      await until(() => posts().length === 1);
    },
  );

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=b'])(
    'and another kind of body is refused, signed or not: %s',
    async (contentType) => {
      const { url, posts } = await givenWebhooks();

      expect(await post(url, [Buffer.from('payload=%7B%7D')], contentType)).toBe(415);
      expect(posts()).toEqual([]);
    },
  );
});
