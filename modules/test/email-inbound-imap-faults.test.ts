import { OperationalState } from '@daemonry/modules/operational_state';

import { describeWithDovecot } from './support/dovecot';
import { GivenDovecot, IMAP_PASSWORD } from './support/givenDovecot';
import { givenClosedPort } from './support/givenHttpServer';
import { closeImapProxies, givenImapProxy, type ImapFault, type ImapProxyRules } from './support/givenImapProxy';
import { AGENT, BOSS, givenInbox, mailText } from './support/givenInbox';
import {
  auditedEvents,
  endMailApplications,
  loggedMessages,
  type TestApplication,
  until,
} from './support/givenMailApplication';
import { closeSmtpServers, givenSilentServer } from './support/givenSmtpServer';

const CONTENT_OF_FIRST = /UID FETCH 1 .*BODY/;
const KIB = 1_024;

const subjects = async (app: TestApplication): Promise<readonly (string | undefined)[]> =>
  (await loggedMessages(app)).map(({ subject }) => subject);

const errors = (app: TestApplication): readonly string[] =>
  app.logs.filter(({ level }) => level === 'error' || level === 'warn').map(({ message }) => message);

describeWithDovecot('When polling an inbox goes wrong', (path) => {
  let dovecot: GivenDovecot;
  beforeAll(async () => {
    dovecot = await GivenDovecot.start(path);
  });
  afterAll(() => dovecot.stop());
  afterEach(async () => {
    await endMailApplications();
    await closeImapProxies();
    await closeSmtpServers();
  });

  async function givenProxied(rules: ImapProxyRules, settings: Readonly<Record<string, unknown>> = {}) {
    const proxy = await givenImapProxy(dovecot.port, rules);
    return { proxy, ...(await givenInbox(dovecot, { port: proxy.port, ...settings })) };
  }

  /** An inbox where that command fares so the first time. */
  async function givenFault(command: RegExp, fault: ImapFault, settings: Readonly<Record<string, unknown>> = {}) {
    const commands: [RegExp, ImapFault][] = [[command, fault]];
    const given = await givenProxied({ commands }, settings);
    return { ...given, repair: () => void commands.pop() };
  }

  describe('at the connection', () => {
    it('fails the poll, and not the application, when nobody listens', async () => {
      const { app, poll } = await givenInbox(dovecot, { port: await givenClosedPort() });

      expect(await poll()).toMatchObject({
        outcome: 'failed',
        error: { code: 'IMAP_FAILED', message: expect.stringContaining('connect failed') as string },
      });
      expect(app.status()).toMatchObject({ state: 'running', listeners: [{ state: 'running' }] });
    });

    it('gives up after the timeout when the server says nothing', async () => {
      const { port } = await givenSilentServer();
      const { app, poll } = await givenInbox(dovecot, { port });

      const run = poll();
      await app.clock.advance('30s');

      expect(await run).toMatchObject({
        outcome: 'failed',
        error: { message: expect.stringContaining('no answer within 30s') as string },
      });
    });

    it('does not tell the password that the server refuses', async () => {
      const { app, poll } = await givenInbox(dovecot, { appPassword: 'wrong-horse' });

      const run = await poll();

      expect(run).toMatchObject({ error: { message: expect.stringContaining('Authentication failed') as string } });
      expect(JSON.stringify([run, app.logs, app.status()])).not.toContain('wrong-horse');
    });

    it('gives no password to a server without STARTTLS when it is asked for', async () => {
      const server = await givenSilentServer('* OK [CAPABILITY IMAP4rev1] hello\r\n');
      const { app, poll } = await givenInbox(dovecot, { port: server.port, tls: 'starttls' });

      const run = poll();
      await app.clock.advance('30s');

      expect(await run).toMatchObject({ outcome: 'failed' });
      expect(server.received()).not.toContain(IMAP_PASSWORD);
      expect(server.received()).not.toMatch(/LOGIN|AUTHENTICATE/);
    });
  });

  it('a refused search fails the poll, and the connection is closed', async () => {
    const { proxy, deliver, marks, poll } = await givenFault(/UID SEARCH/, 'refuse');
    deliver(mailText());

    expect(await poll()).toMatchObject({ outcome: 'failed', error: { code: 'IMAP_FAILED' } });
    expect(proxy.lines.at(-1)).toBe('LOGOUT');
    expect(marks()).toEqual({ seen: 0, unseen: 1 });
  });

  it('a message that cannot be fetched keeps no other waiting, and stays unseen for the next poll', async () => {
    const { app, deliver, marks, poll, repair } = await givenFault(CONTENT_OF_FIRST, 'refuse');
    deliver(mailText({ Subject: 'First' }));
    deliver(mailText({ Subject: 'Second' }));

    expect(await poll()).toMatchObject({ outcome: 'succeeded' });
    expect(await subjects(app)).toEqual(['Second']);
    expect(errors(app)).toContain('A message of the inbox could not be read; the next poll tries again');
    expect(marks()).toEqual({ seen: 1, unseen: 1 });

    repair();
    await poll();
    expect(await subjects(app)).toEqual(['Second', 'First']);
  });

  it('messages that fail again and again come last', async () => {
    const { app, deliver, poll } = await givenFault(CONTENT_OF_FIRST, 'refuse', { maxPerPoll: 1 });
    deliver(mailText({ Subject: 'Poison' }));
    deliver(mailText({ Subject: 'Fine' }));

    await poll();
    await poll();

    expect(await subjects(app)).toEqual(['Fine']);
  });

  it('a connection that is lost fails the poll, and loses no mail', async () => {
    const { app, deliver, marks, poll, repair } = await givenFault(CONTENT_OF_FIRST, 'cut');
    deliver(mailText({ Subject: 'First' }));
    deliver(mailText({ Subject: 'Second' }));

    expect(await poll()).toMatchObject({ outcome: 'failed', error: { code: 'IMAP_FAILED' } });
    expect(marks()).toEqual({ seen: 0, unseen: 2 });

    repair();
    await poll();
    expect(await subjects(app)).toEqual(['Second', 'First']);
    expect(marks()).toEqual({ seen: 2, unseen: 0 });
  });

  it('a mark that is refused is made at the next poll, and the mail is handled once', async () => {
    const { app, deliver, marks, poll, repair } = await givenFault(/UID STORE 1 /, 'refuse');
    deliver(mailText({ Subject: 'First' }));
    deliver(mailText({ Subject: 'Second' }));

    expect(await poll()).toMatchObject({ outcome: 'succeeded' });
    expect(marks()).toEqual({ seen: 1, unseen: 1 });
    expect(errors(app)).toContain('A message of the inbox is handled, and not marked as seen; the next poll marks it');

    repair();
    await poll();
    expect(await subjects(app)).toEqual(['First', 'Second']);
    expect(marks()).toEqual({ seen: 2, unseen: 0 });
  });

  it('a mark that the server takes and does not keep is warned of once, and the mail is handled once', async () => {
    const { app, deliver, marks, poll, repair } = await givenFault(/UID STORE 1 /, 'accept', { maxPerPoll: 1 });
    deliver(mailText({ Subject: 'First' }));

    for (let polls = 0; polls < 3; polls += 1) await poll();
    expect(marks()).toEqual({ seen: 0, unseen: 1 });
    deliver(mailText({ Subject: 'Second' }));
    repair();
    await poll();
    await poll();

    expect(await subjects(app)).toEqual(['First', 'Second']);
    expect(errors(app).filter((message) => message.includes('not kept the marks'))).toHaveLength(1);
  });

  it('a mailbox that takes no marks is told of once for each mail, and holds up no new one', async () => {
    const { app, deliver, marks, poll } = await givenFault(/UID STORE/, 'refuse', { maxPerPoll: 2 });
    for (const subject of ['1', '2', '3', '4', '5']) deliver(mailText({ Subject: subject }));

    for (let polls = 0; polls < 6; polls += 1) expect(await poll()).toMatchObject({ outcome: 'succeeded' });

    expect(await subjects(app)).toEqual(['1', '2', '3', '4', '5']);
    expect(errors(app).filter((message) => message.includes('not marked as seen'))).toHaveLength(5);
    expect(marks()).toEqual({ seen: 0, unseen: 5 });
  });

  it('a goodbye without an answer is a warning, and the poll has succeeded', async () => {
    const { app, proxy, deliver, marks, poll } = await givenFault(/LOGOUT/, 'hang');
    deliver(mailText());

    const run = poll();
    await until(() => proxy.lines.at(-1) === 'LOGOUT');
    await app.clock.advance('30s');

    expect(await run).toMatchObject({ outcome: 'succeeded' });
    expect(errors(app)).toContain('The connection to the inbox did not close well');
    expect(marks()).toEqual({ seen: 1, unseen: 0 });
  });

  it('the stop of the application cuts the connection in the middle of a message, and what was done stays done', async () => {
    const { app, proxy, deliver, marks, poll } = await givenFault(/UID FETCH 2 .*BODY/, 'hang');
    deliver(mailText({ Subject: 'First' }));
    deliver(mailText({ Subject: 'Second' }));

    const run = poll();
    await until(() => proxy.lines.some((line) => /UID FETCH 2 .*BODY/.test(line)));
    expect(await subjects(app)).toEqual(['First']);
    await app.stop();

    expect(await run).toMatchObject({ outcome: 'cancelled' });
    await until(() => marks().seen === 1);
    expect(marks()).toEqual({ seen: 1, unseen: 1 });
  });

  describe('A message that is too large', () => {
    const large = (): string => mailText({ Subject: 'Large' }, 'x'.repeat(200 * KIB));

    it('is refused before it is fetched, with an audit row, and never looked at again', async () => {
      const { app, proxy, deliver, marks, poll } = await givenProxied({}, { maxMessageBytes: 100 * KIB });
      deliver(large());

      await poll();
      await poll();

      expect(proxy.lines.filter((line) => line.includes('BODY'))).toEqual([
        expect.stringContaining('<0.65536>') as string,
      ]);
      expect(await loggedMessages(app)).toMatchObject([
        { status: 'filtered_oversized', counterpart: BOSS, subject: 'Large', text: '' },
      ]);
      expect(await auditedEvents(app)).toMatchObject([
        { type: 'email.received', details: { from: BOSS, status: 'filtered_oversized' } },
      ]);
      expect(marks()).toEqual({ seen: 1, unseen: 0 });
    });

    it('is not read whole either when the server says that it is small', async () => {
      const answer = (text: string): string => text.replace(/RFC822\.SIZE \d+/, 'RFC822.SIZE 10');
      const { app, proxy, deliver, poll } = await givenProxied({ answer }, { maxMessageBytes: 100 * KIB });
      deliver(large());

      await poll();

      expect(proxy.lines.find((line) => line.includes('BODY'))).toContain(`<0.${100 * KIB + 1}>`);
      expect(await loggedMessages(app)).toMatchObject([{ status: 'filtered_oversized', text: '' }]);
    });
  });

  it.each([
    ['no mail at all', Buffer.from([0, 255, 254, 10, 1, 2, 3])],
    ['nothing', ''],
    ['a head without end', `From: ${BOSS}\r\nX: ${'a'.repeat(400 * KIB)}`],
    ['a thousand parts', mailText({ 'Content-Type': 'multipart/mixed; boundary=b' }, '--b\r\n\r\n\r\n'.repeat(1_000))],
    ['parts without a boundary', mailText({ 'Content-Type': 'multipart/mixed' })],
  ])('a message that is malformed (%s) is refused, and the next one handled', async (_what, source) => {
    const { app, deliver, marks, poll } = await givenInbox(dovecot);
    deliver(source);
    deliver(mailText({ Subject: 'Fine' }));

    expect(await poll()).toMatchObject({ outcome: 'succeeded' });

    expect(await loggedMessages(app)).toMatchObject([
      { status: 'filtered_malformed', reason: expect.any(String) as string },
      { status: 'received', subject: 'Fine' },
    ]);
    expect(await auditedEvents(app)).toMatchObject([
      { type: 'email.received', details: { status: 'filtered_malformed' } },
    ]);
    expect(marks()).toEqual({ seen: 2, unseen: 0 });
  });

  it('a new inbox (UIDVALIDITY) holds new messages, also under the UIDs of old ones', async () => {
    const { app, user, deliver, poll } = await givenInbox(dovecot);
    await app.container.get(OperationalState).change({ state: 'paused', reason: 'a test', by: 'kim' });
    deliver(mailText({ Subject: 'Old', To: AGENT }));
    await poll();

    dovecot.recreate(user);
    deliver(mailText({ Subject: 'New' }));
    await poll();

    expect(await subjects(app)).toEqual(['Old', 'New']);
  });
});
