import { filterBySpoofing, type MailPolicy, type MailRefusal, parseMail } from '@daemonry/modules/email_inbound_imap';

import { AGENT, BOSS, mailText } from './support/givenInbox';

const HOST = 'mx.example.com';
const POLICY: MailPolicy = {
  state: 'running',
  senderAllowlist: [BOSS],
  agentEmail: AGENT,
  operatorEmail: BOSS,
  authenticationHost: HOST,
};

const refusalOf = async (results: string | undefined): Promise<MailRefusal | undefined> => {
  const headers = { 'Authentication-Results': results, 'Return-Path': '<a@mailer.example>' };
  return filterBySpoofing(await parseMail(Buffer.from(mailText(headers))), POLICY);
};

describe('The results of a trusted host', () => {
  it.each([
    ['a passed DMARC', `${HOST}; dmarc=pass header.from=example.org`],
    [
      'a passed DMARC beside a failed SPF',
      `${HOST} 1; spf=fail smtp.mailfrom=x.y; dmarc=pass (p=none) header.from=Example.org`,
    ],
    ['a passed DKIM', `${HOST}; dkim=pass header.d=example.org header.s=a`],
    ['a passed DKIM below the domain', `${HOST}; dkim=pass header.i=@mail.example.org`],
    ['a passed SPF', `${HOST}; spf=pass (ok; (really)) smtp.mailfrom=a@example.org`],
    ['an SPF that names only the domain', `${HOST}; spf=pass smtp.mailfrom=example.org`],
    ['an address in quotes', `${HOST}; spf=pass smtp.mailfrom="a@example.org"`],
    ['a quoted local part of the domain', `${HOST}; spf=pass smtp.mailfrom="a b"@example.org`],
    ['its name in other case and in quotes', '(by us) "MX.Example.com"; dmarc=pass header.from=example.org'],
    [
      'spaces and comments everywhere',
      `${HOST} (c) ; dmarc (c) / 1 = (c) pass (c) header . from (c) = (c) example.org `,
    ],
    ['a comment without a space', `${HOST}; dmarc=pass(p=NONE dis=NONE) header.from=example.org;`],
    [
      'folded lines',
      `${HOST};\r\n\tdkim=none (message not signed) header.d=none;\r\n dmarc=pass header.from=example.org`,
    ],
    ['a domain in punycode', `${HOST}; dmarc=pass header.from=example.org; iprev=pass policy.iprev="2001:db8::1"`],
    [
      'what large providers write',
      `${HOST}; dkim=pass header.i=@example.org header.s=20230601 header.b=Ab/x+y0=; arc=pass (i=1 spf=pass); ` +
        `spf=pass (google.com: domain of bounce+1=a.b=c@example.org designates 192.0.2.1 as permitted sender) ` +
        `smtp.mailfrom=bounce+1=a.b=c@example.org; dmarc=pass action=none header.from=example.org;compauth=pass reason=100`,
    ],
  ])('are believed with %s', async (_what, results) => {
    expect(await refusalOf(results)).toBeUndefined();
  });

  it.each([
    ['no results', undefined],
    ['results of another host', 'evil.example; dmarc=pass header.from=example.org'],
    ['a host with look-alike letters', 'mx.example.ⅽom; dmarc=pass header.from=example.org'],
    ['another version', `${HOST} 2; dmarc=pass header.from=example.org`],
    ['no result', `${HOST}; none`],
    ['a failed DMARC', `${HOST}; dkim=pass header.d=example.org; dmarc=fail header.from=example.org`],
    ['a DMARC of another domain', `${HOST}; dmarc=pass header.from=evil.example`],
    ['a DMARC of no domain', `${HOST}; dmarc=pass`],
    ['a DMARC of an address', `${HOST}; dmarc=pass header.from=x@example.org`],
    ['a DKIM of another domain', `${HOST}; dkim=pass header.d=evil.example`],
    ['a DKIM for another domain', `${HOST}; dkim=pass header.d=evil.example header.i=@example.org`],
    ['a DKIM of a whole country', `${HOST}; dkim=pass header.d=org`],
    ['an SPF of another domain', `${HOST}; spf=pass smtp.mailfrom=a@evil.example`],
    ['a soft-failed SPF', `${HOST}; spf=softfail smtp.mailfrom=a@example.org`],
    ['a result in a comment', `${HOST}; spf=fail (dmarc=pass header.from=example.org) smtp.mailfrom=a@evil.example`],
    ['a result in quotes', `${HOST}; spf=fail smtp.mailfrom="; dmarc=pass header.from=example.org"`],
    ['a result in an address', `${HOST}; spf=fail smtp.mailfrom=a;dmarc=pass@evil.example`],
  ])('are not believed with %s', async (_what, results) => {
    expect((await refusalOf(results))?.status).toBe('filtered_spoofing');
  });

  it.each([
    ['as quoted local part', 'smtp.mailfrom="example.org"@evil.example'],
    ['as quoted local part with a quote in it', String.raw`smtp.mailfrom="a\"b@example.org"@evil.example`],
    ['as quoted local part, quoted again', String.raw`smtp.mailfrom="\"x@example.org\"@evil.example"`],
    ['as local part before a comment', 'smtp.mailfrom=example.org(x)@evil.example'],
    ['as local part before a comment and a word', 'smtp.mailfrom=example.org(x)y=@evil.example'],
    ['as local part before a space', 'smtp.mailfrom=example.org @evil.example'],
    ['as local part on another line', 'smtp.mailfrom=example.org\r\n @evil.example'],
    ['as local part before a NUL', 'smtp.mailfrom=example.org\0@evil.example'],
    ['as local part before a carriage return', 'smtp.mailfrom=example.org\r@evil.example'],
    ['as local part before a soft hyphen', 'smtp.mailfrom=example.org\u00ad@evil.example'],
    ['as local part before a backslash', String.raw`smtp.mailfrom=example.org\ @evil.example`],
    ['between two signs', 'smtp.mailfrom=a@example.org@evil.example'],
    ['before a quote', 'smtp.mailfrom=a@example.org"@evil.example'],
    ['in quotes that do not end', 'smtp.mailfrom="a@example.org'],
    ['in quotes without a space behind', 'smtp.mailfrom="a@example.org"x'],
    ['in a second value', 'smtp.mailfrom=a@evil.example smtp.mailfrom=a@example.org'],
    ['in a first value', 'smtp.mailfrom=a@example.org smtp.mailfrom=a@evil.example'],
    ['in a name behind another', 'smtp.mailfrom=a@evil.example;spf=pass@example.org'],
    ['in full-width letters', 'smtp.mailfrom=a@ｅxample.org'],
    ['in a comment that quotes', '(of "a) smtp.mailfrom=x@example.org ("@evil.example)'],
    ['behind a comment that does not end', '(of a(@b smtp.mailfrom=x@example.org'],
    ['behind a comment that ends twice', '(of a)) smtp.mailfrom=x@example.org'],
    ['behind an escaped end of a comment', String.raw`(of a\) smtp.mailfrom=x@example.org (`],
    ['behind an escaped start of a comment', String.raw`\(of a smtp.mailfrom=x@example.org`],
    ['with a dot at the end of another', 'smtp.mailfrom=a@evil.example.'],
  ])('are not believed when a stranger writes the domain %s', async (_where, said) => {
    expect((await refusalOf(`${HOST}; spf=pass ${said}`))?.status).toBe('filtered_spoofing');
  });

  it.each([
    ['as quoted local part', 'header.i="example.org"@evil.example'],
    ['before a comment', 'header.i=@example.org(x)@evil.example'],
    ['beside its own', 'header.i=@example.org header.d=evil.example'],
    ['beside its own, later', 'header.d=evil.example header.i=@example.org'],
    ['as an address', 'header.d=x@example.org'],
  ])('are not believed when a stranger signs with the domain %s', async (_where, said) => {
    expect((await refusalOf(`${HOST}; dkim=pass ${said}`))?.status).toBe('filtered_spoofing');
  });

  it('are read to their end: a failure behind a long text counts', async () => {
    const results = `${HOST}; spf=pass (${'x'.repeat(3_000)}) smtp.mailfrom=a@example.org; dmarc=fail header.from=example.org`;

    expect(await refusalOf(results)).toMatchObject({ reason: expect.stringContaining('DMARC did not pass') as string });
  });

  it('are refused when they are longer than any server writes', async () => {
    const results = `${HOST}; dmarc=pass (${'x'.repeat(20_000)}) header.from=example.org`;

    expect(await refusalOf(results)).toMatchObject({ reason: expect.stringContaining('cannot be read') as string });
  });

  it('are those of the topmost header: those below came with the mail', async () => {
    const source = [
      `Authentication-Results: ${HOST}; dmarc=fail header.from=example.org`,
      `Authentication-Results: ${HOST}; dmarc=pass header.from=example.org`,
      mailText(),
    ].join('\r\n');

    expect(filterBySpoofing(await parseMail(Buffer.from(source)), POLICY)?.status).toBe('filtered_spoofing');
  });
});
