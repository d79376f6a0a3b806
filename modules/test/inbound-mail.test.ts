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
  parseMail,
  type ReceivedMail,
} from '@daemonry/modules/email_inbound_imap';
import { MessageLog } from '@daemonry/modules/message_log';
import { override } from 'daemonry/testing';

import { AGENT, BOSS, mailText } from './support/givenInbox';
import {
  auditedEvents,
  endMailApplications,
  givenMailApplication,
  loggedMessages,
} from './support/givenMailApplication';

const HOST = 'mx.example.com';
const POLICY: MailPolicy = { state: 'running', senderAllowlist: [BOSS], agentEmail: AGENT, operatorEmail: BOSS };

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
    const authenticated = (results: string | undefined, more: Readonly<Record<string, string>> = {}) =>
      received({ 'Authentication-Results': results, ...more });

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

    it.each([
      ['DMARC', `${HOST}; dmarc=pass header.from=example.org`],
      [
        'DMARC beside a failed SPF',
        `${HOST} 1; spf=fail smtp.mailfrom=x.y; dmarc=pass (p=none) header.from=Example.org`,
      ],
      ['DKIM', `${HOST}; dkim=pass header.d=example.org header.s=a`],
      ['DKIM below the domain', `${HOST}; dkim=pass header.i=@mail.example.org`],
      ['SPF', `${HOST}; spf=pass (ok; (really)) smtp.mailfrom=a@example.org`],
    ])('with a trusted host accepts a passed %s', async (_what, results) => {
      const mail = await authenticated(results, { 'Return-Path': '<a@mailer.example>' });

      expect(filterBySpoofing(mail, { ...POLICY, authenticationHost: HOST })).toBeUndefined();
    });

    it.each([
      ['no results', undefined],
      ['results of another host', 'evil.example; dmarc=pass header.from=example.org'],
      ['no result', `${HOST}; none`],
      ['a failed DMARC', `${HOST}; dkim=pass header.d=example.org; dmarc=fail header.from=example.org`],
      ['a DMARC of another domain', `${HOST}; dmarc=pass header.from=evil.example`],
      ['a DMARC of no domain', `${HOST}; dmarc=pass`],
      ['a DKIM of another domain', `${HOST}; dkim=pass header.d=evil.example`],
      ['a DKIM of a whole country', `${HOST}; dkim=pass header.d=org`],
      ['an SPF of another domain', `${HOST}; spf=pass smtp.mailfrom=a@evil.example`],
      ['a soft-failed SPF', `${HOST}; spf=softfail smtp.mailfrom=a@example.org`],
      ['a result in a comment', `${HOST}; spf=fail (dmarc=pass header.from=example.org) smtp.mailfrom=a@evil.example`],
      ['a result in quotes', `${HOST}; spf=fail smtp.mailfrom="; dmarc=pass header.from=example.org"`],
      ['a result in an address', `${HOST}; spf=fail smtp.mailfrom=a;dmarc=pass@evil.example`],
    ])('with a trusted host refuses %s', async (_what, results) => {
      const mail = await authenticated(results);

      expect(filterBySpoofing(mail, { ...POLICY, authenticationHost: HOST })?.status).toBe('filtered_spoofing');
    });

    it('believes only the topmost results: those below came with the mail', async () => {
      const source = [
        `Authentication-Results: ${HOST}; dmarc=fail header.from=example.org`,
        `Authentication-Results: ${HOST}; dmarc=pass header.from=example.org`,
        mailText(),
      ].join('\r\n');

      const mail = await parseMail(Buffer.from(source));

      expect(filterBySpoofing(mail, { ...POLICY, authenticationHost: HOST })?.status).toBe('filtered_spoofing');
    });
  });
});

describe('Reading a mail', () => {
  it('takes the text of HTML, without what is active in it', async () => {
    const mail = await received({ 'Content-Type': 'text/html' }, '<p>Hello <b>you</b></p><script>alert(1)</script>');

    expect(mail).toMatchObject({ text: 'Hello you' });
    expect(mail.defect).toBeUndefined();
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
