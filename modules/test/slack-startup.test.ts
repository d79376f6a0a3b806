import { givenClosedPort } from './support/givenHttpServer';
import { json } from './support/givenReplies';
import { ACCEPTED, givenSlack } from './support/givenSlack';
import { endSlackClients, givenClient, TOKEN } from './support/givenSlackClient';

afterEach(endSlackClients);

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
      expect(calls()).toEqual([{ method: 'auth.test', authorization: `Bearer ${TOKEN}`, body: {} }]);
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

    it.each([
      ['answers that it is not well', json({ ok: false, error: 'service_unavailable' })],
      ['asks to wait for a long time', json({}, 429, { 'retry-after': '600' })],
      ['does not answer, but a proxy in its place', json({ portal: 'log in' })],
      ['does not answer, but something else in its place', json([])],
    ])('runs when Slack %s, and checks the token later', async (_what, first) => {
      const answers = [first, ACCEPTED];
      const { apiUrl, calls } = await givenSlack({ auth: (response) => answers.shift()?.(response) });

      const { app } = await givenClient({ botToken: TOKEN, apiUrl });
      expect(app.status().listeners).toMatchObject([{ state: 'running' }]);
      await app.clock.advance('5s');

      expect(calls()).toHaveLength(2);
      expect(app.logs.map(({ message }) => message)).toContain('Slack accepts the token');
      await app.clock.advance('1h');
      expect(calls()).toHaveLength(2);
    });

    it('ends when Slack refuses the token later', async () => {
      const answers = [json({ ok: false, error: 'fatal_error' }), json({ ok: false, error: 'token_revoked' })];
      const { apiUrl } = await givenSlack({ auth: (response) => answers.shift()?.(response) });

      const { app } = await givenClient({ botToken: TOKEN, apiUrl });
      await app.clock.advance('5s');

      expect(app.status()).toMatchObject({
        state: 'degraded',
        listeners: [{ state: 'died', error: { message: expect.stringContaining('token_revoked') as string } }],
      });
    });

    it('runs when Slack cannot be reached, and warns', async () => {
      const port = await givenClosedPort();
      const { app } = await givenClient({ botToken: TOKEN, apiUrl: `http://127.0.0.1:${port}/api/` }, '1s');

      expect(app.status()).toMatchObject({ state: 'running', listeners: [{ state: 'running' }] });
      expect(app.logs).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          message: 'Slack could not check the token; it is tried again',
          error: expect.objectContaining({
            code: 'SLACK_UNREACHABLE',
            message: expect.stringContaining('ECONNREFUSED') as string,
          }) as object,
        }),
      );
    });
  });
});
