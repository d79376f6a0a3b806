import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeWithOpenssl, givenCertificate } from './support/givenCertificate';
import { givenClosedPort } from './support/givenHttpServer';
import { endMailApplications, loggedMessages, until } from './support/givenMailApplication';
import { CREDENTIALS, givenClient, givenSending, MAIL, passPause, PASSWORD } from './support/givenMailClient';
import { closeSmtpServers, givenSilentServer } from './support/givenSmtpServer';

afterEach(async () => {
  await endMailApplications();
  await closeSmtpServers();
});

describe('A mail that fails', () => {
  it.each([421, 432, 447, 450, 451, 452, 454, 471])(
    'with %i is tried once more after half a second',
    async (status) => {
      const { app, server, client } = await givenSending({ refusals: [{ status, text: 'later' }] });

      const sending = client.send(MAIL);
      await passPause(app);
      const result = await sending;

      expect(result).toMatchObject({ status: 'sent' });
      expect(server.connections()).toBe(2);
      const logged = await loggedMessages(app);
      expect(logged).toMatchObject([{ status: 'failed', reason: `${status}: ${status} later` }, { status: 'sent' }]);
      expect(new Set(logged.map(({ messageId }) => messageId))).toEqual(
        new Set([result.status === 'sent' && result.messageId]),
      );
    },
  );

  it('twice has failed', async () => {
    const later = { status: 451, text: 'later' };
    const { app, server, client } = await givenSending({ refusals: [later, later] });

    const sending = client.send(MAIL);
    await passPause(app);

    expect(await sending).toEqual({ status: 'failed', code: '451', reason: '451 later' });
    expect(server.connections()).toBe(2);
  });

  it.each([550, 552, 554])('with %i is not tried again', async (status) => {
    const { app, server, client } = await givenSending({ refusals: [{ status, text: 'never' }] });

    expect(await client.send(MAIL)).toEqual({ status: 'failed', code: `${status}`, reason: `${status} never` });
    expect(server.connections()).toBe(1);
    expect(await loggedMessages(app)).toMatchObject([{ status: 'failed' }]);
  });

  it('because nobody listens is tried once more', async () => {
    const { app, client } = await givenClient({ ...CREDENTIALS, port: await givenClosedPort() });

    const sending = client.send(MAIL);
    await passPause(app);

    expect(await sending).toMatchObject({ status: 'failed', code: 'ESOCKET' });
    expect(await loggedMessages(app)).toHaveLength(2);
  });

  it('because the server says nothing is given up after 30 seconds, twice', async () => {
    const server = await givenSilentServer();
    const { app, client } = await givenClient({ ...CREDENTIALS, port: server.port });

    const sending = client.send(MAIL);
    await app.clock.advance('30s');
    await passPause(app);
    await app.clock.advance('30s');

    expect(await sending).toEqual({ status: 'failed', code: 'ETIMEDOUT', reason: 'no answer within 30s' });
  });

  it("ends with the caller's signal", async () => {
    const server = await givenSilentServer('220 hello\r\n');
    const { app, client } = await givenClient({ ...CREDENTIALS, port: server.port });
    const stop = new AbortController();

    const sending = client.send({ ...MAIL, signal: stop.signal });
    await until(() => server.received().startsWith('EHLO'));
    stop.abort(new Error('enough'));

    await expect(sending).rejects.toThrow('enough');
    expect(await loggedMessages(app)).toMatchObject([{ status: 'failed', reason: 'given up: Error: enough' }]);
  });

  it('because of its password does not tell it', async () => {
    const { app, client } = await givenSending({
      password: 'another',
      denial: (password) => `${password} and ${Buffer.from(password).toString('base64')} are wrong`,
    });

    const result = await client.send(MAIL);

    expect(result).toMatchObject({
      status: 'failed',
      code: '535',
      reason: expect.stringContaining('[redacted] and [redacted] are wrong') as string,
    });
    expect(JSON.stringify([result, await loggedMessages(app), app.logs])).not.toContain(PASSWORD);
  });
});

describeWithOpenssl('On the way to the server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-certificate-'));
  const { cert, key, certFile } = givenCertificate(folder);
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['implicit', 'starttls'] as const)('TLS (%s) is checked against the configured authority', async (tls) => {
    const options = { secure: tls === 'implicit', hideSTARTTLS: false, cert, key };
    const { client } = await givenSending({ options }, { tls, caFile: certFile });

    expect(await client.send(MAIL)).toMatchObject({ status: 'sent' });
  });

  it('an authority in a pipe is refused, and not waited for', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { client } = await givenSending({ options: { secure: true, cert, key } }, { tls: 'implicit', caFile: pipe });

    expect(await client.send(MAIL)).toMatchObject({
      reason: expect.stringContaining('is no file of at most') as string,
    });
  });

  it('a server of an unknown authority is given no password', async () => {
    const logins: string[] = [];
    const options = {
      secure: true,
      cert,
      key,
      onAuth: () => void logins.push('login'),
    };
    const { app, client } = await givenSending({ options }, { tls: 'implicit' });

    const sending = client.send(MAIL);
    await passPause(app);

    expect(await sending).toMatchObject({ status: 'failed', reason: expect.stringContaining('self-signed') as string });
    expect(logins).toEqual([]);
  });

  it('a server that does not offer STARTTLS is given no password', async () => {
    const server = await givenSilentServer('220 hello\r\n250 plain\r\n');
    const { app, client } = await givenClient({ ...CREDENTIALS, port: server.port, tls: 'starttls' });

    const sending = client.send(MAIL);
    await until(() => server.received().includes('STARTTLS'));
    await app.clock.advance('30s');
    await passPause(app);
    await app.clock.advance('30s');

    expect(await sending).toMatchObject({ status: 'failed' });
    expect(server.received()).not.toContain('AUTH');
  });
});
