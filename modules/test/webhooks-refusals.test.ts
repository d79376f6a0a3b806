import { StateDatabase } from 'daemonry';

import { call, statusOfHosts, statusOfTarget } from './support/call';
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
  SECRET,
  until,
} from './support/givenWebhooks';

afterEach(endWebhooks);

describe('webhooks', () => {
  describe('refuse, with a dead letter without the body,', () => {
    const letters = async (app: Parameters<typeof audited>[0]) =>
      (await audited(app)).filter(({ type }) => type === 'webhook.dead_letter');

    it.each([
      ['a wrong signature', SECONDS, 'another-secret', 401, 'slack_signature_mismatch'],
      ['a stale signature', SECONDS - 301, SECRET, 408, 'slack_timestamp_too_old'],
      ['a signature of the future', SECONDS + 301, SECRET, 408, 'slack_timestamp_too_old'],
    ])('%s', async (_title, at, secret, status, reason) => {
      const { app, url } = await givenWebhooks();

      expect(await fromSlack(url, question('secret words'), { at, secret })).toMatchObject({
        status,
        body: { error: { code: reason.toUpperCase() } },
      });

      expect(await letters(app)).toMatchObject([{ details: { webhook: 'slack', reason, status } }]);
      const text = JSON.stringify([await letters(app), app.logs]);
      expect(text).not.toContain('secret words');
      expect(text).not.toMatch(/v0=[0-9a-f]{20}/);
    });

    it('a call that is replayed, also after a restart', async () => {
      const folder = await givenFolder();
      const first = await givenWebhooks({ folder });
      const body = question('help');
      await fromSlack(first.url, body);
      await until(() => first.posts().length === 1);
      expect(await fromSlack(first.url, body)).toMatchObject({ status: 409 });
      await first.app.stop();

      const second = await givenWebhooks({ folder });
      expect(await fromSlack(second.url, body)).toMatchObject({
        status: 409,
        body: { error: { code: 'SLACK_REPLAYED' } },
      });
      expect(second.posts()).toEqual([]);
    });

    it('a call that is replayed within the tolerance, however many came after it', async () => {
      const { app, url } = await givenWebhooks({ webhooks: { tolerance: '1h' } });
      const body = question('help');
      await fromSlack(url, body);
      const seen = Array.from({ length: 2_100 }, (_call, index) => `('other ${index}', ${SECONDS * 1_000})`);
      await app.container.get(StateDatabase).run(`INSERT INTO webhooks_calls (key, at) VALUES ${seen.join(', ')}`);
      await fromSlack(url, question('help', 'Ev2'));

      expect(await fromSlack(url, body)).toMatchObject({ status: 409, body: { error: { code: 'SLACK_REPLAYED' } } });
    });

    it('a mail that is replayed', async () => {
      const { url } = await givenWebhooks();

      expect(await fromMail(url, MAIL)).toMatchObject({ status: 200 });
      expect(await fromMail(url, MAIL)).toMatchObject({ status: 409, body: { error: { code: 'EMAIL_REPLAYED' } } });
    });

    it('calls for which no secret is configured', async () => {
      const { url } = await givenWebhooks({ webhooks: { emailSecret: undefined } });

      expect(await fromMail(url, MAIL)).toMatchObject({ status: 401, body: { error: { code: 'EMAIL_SECRET_UNSET' } } });
    });

    it.each(['not json', '[]', '{"type":"event_callback","event":{"type":"app_mention"}}'])(
      'a signed body that is no event: %s',
      async (body) => {
        const { url } = await givenWebhooks();

        const { status } = await fromSlack(url, body);
        expect([200, 400]).toContain(status);
      },
    );
  });

  it('refuses a request with two Hosts', async () => {
    const { url } = await givenWebhooks();

    expect(await statusOfHosts(url, 'localhost', 'evil.example')).toBe(400);
  });

  it('refuses a request for a whole URL in place of a path', async () => {
    const { url } = await givenWebhooks();

    expect(await statusOfTarget(url, 'http://evil.example/hooks', 'localhost')).toBe(400);
  });

  it('refuses calls above the limit before it reads them', async () => {
    const { app, url } = await givenWebhooks({ webhooks: { callsPerMinute: 2 } });

    expect((await fromSlack(url, question('help', 'Ev1'), { secret: 'wrong-secret' })).status).toBe(401);
    expect((await call(`${url}/nowhere`)).status).toBe(404);
    const third = await fromSlack(url, question('help', 'Ev2'), { secret: 'wrong-secret' });

    expect(third).toMatchObject({ status: 429, body: { error: { code: 'TOO_MANY_CALLS' } } });
    expect(third.headers['retry-after']).toBeDefined();
    expect(await audited(app)).toHaveLength(1);
  });

  it('cannot be made to fill the log, whoever calls and whatever fails', async () => {
    const { app, url } = await givenWebhooks({ webhooks: { callsPerMinute: 10_000 } });
    const state = app.container.get(StateDatabase);

    for (let n = 0; n < 30; n++) {
      await fromSlack(url, question('help', `Ev${n}`), { secret: `wrong-${n}` });
      await fromSlack(url, question('help', `Ev${n}`, { user: `U${n + 2}` }));
    }
    await state.run('PRAGMA query_only = ON');
    for (let n = 0; n < 10; n++) {
      await fromSlack(url, question('help', `Ev${n}`));
      await fromMail(url, MAIL.replace('hello', `hello ${n}`));
    }

    const lines = (text: string) => app.logs.filter(({ message }) => message.startsWith(text));
    expect(lines('webhook dead letter')).toHaveLength(20);
    for (const text of ['Somebody who may not ask', 'A request failed', 'An inbound mail could not be handled'])
      expect(lines(text)).toHaveLength(5);
    await state.run('PRAGMA query_only = OFF');
  });

  it('refuses a body that is too large, with a dead letter', async () => {
    const { app, url } = await givenWebhooks({ webhooks: { maxMailBytes: 1_024 } });

    expect(await fromMail(url, MAIL.padEnd(2_000, 'x'))).toMatchObject({
      status: 413,
      body: { error: { code: 'BODY_TOO_LARGE' } },
    });
    expect(await audited(app)).toMatchObject([
      { type: 'webhook.dead_letter', details: { webhook: 'email', reason: 'email_body_too_large', status: 413 } },
    ]);
  });

  it('takes one of many identical calls at the same time', async () => {
    const { app, url, posts } = await givenWebhooks();

    const slack = await Promise.all(Array.from({ length: 10 }, () => fromSlack(url, question('help'))));
    const mail = await Promise.all(Array.from({ length: 10 }, () => fromMail(url, MAIL)));

    for (const answers of [slack, mail]) {
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
    }
    await until(() => posts().length === 1);
    await until(async () => (await messages(app)).length === 3);
  });

  it('aborts the boot when its tables were changed by newer code', async () => {
    const folder = await givenFolder();
    const first = await givenWebhooks({ folder });
    await first.app.container
      .get(StateDatabase)
      .run("UPDATE daemonry_migrations SET steps = 9, writable_from = 9 WHERE owner = 'webhooks'");
    await first.app.stop();

    await expect(givenWebhooks({ folder })).rejects.toMatchObject({
      code: 'STATE_NEWER',
      message: expect.stringContaining('"webhooks"') as string,
    });
  });

  it('boots with an open question that was made none from outside, and says so', async () => {
    const folder = await givenFolder();
    const first = await givenWebhooks({ folder });
    await first.app.container
      .get(StateDatabase)
      .run(`INSERT INTO webhooks_questions (event_id, content) VALUES ('"Ev1"', '{"eventId":')`);
    await first.app.stop();

    const { app, url } = await givenWebhooks({ folder });

    expect((await fromSlack(url, question('help', 'Ev2'))).status).toBe(200);
    expect(app.logs).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'Rows of webhooks_questions are no questions, and are passed over',
      }),
    );
  });

  it('leaves a dead letter for calls that could not be stored, so that they come again', async () => {
    const { app, url } = await givenWebhooks();
    const state = app.container.get(StateDatabase);
    await state.run('PRAGMA query_only = ON');

    expect((await fromSlack(url, question('help'))).status).toBe(500);
    expect((await fromMail(url, MAIL)).status).toBe(503);
    await state.run('PRAGMA query_only = OFF');
    expect((await fromSlack(url, question('help'), { secret: 'wrong-secret' })).status).toBe(401);

    expect(await audited(app)).toMatchObject([
      { details: { reason: 'slack_handler_error', status: 500 } },
      { details: { reason: 'email_handler_error', status: 503 } },
      { details: { reason: 'slack_signature_mismatch', status: 401 } },
    ]);
  });
});
