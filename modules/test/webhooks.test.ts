import { cp } from 'node:fs/promises';
import { basename } from 'node:path';

import { InboundMail, type InboundOutcome } from '@daemonry/modules/email_inbound_imap';
import { OperationalState } from '@daemonry/modules/operational_state';
import type { Webhooks } from '@daemonry/modules/webhooks';

import { call } from './support/call';
import { givenHttpServer } from './support/givenHttpServer';
import { json, silence } from './support/givenReplies';
import { POSTED } from './support/givenSlack';
import {
  audited,
  endWebhooks,
  fromMail,
  fromSlack,
  givenFolder,
  givenWebhooks,
  MAIL,
  messages,
  question,
  SECONDS,
  until,
} from './support/givenWebhooks';

afterEach(endWebhooks);

/** Leaves files, and locks that nobody holds, as a process that died does. */
const copyUnlocked = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, filter: (path) => basename(path) !== 'lock' });

describe('webhooks', () => {
  it('is disabled without a secret, and listens nowhere', async () => {
    const { app } = await givenWebhooks({ webhooks: { slackSigningSecret: undefined, emailSecret: undefined } });

    expect(app.status()).toMatchObject({ state: 'running' });
    expect(app.status().listeners.find(({ name }) => name === 'webhooks')).toMatchObject({
      state: 'disabled',
      disabledReason: expect.stringContaining('no secret is configured') as string,
    });
    expect(app.listeners.resolve<Webhooks>('webhooks').port).toBeUndefined();
  });

  it('opens its port after what it feeds has started, and closes it before that stops', async () => {
    const { app, url } = await givenWebhooks();

    expect(await call(`${url}/healthz`)).toMatchObject({ status: 200, body: { ok: true } });
    await app.stop();
    await expect(call(`${url}/healthz`)).rejects.toThrow('ECONNREFUSED');

    const order = (event: string) =>
      app.journal.filter((line) => line.startsWith(event)).map((line) => line.split(' ')[1]);
    expect(order('listener.started').at(-1)).toBe('webhooks');
    expect(order('listener.stopped')[0]).toBe('webhooks');
  });

  it('has no route of another server on its port', async () => {
    const { url } = await givenWebhooks();

    for (const path of ['/', '/api/status', '/api/promotions', '/mcp', '/livez']) {
      expect(await call(`${url}${path}`)).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
    }
  });

  it('answers a path that cannot be read in the shape of every failure', async () => {
    const { url } = await givenWebhooks();

    expect(await call(`${url}/%ff`)).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  });

  it('aborts the boot when its port is taken, naming it', async () => {
    const { port } = await givenHttpServer((_request, response) => response.end());

    await expect(givenWebhooks({ webhooks: { port } })).rejects.toMatchObject({
      listenerName: 'webhooks',
      cause: { code: 'WEBHOOK_ADDRESS_UNUSABLE', message: expect.stringContaining(String(port)) as string },
    });
  });

  describe('of Slack', () => {
    it('answers the challenge by which Slack checks an address', async () => {
      const { url } = await givenWebhooks();

      const answer = await fromSlack(url, JSON.stringify({ type: 'url_verification', challenge: 'abc' }));
      expect(answer).toMatchObject({ status: 200, body: { challenge: 'abc' } });
    });

    it('has a question answered by the engine, posts the answer, and logs both', async () => {
      const { app, url, posts } = await givenWebhooks();

      expect(await fromSlack(url, question('<@U0BOT> help', 'Ev1', { thread_ts: '17.1' }))).toMatchObject({
        status: 200,
        body: { ok: true },
      });
      await until(async () => (await messages(app)).length === 2);

      expect(posts()).toMatchObject([{ body: { channel: 'D1', thread_ts: '17.1' } }]);
      const text = posts()[0]?.body['text'] ?? '';
      expect(text).not.toBe('');
      expect(await messages(app)).toMatchObject([
        { direction: 'in', channel: 'slack', route: 'slack_dm', counterpart: 'U1', status: 'received', text: 'help' },
        { direction: 'out', status: 'sent', question: 'help', text, madeBy: 'snapshot' },
      ]);
    });

    it('answers an event once, however often Slack sends it', async () => {
      const { app, url, posts } = await givenWebhooks({ replies: [POSTED, POSTED] });

      await fromSlack(url, question('help'));
      await until(() => posts().length === 1);
      expect(await fromSlack(url, question('help'), { at: SECONDS + 1 })).toMatchObject({ status: 200 });
      expect(await fromSlack(url, question('help', 'Ev2'), { at: SECONDS + 1 })).toMatchObject({ status: 200 });
      await until(async () => (await messages(app)).length === 4);

      expect(posts()).toHaveLength(2);
    });

    it.each([
      ['an edited message', { subtype: 'message_changed' }],
      ["a bot's message, which may be its own", { bot_id: 'B1' }],
      ['a message in a channel without a mention', { channel_type: 'channel' }],
      ['a mention without a word', { text: ' <@U0BOT> ' }],
      ['a reaction', { type: 'reaction_added' }],
    ])('has nothing to do for %s', async (_title, event) => {
      const { app, url } = await givenWebhooks();

      expect(await fromSlack(url, question('help', 'Ev1', event))).toMatchObject({ status: 200, body: { ok: true } });
      expect(await messages(app)).toEqual([]);
    });

    it('keeps an answer that could not be posted: message log, audit log, dead letter', async () => {
      const { app, url } = await givenWebhooks({ replies: [json({ ok: false, error: 'channel_not_found' })] });

      expect(await fromSlack(url, question('help'))).toMatchObject({ status: 200 });
      await until(async () => (await audited(app)).some(({ type }) => type === 'webhook.dead_letter'));

      expect(await messages(app)).toMatchObject([
        { direction: 'in' },
        { direction: 'out', status: 'failed', reason: expect.stringContaining('channel_not_found') as string },
      ]);
      expect(await audited(app)).toMatchObject([
        { type: 'slack.reply_failed', details: { channel: 'D1' } },
        { type: 'webhook.dead_letter', details: { webhook: 'slack', status: 200 } },
      ]);
    });

    it('leaves a dead letter for a question that the stop has cut off', async () => {
      const folder = await givenFolder();
      const { app, url, posts } = await givenWebhooks({ replies: [silence], folder });
      await fromSlack(url, question('help'));
      await until(() => posts().length === 1);

      const { code } = await app.stop();

      expect(code).toBe(0);
      const { app: next } = await givenWebhooks({ folder });
      expect(await audited(next)).toContainEqual(
        expect.objectContaining({
          type: 'webhook.dead_letter',
          details: expect.objectContaining({
            reason: expect.stringMatching(/^slack_handler_error/) as string,
          }) as object,
        }),
      );
    });

    it('answers after a restart what the death of the process has cut off, with a dead letter', async () => {
      const folder = await givenFolder();
      const first = await givenWebhooks({ replies: [silence], folder });
      await fromSlack(first.url, question('help'));
      await until(() => first.posts().length === 1);
      const left = await givenFolder();
      await copyUnlocked(folder, left);

      const { app, posts } = await givenWebhooks({ folder: left });
      await until(() => posts().length === 1);

      expect(posts()).toMatchObject([{ body: { channel: 'D1' } }]);
      expect(await audited(app)).toContainEqual(
        expect.objectContaining({ details: expect.objectContaining({ reason: 'slack_interrupted' }) as object }),
      );
      await app.stop();
      const again = await givenWebhooks({ folder: left });
      expect(again.posts()).toEqual([]);
    });

    it('takes no more questions than may be pending', async () => {
      const { url, posts } = await givenWebhooks({ replies: [silence], webhooks: { maxPending: 1 } });
      await fromSlack(url, question('help'));
      await until(() => posts().length === 1);

      const full = await fromSlack(url, question('help', 'Ev2'));
      expect(full).toMatchObject({ status: 503, body: { error: { code: 'SLACK_TOO_MANY_PENDING' } } });
    });
  });

  describe('of mail', () => {
    it('takes a mail again that the death of the process has cut off', async () => {
      const folder = await givenFolder();
      let release = (): void => undefined;
      const hanging = new Promise<InboundOutcome>((resolve) => {
        release = () => resolve({ status: 'handler_error', settled: false });
      });
      const receive = jest.spyOn(InboundMail.prototype, 'receive').mockReturnValue(hanging);
      const first = await givenWebhooks({ folder });
      const cut = fromMail(first.url, MAIL);
      await until(() => receive.mock.calls.length === 1);
      const left = await givenFolder();
      await copyUnlocked(folder, left);
      receive.mockRestore();

      const { url } = await givenWebhooks({ folder: left });
      expect(await fromMail(url, MAIL)).toMatchObject({ status: 200 });
      release();
      await cut;
    });

    it('puts a mail through the rules for inbound mail', async () => {
      const { app, url } = await givenWebhooks();

      expect(await fromMail(url, MAIL)).toMatchObject({ status: 200, body: { status: 'filtered_non_allowlist' } });
      expect(await messages(app)).toMatchObject([
        { direction: 'in', channel: 'email', counterpart: 'stranger@example.com', status: 'filtered_non_allowlist' },
      ]);
    });

    it('lets what is put off come again', async () => {
      const { app, url } = await givenWebhooks();
      const state = app.container.get(OperationalState);
      await state.change({ state: 'paused', reason: 'maintenance', by: 'ann' });

      expect(await fromMail(url, MAIL)).toMatchObject({
        status: 503,
        body: { error: { code: 'EMAIL_FILTERED_PAUSED' } },
      });

      await state.change({ state: 'running', reason: 'done', by: 'ann' });
      expect(await fromMail(url, MAIL)).toMatchObject({ status: 200 });
    });
  });
});
