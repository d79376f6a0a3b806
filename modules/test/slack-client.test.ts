import { json, type Reply, silence } from './support/givenReplies';
import { givenSlack, POSTED } from './support/givenSlack';
import { endSlackClients, givenClient, givenPostingClient, TOKEN } from './support/givenSlackClient';

afterEach(endSlackClients);

describe('the Slack client', () => {
  describe('posting a message', () => {
    it('sends it once, and resolves with where it went', async () => {
      const { client, posts } = await givenPostingClient([POSTED]);

      expect(await client.postMessage({ channel: 'C1', text: 'hello' })).toEqual({ channel: 'C1', ts: '1700.1' });

      expect(posts()).toEqual([
        { method: 'chat.postMessage', authorization: `Bearer ${TOKEN}`, body: { channel: 'C1', text: 'hello' } },
      ]);
    });

    it('escapes it: what looks like a mention, a link or an entity is text', async () => {
      const { client, posts } = await givenPostingClient([POSTED]);

      await client.postMessage({ channel: 'C1', text: '<!channel> a < b && <https://evil.example|login> &lt;' });

      const text = '&lt;!channel&gt; a &lt; b &amp;&amp; &lt;https://evil.example|login&gt; &amp;lt;';
      expect(posts()).toMatchObject([{ body: { text } }]);
    });

    it('sends markup as it is, where that is asked for', async () => {
      const { client, posts } = await givenPostingClient([POSTED]);

      await client.postMessage({ channel: 'C1', text: '<!here> *done*', markup: true });

      expect(posts()).toMatchObject([{ body: { text: '<!here> *done*' } }]);
    });

    it('puts it into a thread', async () => {
      const { client, posts } = await givenPostingClient([POSTED]);

      await client.postMessage({ channel: 'C1', text: 'hello', threadTs: '1699.7' });

      expect(posts()).toMatchObject([{ body: { channel: 'C1', text: 'hello', thread_ts: '1699.7' } }]);
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

    it.each<Record<string, string>>([{}, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, { 'retry-after': '-5' }])(
      'waits one second where Slack does not say how many: %j',
      async (headers) => {
        const { app, client, posts, untilPosts } = await givenPostingClient([json({}, 429, headers), POSTED]);

        const posting = client.postMessage({ channel: 'C1', text: 'hello' });
        await untilPosts(1);
        await app.clock.advance('999ms');
        expect(posts()).toHaveLength(1);
        await app.clock.advance('1ms');

        expect(await posting).toMatchObject({ ts: '1700.1' });
      },
    );

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
      const { app, client, posts, untilPosts } = await givenPostingClient([silence, POSTED], { timeout: '3s' });

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

    it('reads no more of an answer than fits', async () => {
      const huge = json({ ok: true, blob: 'x'.repeat(2_000_000) });
      const { app, client } = await givenPostingClient([huge, huge]);
      let isOver = false;
      const posting = client.postMessage({ channel: 'C1', text: 'hello' }).catch((error: unknown) => error);
      void posting.finally(() => (isOver = true));

      // A long answer takes its time, and the pause before the second try begins only after it.
      while (!isOver) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await app.clock.advance('500ms');
      }

      expect(await posting).toMatchObject({
        code: 'SLACK_UNREACHABLE',
        message: expect.stringContaining('larger than') as string,
      });
    });

    it('ends with the reason of its signal, in a call as well as in a pause', async () => {
      const { client, untilPosts } = await givenPostingClient([silence, json({}, 503)]);
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

  it('logs what Slack warns of, and neither the messages nor the token', async () => {
    const warning = `deprecated_argument ${TOKEN}`;
    const { app, client } = await givenPostingClient([
      json({ ok: true, channel: 'C1', ts: '1700.1', response_metadata: { warnings: [warning] } }),
    ]);

    await client.postMessage({ channel: 'C1', text: 'between us' });

    expect(app.logs.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'Slack: deprecated_argument [redacted]',
    ]);
    expect(JSON.stringify(app.logs)).not.toMatch(/swordfish|between us/);
  });
});
