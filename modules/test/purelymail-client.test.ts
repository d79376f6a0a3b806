import { MailRefusedError, type PurelymailClient, purelymailClientModule } from '@daemonry/modules/purelymail_client';
import { StateDatabase } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';
import { simpleParser } from 'mailparser';

import {
  auditedEvents,
  endMailApplications,
  givenMailApplication,
  loggedMessages,
} from './support/givenMailApplication';
import { CREDENTIALS, givenClient, givenSending, MAIL, PASSWORD } from './support/givenMailClient';
import { closeSmtpServers, givenSmtpServer } from './support/givenSmtpServer';

afterEach(async () => {
  await endMailApplications();
  await closeSmtpServers();
});

describe('The mail client', () => {
  it('holds the client: no tasks, not fatal, 10 seconds to stop', async () => {
    const { app } = await givenClient({});

    expect(app.daemons.get('purelymail_client')).toMatchObject({
      tasks: [],
      fatalOnStartupFailure: false,
      shutdownTimeout: 10_000,
    });
  });

  it.each([
    [{}, 'no purelymail.user is configured (DAEMONRY__PURELYMAIL__USER)'],
    [{ user: 'agent' }, 'no purelymail.appPassword is configured (DAEMONRY__PURELYMAIL__APP_PASSWORD)'],
  ])('with the credentials %j is disabled, and refuses to send', async (credentials, reason) => {
    const { app, client } = await givenClient(credentials);

    expect(app.status()).toMatchObject({
      state: 'running',
      listeners: [{ state: 'disabled', disabledReason: reason }],
    });
    await expect(client.send(MAIL)).rejects.toMatchObject({ code: 'MAIL_REFUSED', reason });
  });

  it('may go without TLS to this machine only', async () => {
    const purelymail = { ...CREDENTIALS, host: 'mail.example.com', tls: 'none' };

    await expect(
      createTestApplication({ modules: [purelymailClientModule()], config: { values: { purelymail } } }),
    ).rejects.toThrow('tls must be implicit or starttls unless host is a loopback address');
  });

  it('warns at the start when every mail will be refused', async () => {
    const { app } = await givenClient({ ...CREDENTIALS, allowedFromDomains: [] });

    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('allowedFromDomains') as string }),
    );
  });
});

describe('Sending a mail', () => {
  it('hands it to the server, once, logged in, with its attachments', async () => {
    const { server, client } = await givenSending();

    const result = await client.send({
      from: 'bot@example.com',
      to: ['ops@example.org', 'dev@example.org'],
      cc: 'boss@example.org',
      subject: 'Größe',
      text: 'Anbei.\n',
      inReplyTo: '<1@example.org>',
      attachments: [
        { filename: 'a.txt', content: 'alpha' },
        { filename: 'b.bin', content: new Uint8Array([0, 255]), contentType: 'application/x-b' },
      ],
    });

    const [mail] = server.mails;
    expect(result).toEqual({
      status: 'sent',
      messageId: expect.stringMatching(/^<.+@example\.com>$/) as string,
      rejected: [],
    });
    expect(server.connections()).toBe(1);
    expect(mail).toMatchObject({
      user: 'agent@example.com',
      from: 'bot@example.com',
      to: ['ops@example.org', 'dev@example.org', 'boss@example.org'],
    });
    const parsed = await simpleParser(mail?.source ?? '');
    expect(parsed).toMatchObject({
      subject: 'Größe',
      text: expect.stringContaining('Anbei.') as string,
      messageId: result.status === 'sent' && result.messageId,
      inReplyTo: '<1@example.org>',
    });
    expect(
      parsed.attachments.map(({ filename, contentType, content }) => [filename, contentType, [...content]]),
    ).toEqual([
      ['a.txt', 'text/plain', [...Buffer.from('alpha')]],
      ['b.bin', 'application/x-b', [0, 255]],
    ]);
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('logs it without its text', async () => {
    const { app, client } = await givenSending();

    await client.send(MAIL);

    expect(await loggedMessages(app)).toMatchObject([
      {
        direction: 'out',
        channel: 'email',
        route: 'email_outbound_compose',
        counterpart: 'ops@example.org',
        status: 'sent',
        subject: 'Disk full',
        text: '',
      },
    ]);
  });

  it('uses operator.agentEmail for a mail that names no sender', async () => {
    const server = await givenSmtpServer({ password: PASSWORD });
    const app = await givenMailApplication([purelymailClientModule()], {
      purelymail: { ...CREDENTIALS, host: '127.0.0.1', port: server.port, tls: 'none' },
      operator: { agentEmail: 'agent.smith@example.com' },
    });

    await app.listeners.resolve<PurelymailClient>('purelymail_client').send(MAIL);

    expect(server.mails).toMatchObject([{ from: 'agent.smith@example.com' }]);
  });

  it('says which recipients the server refused while it took the others', async () => {
    const { app, client } = await givenSending({
      recipient: (address) => (address === 'gone@example.org' ? { status: 550, text: 'no such user' } : undefined),
    });

    expect(await client.send({ ...MAIL, to: ['gone@example.org', 'ops@example.org'] })).toMatchObject({
      status: 'sent',
      rejected: ['gone@example.org'],
    });
    expect(await loggedMessages(app)).toMatchObject([
      { status: 'sent', reason: 'refused by the server: gone@example.org' },
    ]);
  });

  it('stays sent when it cannot be logged, and says so', async () => {
    const server = await givenSmtpServer({ password: PASSWORD });
    const { app, client } = await givenClient({ ...CREDENTIALS, port: server.port }, { fails: true });

    expect(await client.send(MAIL)).toMatchObject({ status: 'sent' });
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'An outgoing mail could not be recorded' }),
    );
  });
});

describe('A mail that must not go out', () => {
  const attachment = (fields: object) => ({ attachments: [{ filename: 'a', content: 'a', ...fields }] });
  const REFUSED: readonly (readonly [string, object, string])[] = [
    ['a sender of another domain', { from: 'a@example.net' }, 'example.net is not among purelymail.allowedFromDomains'],
    ['a sender of a domain below', { from: 'a@x.example.com' }, 'x.example.com is not among'],
    ['a look-alike sender', { from: 'a@ｅxample.com' }, 'is not a bare mail address'],
    ['no recipient', { to: [] }, 'it has no recipient'],
    [
      'eleven recipients',
      { to: Array<string>(6).fill('a@b.c'), cc: Array<string>(5).fill('a@b.c') },
      '11 recipients; 10',
    ],
    ['a malformed recipient', { to: 'ops' }, '"ops" is not a bare mail address'],
    ['two recipients in one', { to: 'a@b.c, d@e.f' }, 'is not a bare mail address'],
    ['a display name', { to: 'Ops <ops@example.org>' }, 'is not a bare mail address'],
    ['a header in the recipient', { to: 'a@b.c\r\nBcc: x@y.z' }, 'is not a bare mail address'],
    ['a header in the sender', { from: 'a@example.com\nBcc: x@y.z' }, 'is not a bare mail address'],
    ['a header in the subject', { subject: 'a\r\nBcc: x@y.z' }, 'its subject is not one line of text'],
    ['a header in inReplyTo', { inReplyTo: '<1@x>\r\nBcc: x@y.z' }, 'inReplyTo is no Message-ID'],
    ['a header in a file name', attachment({ filename: 'a\r\nX: y' }), 'no plain file name'],
    ['a header in a content type', attachment({ contentType: 'text/plain\r\nX: y' }), 'no valid content type'],
    ['a path as file name', attachment({ filename: '../a' }), 'no plain file name'],
    ['a text that is an object', { text: { path: '/etc/passwd' } }, 'its text is not text'],
    ['a subject that is an object', { subject: { path: '/etc/passwd' } }, 'its subject is not one line of text'],
    ['an attachment by path', attachment({ path: '/etc/passwd' }), 'an attachment has the field "path"'],
    ['an attachment by URL', attachment({ href: 'http://127.0.0.1/' }), 'an attachment has the field "href"'],
    ['a raw attachment', attachment({ raw: 'X: y' }), 'an attachment has the field "raw"'],
    ['a content that is a path', attachment({ content: { path: '/etc/passwd' } }), 'neither text nor bytes'],
    ['an attachment over 10 MiB', attachment({ content: Buffer.alloc(10_485_761) }), 'has 10485761 bytes; 10485760'],
    [
      'more than 25 MiB together',
      { attachments: [1, 2, 3].map((n) => ({ filename: `${n}`, content: Buffer.alloc(9_000_000) })) },
      'it has 27000006 bytes; 26214400',
    ],
  ];

  it.each(REFUSED)('is refused: %s', async (_what, change, reason) => {
    const { app, server, client } = await givenSending();

    const error = await client.send({ ...MAIL, ...change }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(MailRefusedError);
    expect(error).toMatchObject({ reason: expect.stringContaining(reason) as string });
    expect(server.connections()).toBe(0);
    expect(await auditedEvents(app)).toMatchObject([
      { type: 'email.send_refused', details: { reason: expect.stringContaining(reason) as string } },
    ]);
    expect(await loggedMessages(app)).toEqual([]);
  });

  it('is every mail, without allowed domains', async () => {
    const { server, client } = await givenSending({}, { allowedFromDomains: [] });

    await expect(client.send(MAIL)).rejects.toThrow('no purelymail.allowedFromDomains are configured');
    expect(server.connections()).toBe(0);
  });

  it('is a refusal also when the audit log cannot be written, which the log says', async () => {
    const { app, client } = await givenClient(CREDENTIALS);
    await app.container.get(StateDatabase).run('PRAGMA query_only = ON');

    await expect(client.send({ ...MAIL, to: 'a' })).rejects.toThrow(MailRefusedError);

    expect(app.logs).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: expect.stringContaining('The audit log cannot be written') as string,
      }),
    );
  });

  it('is in the audit log, also when two come at once', async () => {
    const { app, client } = await givenSending();

    await Promise.allSettled([client.send({ ...MAIL, to: 'a' }), client.send({ ...MAIL, to: 'b' })]);

    expect((await auditedEvents(app)).map(({ details }) => details)).toMatchObject([{ to: ['a'] }, { to: ['b'] }]);
  });
});
