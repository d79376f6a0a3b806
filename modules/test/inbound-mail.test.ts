import { defineModule } from 'daemonry';
import {
  evaluateIntent,
  filterByRecipient,
  filterBySender,
  filterBySpoofing,
  filterMail,
  InboundMail,
  inboundMailModule,
  type MailPolicy,
  MailReader,
  parseMail,
  type ReceivedMail,
} from '@daemonry/modules/email_inbound_imap';
import { MessageLog } from '@daemonry/modules/message_log';
import { override } from 'daemonry/testing';
import { injectable } from 'inversify';

import { AGENT, BOSS, mailText } from './support/givenInbox';
import {
  auditedEvents,
  endMailApplications,
  givenMailApplication,
  loggedMessages,
} from './support/givenMailApplication';

const POLICY: MailPolicy = { state: 'running', senderAllowlist: [BOSS], agentEmail: AGENT, operatorEmail: BOSS };

// region receive
@injectable()
class MailHook {
  constructor(
    private readonly inbound: InboundMail,
    private readonly reader: MailReader,
  ) {}

  /** Takes the bytes of a mail. False: it has to be offered again. */
  async take(source: Buffer): Promise<boolean> {
    const { settled } = await this.inbound.receive(await this.reader.read(source), { source: 'mail_hook' });
    return settled;
  }
}

const mailHook = defineModule('mail_hook', {
  needs: [inboundMailModule()],
  bind: ({ bind }) => void bind(MailHook).toSelf(),
});
// endregion receive

const received = (headers: Readonly<Record<string, string | undefined>> = {}, body?: string): Promise<ReceivedMail> =>
  parseMail(Buffer.from(mailText(headers, body)));

describe('The filters of incoming mail', () => {
  it("have nothing against the operator's mail to the agent", async () => {
    expect(filterMail(await received(), POLICY)).toBeUndefined();
  });

  it('are asked in this order: state, defect, sender, recipient, spoofing, identity', async () => {
    const large: ReceivedMail = { ...(await received()), defect: { status: 'filtered_oversized', reason: 'large' } };
    const spoofed = await received({ To: 'x@y.z', 'Return-Path': '<x@y.z>' });
    const wanted = await received({ 'Return-Path': '<x@y.z>' });
    const nobody = { agentEmail: undefined, operatorEmail: undefined, senderAllowlist: [] };

    expect(filterMail(large, { ...POLICY, ...nobody, state: 'paused' })?.status).toBe('filtered_paused');
    expect(filterMail(large, { ...POLICY, ...nobody, state: 'stopped' })?.status).toBe('filtered_stopped');
    expect(filterMail(large, { ...POLICY, ...nobody })?.status).toBe('filtered_oversized');
    expect(filterMail(spoofed, { ...POLICY, ...nobody })?.status).toBe('filtered_non_allowlist');
    expect(filterMail(spoofed, { ...POLICY, operatorEmail: undefined })?.status).toBe('filtered_wrong_recipient');
    expect(filterMail(wanted, { ...POLICY, operatorEmail: undefined })?.status).toBe('filtered_spoofing');
    expect(filterMail(await received(), { ...POLICY, operatorEmail: undefined })?.status).toBe('filtered_identity');
  });

  describe('The allow-list', () => {
    it.each([
      ['an address', [BOSS], BOSS],
      ['in other case', ['Boss@Example.ORG'], 'BOSS@example.org'],
      ['a domain', ['@example.org'], 'anybody@example.org'],
      ['an international domain', ['@bücher.example'], 'a@xn--bcher-kva.example'],
    ])('takes %s', async (_what, senderAllowlist, From) => {
      expect(filterBySender(await received({ From }), { ...POLICY, senderAllowlist })).toBeUndefined();
    });

    it.each([
      ['everybody when it is empty', [], BOSS],
      ['another address', [BOSS], 'x@example.org'],
      ['a domain below', ['@example.org'], 'a@x.example.org'],
      ['a domain that ends alike', ['@example.org'], 'a@badexample.org'],
      ['Cyrillic letters', ['@example.org'], 'a@ехample.org'],
      ['Cyrillic letters in punycode', ['@example.org'], 'a@xn--ample-ywe6i.org'],
      ['full-width letters', ['@example.org'], 'a@ｅxample.org'],
      ['a Kelvin sign', ['kim@example.org'], '\u212Aim@example.org'],
      ['a soft hyphen', ['@example.org'], 'a@ex\u00adample.org'],
      ['an allowed sender beside another', [BOSS], `${BOSS}, x@example.net`],
      ['a quoted address', ['@example.org'], '"x@evil.example "@example.org'],
    ])('refuses %s', async (_what, senderAllowlist, From) => {
      expect(filterBySender(await received({ From }), { ...POLICY, senderAllowlist })?.status).toBe(
        'filtered_non_allowlist',
      );
    });
  });

  describe('The recipient', () => {
    it.each([
      ['To', { To: `Agent <${AGENT}>` }],
      ['one of many', { To: `a@b.c, ${AGENT.toUpperCase()}` }],
      ['in a group', { To: `team: a@b.c, ${AGENT};` }],
      ['Cc', { To: undefined, Cc: AGENT }],
    ])('may be in %s', async (_where, headers) => {
      expect(filterByRecipient(await received(headers), POLICY)).toBeUndefined();
    });

    it.each([
      ['missing', { To: undefined }],
      ['another', { To: `${AGENT}.evil.example` }],
      ['only a name', { To: `"${AGENT}" <x@y.z>` }],
    ])('may not be %s', async (_what, headers) => {
      expect(filterByRecipient(await received(headers), POLICY)?.status).toBe('filtered_wrong_recipient');
    });
  });

  describe('The spoof check', () => {
    it.each([
      ['two From headers', `From: ${BOSS}\r\nFrom: x@y.z\r\n\r\n`, 'it has 2 From headers'],
      ['two From headers alike', `From: ${BOSS}\r\nFROM: ${BOSS}\r\n\r\n`, 'it has 2 From headers'],
      ['two senders', `From: ${BOSS}, x@y.z\r\n\r\n`, 'names 2 senders'],
      ['a group of senders', `From: team: ${BOSS}, x@y.z;\r\n\r\n`, 'names 2 senders'],
      ['a group of one', `From: team: ${BOSS};\r\n\r\n`, 'is not a plain one'],
      ['a folded second header', `From: x@y.z\r\n\tFrom: ${BOSS}\r\n\r\n`, 'is not a plain one'],
      ['a bare carriage return', `From: x@y.z\rFrom: ${BOSS}\r\n\r\n`, 'is not a plain one'],
      ['an address in a comment', `From: ${BOSS} (x@y.z)\r\n\r\n`, 'is not a plain one'],
      ['a route to the address', `From: <@evil.example:${BOSS}>\r\n\r\n`, 'is not a plain one'],
      ['another address as name', `From: "${BOSS}" <x@y.z>\r\n\r\n`, 'name shows another address'],
      ['another address as encoded name', 'From: =?utf-8?q?boss=40example.org?= <x@y.z>\r\n\r\n', 'name shows another'],
      ['two addresses in a name', `From: "${BOSS} via x@y.z" <${BOSS}>\r\n\r\n`, 'name shows another address'],
      ['a name written backwards', `From: "\u202Eegro.elpmaxe" <${BOSS}>\r\n\r\n`, 'characters that are not seen'],
      ['an envelope of another domain', `Return-Path: <a@evil.example>\r\nFrom: ${BOSS}\r\n\r\n`, 'of another domain'],
      ['a sender hidden behind spaces', `From: ${BOSS}${' '.repeat(4_000)}(x@y.z)\r\n\r\n`, 'has more than 2048'],
      ['an envelope without sender', `Return-Path: <>\r\nFrom: ${BOSS}\r\n\r\n`, 'envelope names no sender'],
    ])('refuses %s', async (_what, source, reason) => {
      expect(filterBySpoofing(await parseMail(Buffer.from(source)), POLICY)).toEqual({
        status: 'filtered_spoofing',
        reason: expect.stringContaining(reason) as string,
      });
    });

    it.each([
      ['a name', { From: `The Boss (CEO) <${BOSS}>` }],
      ['a quoted name', { From: `"Boss, \\"The\\"" <${BOSS}>` }],
      ['an encoded name on two lines', { From: `=?utf-8?q?Gro=C3=9F?=\r\n <${BOSS}>` }],
      ['its own address as name', { From: `"${BOSS}" <${BOSS}>` }],
      ['an envelope of the same domain', { 'Return-Path': '<other@example.org>' }],
      ['an envelope of a domain below', { 'Return-Path': '<bounce@mail.example.org>' }],
    ])('accepts %s', async (_what, headers) => {
      expect(filterBySpoofing(await received(headers), POLICY)).toBeUndefined();
    });
  });
});

describe('Reading a mail', () => {
  it('takes the text of HTML, without what is active in it', async () => {
    const mail = await received({ 'Content-Type': 'text/html' }, '<p>Hello <b>you</b></p><script>alert(1)</script>');

    expect(mail).toMatchObject({ text: 'Hello you' });
    expect(mail.defect).toBeUndefined();
  });

  it('cuts no character in two where a long text ends', async () => {
    const { text } = await received(
      { 'Content-Type': 'text/plain; charset=utf-8' },
      `${'x'.repeat(65_535)}👋 and more`,
    );

    expect(text).toBe('x'.repeat(65_535));
  });

  it('keeps line breaks out of what is one line', async () => {
    const mail = await received({ Subject: '=?utf-8?q?a=0D=0AX=3A_b?=', 'Message-ID': '<1@x\r\n y>' });

    expect(mail).toMatchObject({ subject: 'a X: b', messageId: '<1@x y>' });
  });

  it.each([
    ['without From', { From: undefined }, 'it has no From header'],
    ['with an empty From', { From: '' }, 'its From header holds no address'],
    ['with a From without address', { From: 'The Boss' }, 'its From header holds no address'],
  ])('%s is not possible', async (_what, headers, reason) => {
    expect((await received(headers)).defect).toEqual({ status: 'filtered_malformed', reason });
  });

  it('is quick with what is nested without end', async () => {
    const html = '<div>'.repeat(100_000);
    const before = Date.now();

    const mail = await received({ 'Content-Type': 'text/html' }, html);

    expect(mail.defect?.status).toBe('filtered_malformed');
    expect(Date.now() - before).toBeLessThan(3_000);
  });
});

describe('The intent of a mail', () => {
  it.each([
    ['ticket', { subject: 'Login', text: 'Please  open\na new ticket for this.' }],
    ['ticket', { subject: 'Re: Bug: it crashes', text: '' }],
    ['task', { subject: 'Tomorrow', text: 'Remind me of the bill.' }],
    ['task', { subject: 'TODO: sweep', text: '' }],
    [undefined, { subject: 'Hello', text: 'How are you? The ticket office is closed.' }],
  ])('is %s', (intent, mail) => {
    expect(evaluateIntent(mail)).toBe(intent);
  });
});

describe('InboundMail, without the poller', () => {
  afterEach(endMailApplications);

  const values = {
    email_inbound_imap: { senderAllowlist: [BOSS] },
    operator: { agentEmail: AGENT, email: BOSS },
  };

  it('is bound once by whoever needs it, and takes mail', async () => {
    const needing = (name: string) => defineModule(name, { needs: [inboundMailModule()], bind: () => undefined });
    const app = await givenMailApplication([needing('first'), needing('second')], values);
    const inbound = app.container.get(InboundMail);

    expect(await inbound.receive(await received({ Subject: 'Task: sweep' }), { source: 'webhooks' })).toEqual({
      status: 'received',
      settled: true,
    });
    expect(await inbound.receive(await received({ From: 'x@y.z' }), { source: 'webhooks' })).toMatchObject({
      status: 'filtered_non_allowlist',
      settled: true,
    });
    expect((await loggedMessages(app)).map(({ status }) => status)).toEqual(['received', 'filtered_non_allowlist']);
    expect((await auditedEvents(app)).map(({ type }) => type)).toEqual(['email.intent_logged', 'email.received']);
  });

  it('takes the bytes of a mail, as the page shows it', async () => {
    const app = await givenMailApplication([mailHook], values);

    expect(await app.container.get(MailHook).take(Buffer.from(mailText({})))).toBe(true);
    expect((await loggedMessages(app)).map(({ status }) => status)).toEqual(['received']);
  });

  it('does not reject when nothing can be written down, and says so in the log', async () => {
    const broken = { append: () => Promise.reject(new Error('the disk is full')) } as unknown as MessageLog;
    const app = await givenMailApplication([inboundMailModule()], values, {
      overrides: [override(MessageLog, broken)],
    });

    expect(await app.container.get(InboundMail).receive(await received(), { source: 'webhooks' })).toEqual({
      status: 'handler_error',
      reason: 'Error: the disk is full',
      settled: false,
    });
    expect(app.logs.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'A mail could not be handled',
      'A mail that could not be handled is not in the message log either',
    ]);
  });
});
