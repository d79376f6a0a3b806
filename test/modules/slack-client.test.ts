import type { IncomingMessage, ServerResponse } from 'node:http';

import { PlanError } from 'daemonry';
import { type SlackClient, slackClientModule } from 'daemonry/modules/slack_client';
import { createTestApplication } from 'daemonry/testing';

import { closeHttpServers, givenClosedPort, givenHttpServer } from './support/givenHttpServer';

const TOKEN = 'xoxb-swordfish-123';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;
type Reply = (response: ServerResponse) => void;

const running: TestApplication[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  await closeHttpServers();
});

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const ACCEPTED = json({ ok: true, team: 'Acme', user: 'gateway' });
const POSTED = json({ ok: true, channel: 'C1', ts: '1700.1' });

/** Answers the token check with `auth`, and the calls after it with `replies`, in order. */
async function givenSlack({ auth = ACCEPTED, replies = [POSTED] }: { auth?: Reply; replies?: readonly Reply[] } = {}) {
  const calls: { method: string; authorization?: string; body: unknown }[] = [];
  const waiting = [...replies];
  const { url } = await givenHttpServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      calls.push({ method: request.url ?? '', body, ...(authorization === undefined ? {} : { authorization }) });
      const reply = request.url === '/api/auth.test' ? auth : waiting.shift();
      reply?.(response);
    });
  });
  return { apiUrl: `${url}/api/`, calls };
}

async function givenClient(slack: Record<string, unknown>) {
  const app = await createTestApplication({ modules: [slackClientModule()], config: { values: { slack } } });
  running.push(app);
  await app.start();
  return { app, client: app.listeners.resolve<SlackClient>('slack_client') };
}

async function givenPostingClient(replies: readonly Reply[], settings: Record<string, unknown> = {}) {
  const { apiUrl, calls } = await givenSlack({ replies });
  const { app, client } = await givenClient({ botToken: TOKEN, apiUrl, ...settings });
  const posts = () => calls.filter(({ method }) => method === '/api/chat.postMessage');
  const untilPosts = async (count: number): Promise<void> => {
    while (posts().length < count) await new Promise((resolve) => setImmediate(resolve));
    // The answer is on its way back.
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  return { app, client, posts, untilPosts };
}

describe('the Slack client', () => {
  describe('without a token', () => {
    it('is disabled, and the application runs and is ready', async () => {
      const { app } = await givenClient({});

      expect(app.status()).toMatchObject({
        state: 'running',
        listeners: [
          {
            name: 'slack_client',
            state: 'disabled',
            disabledReason: 'no slack.botToken is configured (DAEMONRY__SLACK__BOT_TOKEN)',
          },
        ],
      });
      expect(await app.health()).toMatchObject({ ready: true });
    });

    it('refuses to post', async () => {
      const { client } = await givenClient({});

      await expect(client.postMessage({ channel: 'C1', text: 'hello' })).rejects.toMatchObject({
        code: 'SLACK_REFUSED',
        slackCode: 'not_authed',
      });
    });
  });

  describe('with a token', () => {
    it('asks Slack whether it is good', async () => {
      const { apiUrl, calls } = await givenSlack();

      const { app } = await givenClient({ botToken: TOKEN, apiUrl });

      expect(app.status().listeners).toMatchObject([{ state: 'running' }]);
      expect(calls).toEqual([{ method: '/api/auth.test', authorization: `Bearer ${TOKEN}`, body: {} }]);
    });

    it('fails its startup, and not the boot, when Slack refuses it', async () => {
      const { apiUrl } = await givenSlack({ auth: json({ ok: false, error: 'invalid_auth' }) });

      const { app } = await givenClient({ botToken: TOKEN, apiUrl });

      expect(app.status()).toMatchObject({
        state: 'degraded',
        listeners: [
          {
            state: 'startup_failed',
            error: { code: 'SLACK_REFUSED', message: expect.stringContaining('invalid_auth') as string },
          },
        ],
      });
    });

    it('fails its startup, and not the boot, when Slack cannot be reached', async () => {
      const port = await givenClosedPort();
      const app = await createTestApplication({
        modules: [slackClientModule()],
        config: { values: { slack: { botToken: TOKEN, apiUrl: `http://127.0.0.1:${port}/api/` } } },
      });
      running.push(app);

      const started = app.start();
      await app.clock.advance('1s');
      await started;

      expect(app.status().listeners).toMatchObject([
        {
          state: 'startup_failed',
          error: { code: 'SLACK_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED') as string },
        },
      ]);
    });
  });

  describe('posting a message', () => {
    it('sends it once, and resolves with where it went', async () => {
      const { client, posts } = await givenPostingClient([POSTED]);

      expect(await client.postMessage({ channel: 'C1', text: 'hello' })).toEqual({ channel: 'C1', ts: '1700.1' });

      expect(posts()).toEqual([
        { method: '/api/chat.postMessage', authorization: `Bearer ${TOKEN}`, body: { channel: 'C1', text: 'hello' } },
      ]);
    });

    it('waits as long as Slack asks, and tries once more', async () => {
      const { app, client, posts, untilPosts } = await givenPostingClient([
        json({}, 429, { 'retry-after': '7' }),
        POSTED,
      ]);

      const posting = client.postMessage({ channel: 'C1', text: 'hello' });
      await untilPosts(1);
      await app.clock.advance('6.9s');
      expect(posts()).toHaveLength(1);
      await app.clock.advance('100ms');

      expect(await posting).toMatchObject({ ts: '1700.1' });
      expect(posts()).toHaveLength(2);
    });

    it('does not wait for longer than 30 s', async () => {
      const { client, posts } = await givenPostingClient([json({}, 429, { 'retry-after': '31' })]);

      await expect(client.postMessage({ channel: 'C1', text: 'hello' })).rejects.toMatchObject({
        code: 'SLACK_RATE_LIMITED',
        lastStatus: 429,
        message: expect.stringContaining('31 s') as string,
      });
      expect(posts()).toHaveLength(1);
    });

    it.each<[string, Reply]>([
      ['a 5xx', json({}, 503)],
      ['a broken connection', (response) => response.destroy()],
    ])('tries once more half a second after %s', async (_what, broken) => {
      const { app, client, posts, untilPosts } = await givenPostingClient([broken, POSTED]);

      const posting = client.postMessage({ channel: 'C1', text: 'hello' });
      await untilPosts(1);
      await app.clock.advance('499ms');
      expect(posts()).toHaveLength(1);
      await app.clock.advance('1ms');

      expect(await posting).toMatchObject({ ts: '1700.1' });
    });

    it('gives up after the second failure', async () => {
      const { app, client, posts, untilPosts } = await givenPostingClient([json({}, 500), json({}, 502)]);

      const posting = client.postMessage({ channel: 'C1', text: 'hello' }).catch((error: unknown) => error);
      await untilPosts(1);
      await app.clock.advance('500ms');

      expect(await posting).toMatchObject({ name: 'SlackTransportError', code: 'SLACK_UNREACHABLE', lastStatus: 502 });
      expect(posts()).toHaveLength(2);
    });

    it('tries once more when there is no answer in time', async () => {
      const { app, client, posts, untilPosts } = await givenPostingClient([() => {}, POSTED], { timeout: '3s' });

      const posting = client.postMessage({ channel: 'C1', text: 'hello' });
      await untilPosts(1);
      await app.clock.advance('3s');
      await app.clock.advance('500ms');

      expect(await posting).toMatchObject({ ts: '1700.1' });
      expect(posts()).toHaveLength(2);
    });

    it.each<[string, Reply, object]>([
      [
        'a refusal',
        json({ ok: false, error: 'channel_not_found' }),
        { name: 'SlackApiError', code: 'SLACK_REFUSED', slackCode: 'channel_not_found' },
      ],
      ['another 4xx', json({}, 404), { name: 'SlackTransportError', lastStatus: 404 }],
      [
        'an answer that is no JSON',
        (response) => response.end('<html>'),
        { code: 'SLACK_UNREACHABLE', lastStatus: 200 },
      ],
      ['an answer that is no object', json([1].length), { code: 'SLACK_UNREACHABLE' }],
      [
        'a redirect',
        (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
        { code: 'SLACK_UNREACHABLE' },
      ],
    ])('does not try again after %s', async (_what, reply, expected) => {
      const { client, posts } = await givenPostingClient([reply]);

      await expect(client.postMessage({ channel: 'C1', text: 'hello' })).rejects.toMatchObject(expected);
      expect(posts()).toHaveLength(1);
    });

    it('ends with the reason of its signal, in a call as well as in a pause', async () => {
      const { client, untilPosts } = await givenPostingClient([() => {}, json({}, 503)]);
      const reason = new Error('not needed any more');

      for (const count of [1, 2]) {
        const controller = new AbortController();
        const posting = client.postMessage({ channel: 'C1', text: 'hello', signal: controller.signal });
        const ended = expect(posting).rejects.toBe(reason);
        await untilPosts(count);
        controller.abort(reason);
        await ended;
      }
    });
  });

  it('shows the token nowhere, even when Slack echoes it', async () => {
    const { apiUrl } = await givenSlack({ auth: json({ ok: false, error: `bad token ${TOKEN}` }) });

    const { app } = await givenClient({ botToken: TOKEN, apiUrl });

    expect(JSON.stringify([app.status(), app.logs, app.plan])).not.toContain('swordfish');
    expect(app.status().listeners[0]?.error?.message).toContain('bad token [redacted]');
  });

  describe('settings', () => {
    it.each([
      ['http beyond loopback', { apiUrl: 'http://slack.example/api/' }, 'apiUrl'],
      ['a URL without a slash at the end', { apiUrl: 'https://slack.com/api' }, 'apiUrl'],
      ['a URL with credentials', { apiUrl: 'https://a:b@slack.com/api/' }, 'apiUrl'],
      ['a token with a line break', { botToken: `${TOKEN}\n` }, 'botToken'],
      ['a timeout beyond the limit', { timeout: '1h' }, 'timeout'],
    ])('refuse %s', async (_what, slack, path) => {
      const error = await givenClient(slack).catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(PlanError);
      expect(String(error)).toContain(`slack.${path}`);
      expect(String(error)).not.toContain('swordfish');
    });
  });
});
