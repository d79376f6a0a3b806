import { parseMail } from '@daemonry/modules/email_inbound_imap';

const CRLF = '\r\n';
const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part))));
const head = (...lines: readonly string[]): string =>
  ['From: boss@example.org', 'To: agent@example.com', ...lines, '', ''].join(CRLF);

describe('The subject of a mail is read', () => {
  it.each([
    ['in words of base64 that cut a character in two', '=?utf-8?B?w7zDpMM=?= =?utf-8?B?tg==?=', 'üäö'],
    ['in quoted words that cut a character in two', '=?utf-8?Q?gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=', 'grüße'],
    ['in ISO-2022-JP', '=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=', '日本'],
    ['in GBK', '=?GBK?B?1tDOxA==?=', '中文'],
    ['in Latin-1', '=?iso-8859-1?Q?caf=E9?=', 'café'],
    ['as raw UTF-8', 'Grüße aus Köln', 'Grüße aus Köln'],
    ['folded', 'one\r\n two', 'one two'],
  ])('%s', async (_how, subject, expected) => {
    expect((await parseMail(bytes(head(`Subject: ${subject}`), 'x'))).subject).toBe(expected);
  });

  it.each(['=?no-such-set?Q?abc?=', '=?utf-8?B?!!!!?=', '=?utf-8?X?abc?=', '=?utf-8?B?'])(
    'as far as it can be, and the mail with it: %s',
    async (subject) => {
      const mail = await parseMail(bytes(head(`Subject: ${subject}`), 'the text'));

      expect(mail).toMatchObject({ text: expect.stringContaining('the text') as string });
      expect(mail.defect).toBeUndefined();
    },
  );
});

describe('The text of a mail is read', () => {
  const plain = (type: string, ...more: readonly string[]): string =>
    head('MIME-Version: 1.0', `Content-Type: text/plain; ${type}`, ...more);

  it.each<[string, Buffer, string]>([
    ['in ISO-2022-JP', bytes(plain('charset=iso-2022-jp'), [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42]), '日'],
    ['in GBK', bytes(plain('charset=gbk'), [0xd6, 0xd0, 0xce, 0xc4]), '中文'],
    ['in Latin-1', bytes(plain('charset=iso-8859-1'), [0x63, 0x61, 0x66, 0xe9]), 'café'],
    ['in base64', bytes(plain('charset=utf-8', 'Content-Transfer-Encoding: base64'), 'R3LDvMOf\r\nZQ=='), 'Grüße'],
    [
      'in quoted-printable, with a soft line break',
      bytes(plain('charset=utf-8', 'Content-Transfer-Encoding: quoted-printable'), 'Gr=C3=BC=\r\n=C3=9Fe'),
      'Grüße',
    ],
    ['that flows', bytes(plain('charset=utf-8; format=flowed'), 'one \r\ntwo\r\nthree'), 'one two\nthree'],
    ['with bare line feeds', Buffer.from(`${head()}one\ntwo`.replaceAll(CRLF, '\n')), 'one\ntwo'],
    ['of a part whose last boundary is missing', withoutEnd(), 'the text'],
  ])('%s', async (_how, source, expected) => {
    const mail = await parseMail(source);

    expect(mail.text.trim()).toBe(expected);
    expect(mail.defect).toBeUndefined();
  });

  it.each([
    ['an unknown character set', plain('charset=no-such-set')],
    ['base64 that is broken', plain('charset=utf-8', 'Content-Transfer-Encoding: base64')],
    ['an unknown transfer encoding', plain('charset=utf-8', 'Content-Transfer-Encoding: x-none')],
  ])('as far as it can be, in %s', async (_what, start) => {
    expect(typeof (await parseMail(bytes(start, 'b!r?o=ken'))).text).toBe('string');
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \u00a0\u3000\r\n'],
    ['signs of no width', '\u200b\ufeff\u00ad\u2060\u200d\r\n'],
    ['fillers', '\u3164\u115f\uffa0\u2800\u034f'],
    ['marks of direction and invisible tags', '\u202e\u2066\u{e0041}\ufe0f'],
    ['signs of control', '\u0001\u0007\u001b'],
  ])('is that of the HTML beside a plain one that shows only %s', async (_what, plain) => {
    const type = (of: string): string =>
      `--b${CRLF}Content-Type: text/${of}; charset=utf-8${CRLF}Content-Transfer-Encoding: 8bit${CRLF}${CRLF}`;
    const mail = await parseMail(
      Buffer.from(
        `${head('MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=b')}${type('plain')}${plain}${CRLF}` +
          `${type('html')}<p>please open a ticket</p>${CRLF}--b--${CRLF}`,
      ),
    );

    expect(mail.text.trim()).toBe('please open a ticket');
  });

  it('that is a mail of its own is not taken for that of this one', async () => {
    const inner = `${head('Subject: inner')}forwarded`;
    const mail = await parseMail(
      bytes(
        head('MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'),
        `--b${CRLF}Content-Type: text/plain${CRLF}${CRLF}outer${CRLF}`,
        `--b${CRLF}Content-Type: message/rfc822${CRLF}Content-Disposition: attachment${CRLF}${CRLF}${inner}${CRLF}--b--`,
      ),
    );

    expect(mail.text.trim()).toBe('outer');
  });
});

function withoutEnd(): Buffer {
  const start = head('MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b');
  return bytes(start, `--b${CRLF}Content-Type: text/plain${CRLF}${CRLF}the text${CRLF}`);
}

describe('The senders of a mail', () => {
  const from = async (value: string): Promise<readonly string[]> => {
    const mail = await parseMail(bytes(`From: ${value}${CRLF}To: agent@example.com${CRLF}${CRLF}x`));
    return mail.from.map(({ address }) => address);
  };

  it.each([
    ['with a comma in a quoted name', '"Boss, Big" <boss@example.org>', ['boss@example.org']],
    ['in a group', 'Team: a@example.org, b@example.org;', ['a@example.org', 'b@example.org']],
    ['with an encoded name', '=?utf-8?Q?B=C3=B6ss?= <boss@example.org>', ['boss@example.org']],
    ['with a comment', 'boss@example.org (the boss)', ['boss@example.org']],
    ['that are two', 'a@example.org, b@example.org', ['a@example.org', 'b@example.org']],
  ])('are read %s', async (_how, value, expected) => {
    expect(await from(value)).toEqual(expected);
  });

  it('are more than one where an address stands before the comma, so that none of them is believed alone', async () => {
    expect(await from('evil@example.net, Boss <boss@example.org>')).toEqual(['evil@example.net', 'boss@example.org']);
  });
});
