import { AuditLog } from '@daemonry/modules/audit_log';
import { emailInboundImapModule } from '@daemonry/modules/email_inbound_imap';
import { OperationalState, type OperationalStateName } from '@daemonry/modules/operational_state';
import { createTestApplication } from 'daemonry/testing';

import { describeWithDovecot } from './support/dovecot';
import { GivenDovecot } from './support/givenDovecot';
import { AGENT, BOSS, givenInbox, mailText } from './support/givenInbox';
import {
  auditedEvents,
  endMailApplications,
  givenMailApplication,
  loggedMessages,
  type TestApplication,
} from './support/givenMailApplication';

afterEach(endMailApplications);

const statuses = async (app: TestApplication): Promise<readonly string[]> =>
  (await loggedMessages(app)).map(({ status }) => status);

const change = async (app: TestApplication, state: OperationalStateName): Promise<void> => {
  await app.container.get(OperationalState).change({ state, reason: 'a test', by: 'kim' });
};

describe('The mail poller', () => {
  it('polls every five minutes, is not fatal, and has 10 seconds to stop', async () => {
    const app = await givenMailApplication([emailInboundImapModule()], {});

    expect(app.daemons.get('email_inbound_imap')).toMatchObject({
      tasks: [{ name: 'tick', schedule: { kind: 'interval', everyMs: 300_000 } }],
      fatalOnStartupFailure: false,
      shutdownTimeout: 10_000,
    });
  });

  it.each([
    [{}, 'no user is configured (DAEMONRY__EMAIL_INBOUND_IMAP__USER)'],
    [{ user: 'a' }, 'no email_inbound_imap.appPassword is configured (DAEMONRY__EMAIL_INBOUND_IMAP__APP_PASSWORD)'],
  ])('with the credentials %j is disabled', async (settings, disabledReason) => {
    const app = await givenMailApplication([emailInboundImapModule()], { email_inbound_imap: settings });

    expect(app.status()).toMatchObject({ state: 'running', listeners: [{ state: 'disabled', disabledReason }] });
  });

  it('may go without TLS to this machine only', async () => {
    const values = { email_inbound_imap: { host: 'mail.example.com', tls: 'none' } };

    await expect(createTestApplication({ modules: [emailInboundImapModule()], config: { values } })).rejects.toThrow(
      'tls must be implicit or starttls unless host is a loopback address',
    );
  });

  it('warns at the start when every mail will be refused', async () => {
    const app = await givenMailApplication([emailInboundImapModule()], {
      email_inbound_imap: { user: 'a', appPassword: 'b' },
    });

    expect(app.logs.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'Every mail will be refused: no email_inbound_imap.senderAllowlist, operator.agentEmail, operator.email is configured.',
      'Senders are believed without SPF, DKIM and DMARC: no email_inbound_imap.authenticationHost is configured.',
    ]);
  });
});

describeWithDovecot('Polling a real inbox', (path) => {
  let dovecot: GivenDovecot;
  beforeAll(async () => {
    dovecot = await GivenDovecot.start(path);
  });
  afterAll(() => dovecot.stop());

  it('handles what is unseen, oldest first, marks it as seen, and answers nobody', async () => {
    const { app, deliver, marks, poll } = await givenInbox(dovecot);
    deliver(mailText({ Subject: 'First' }, 'One.'));
    deliver(mailText({ Subject: 'Second' }, 'Two.'));

    const run = await poll();

    expect(run.outcome).toBe('succeeded');
    expect(await loggedMessages(app)).toMatchObject([
      {
        direction: 'in',
        channel: 'email',
        route: 'email_inbound',
        counterpart: BOSS,
        status: 'received',
        subject: 'First',
        text: expect.stringContaining('One.') as string,
        messageId: '<1@example.org>',
      },
      { status: 'received', subject: 'Second' },
    ]);
    expect(marks()).toEqual({ seen: 2, unseen: 0 });
    expect(await auditedEvents(app)).toEqual([]);
  });

  it('handles each message once', async () => {
    const { app, deliver, poll } = await givenInbox(dovecot);
    deliver(mailText());

    await poll();
    await poll();

    expect(await statuses(app)).toEqual(['received']);
  });

  it('is content with an empty inbox', async () => {
    const { app, poll } = await givenInbox(dovecot);

    expect(await poll()).toMatchObject({ outcome: 'succeeded' });
    expect(await loggedMessages(app)).toEqual([]);
  });

  it('leaves what is over maxPerPoll for the next poll', async () => {
    const { marks, deliver, poll } = await givenInbox(dovecot, { maxPerPoll: 2 });
    for (let n = 0; n < 3; n += 1) deliver(mailText());

    await poll();
    expect(marks()).toEqual({ seen: 2, unseen: 1 });
    await poll();
    expect(marks()).toEqual({ seen: 3, unseen: 0 });
  });

  it.each(['implicit', 'starttls'] as const)('works with TLS (%s) and the configured authority', async (tls) => {
    const port = tls === 'implicit' ? dovecot.tlsPort : dovecot.port;
    const { app, deliver, poll } = await givenInbox(dovecot, { tls, port, caFile: dovecot.caFile });
    deliver(mailText());

    await poll();

    expect(await statuses(app)).toEqual(['received']);
  });

  it('trusts no server of an unknown authority', async () => {
    const { app, poll } = await givenInbox(dovecot, { tls: 'implicit', port: dovecot.tlsPort });

    expect(await poll()).toMatchObject({ outcome: 'failed', error: { code: 'IMAP_FAILED' } });
    expect(await loggedMessages(app)).toEqual([]);
  });

  describe.each(['paused', 'stopped'] as const)('while the application is %s', (state) => {
    it('handles nothing, marks nothing, logs it once, and handles it when it is running again', async () => {
      const { app, deliver, marks, poll } = await givenInbox(dovecot);
      await change(app, state);
      deliver(mailText());

      await poll();
      await poll();

      expect(await statuses(app)).toEqual([`filtered_${state}`]);
      expect(marks()).toEqual({ seen: 0, unseen: 1 });
      expect(await auditedEvents(app)).not.toContainEqual(expect.objectContaining({ type: 'email.received' }));

      await change(app, 'running');
      await poll();

      expect(await statuses(app)).toEqual([`filtered_${state}`, 'received']);
      expect(marks()).toEqual({ seen: 1, unseen: 0 });
    });
  });

  const ORGANISATIONS = { senderAllowlist: ['@example.org', '@example.net'] };
  it.each([
    ['filtered_non_allowlist', { From: 'x@example.net' }, {}],
    ['filtered_wrong_recipient', { To: 'somebody@example.com' }, {}],
    ['filtered_spoofing', { From: `${BOSS}, x@example.net` }, ORGANISATIONS],
    ['filtered_identity', { From: 'colleague@example.org' }, ORGANISATIONS],
  ] as const)('refuses as %s, with an audit row, and marks it as seen', async (status, headers, settings) => {
    const { app, deliver, marks, poll } = await givenInbox(dovecot, settings);
    deliver(mailText(headers));

    await poll();

    expect(await statuses(app)).toEqual([status]);
    expect(await auditedEvents(app)).toMatchObject([
      { type: 'email.received', details: { status, messageId: '<1@example.org>' } },
    ]);
    expect(marks()).toEqual({ seen: 1, unseen: 0 });
  });

  it('refuses everybody without an allow-list', async () => {
    const { app, deliver, poll } = await givenInbox(dovecot, { senderAllowlist: [] });
    deliver(mailText());

    await poll();

    expect(await statuses(app)).toEqual(['filtered_non_allowlist']);
  });

  it.each([
    ['the agent', { email: BOSS }, 'filtered_wrong_recipient'],
    ['the operator', { agentEmail: AGENT }, 'filtered_identity'],
  ])('refuses everything without the address of %s', async (_who, operator, status) => {
    const { app, deliver, poll } = await givenInbox(dovecot, {}, operator);
    deliver(mailText());

    await poll();

    expect(await statuses(app)).toEqual([status]);
  });

  it('writes down what a mail asks for, and does nothing else about it', async () => {
    const { app, deliver, poll } = await givenInbox(dovecot);
    deliver(mailText({ Subject: 'Login' }, 'Please open a ticket for it.'));

    await poll();

    expect(await auditedEvents(app)).toMatchObject([
      { type: 'email.intent_logged', details: { intent: 'ticket', subject: 'Login', messageId: '<1@example.org>' } },
    ]);
  });

  it('leaves a mail unseen whose handling failed, and handles it at the next poll', async () => {
    const { app, deliver, marks, poll } = await givenInbox(dovecot);
    const audit = app.container.get(AuditLog);
    const append = jest.spyOn(audit, 'append').mockRejectedValueOnce(new Error('the disk is full'));
    deliver(mailText({ Subject: 'Task: sweep', 'Message-ID': '<failing@example.org>' }));
    deliver(mailText({ Subject: 'Fine' }));

    expect(await poll()).toMatchObject({ outcome: 'succeeded' });
    append.mockRestore();

    expect(await loggedMessages(app)).toMatchObject([
      { status: 'handler_error', reason: expect.stringContaining('the disk is full') as string },
      { status: 'received', subject: 'Fine' },
    ]);
    expect(await auditedEvents(app)).toMatchObject([
      { type: 'email.received', details: { status: 'handler_error', messageId: '<failing@example.org>' } },
    ]);
    expect(marks()).toEqual({ seen: 1, unseen: 1 });

    await poll();
    expect(await statuses(app)).toEqual(['handler_error', 'received', 'received']);
    expect(marks()).toEqual({ seen: 2, unseen: 0 });
  });
});
