import { inspect } from 'node:util';

import { createRedactor } from '../../src/configuration/settings/secrets';

const every = (text: string, encode: (character: string) => string): string => [...text].map(encode).join('');
const bytes = (text: string, encode: (byte: number) => string, encoding: BufferEncoding = 'utf8'): string =>
  [...Buffer.from(text, encoding)].map(encode).join('');
const hex = (code: number, digits = 2): string => code.toString(16).padStart(digits, '0');
const codeOf = (character: string): number => character.codePointAt(0) ?? 0;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const json = (text: string): string => JSON.stringify(text).slice(1, -1);

describe.each([['Tr0ub4dor&3/x+y="é$`Z'], ["it's a $ecret!\\n%41"], ['hunter2hunter2!abcDEF'], ['пароль-Ünï≠"1"']])(
  'the secret %s',
  (secret) => {
    const { text } = createRedactor([secret]);
    const isLatin = /^[\0-\xff]*$/.test(secret);
    const list = (separator: string, encode: (byte: number) => string): string =>
      [...Buffer.from(secret)].map(encode).join(separator);

    it.each<[string, string]>([
      ['escapes of all its characters', every(secret, (c) => `\\u${hex(c.charCodeAt(0), 4)}`)],
      ['escapes of ECMAScript, with braces', every(secret, (c) => `\\u{${codeOf(c).toString(16)}}`)],
      ['escapes of Python, eight digits each', every(secret, (c) => `\\U${hex(codeOf(c), 8)}`)],
      ['octal escapes of its bytes', bytes(secret, (byte) => `\\${byte.toString(8).padStart(3, '0')}`)],
      ['hexadecimal escapes of its bytes', bytes(secret, (byte) => `\\x${hex(byte)}`)],
      ['entities of HTML, in decimal digits', every(secret, (c) => `&#${codeOf(c)};`)],
      ['entities of HTML, in hexadecimal digits', every(secret, (c) => `&#x${hex(codeOf(c))};`)],
      [
        'entities of HTML, by name',
        every(secret, (c) => (c === 'é' ? '&eacute;' : c === '$' ? '&dollar;' : c === '&' ? '&amp;' : c)),
      ],
      ['backslashes of a shell', secret.replace(/[^\w/.-]/gu, '\\$&')],
      ['double quotes of a shell', secret.replace(/["$`\\!]/g, '\\$&')],
      ['single quotes of a shell', secret.replaceAll("'", "'\\''")],
      ['single quotes of a shell, as Python quotes', secret.replaceAll("'", `'"'"'`)],
      ['the escapes of the shell of Windows', secret.replace(/[&|<>^%!"()]/g, '^$&')],
      ['JSON, three times', json(json(json(secret)))],
      ['JSON, five times', json(json(json(json(json(secret)))))],
      ['a URL within JSON within a URL', encodeURIComponent(json(encodeURIComponent(secret)))],
      ['HTML within JSON, and in base64', base64(json(secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')))],
      ['JSON in base64', base64(JSON.stringify({ user: 'ann', password: secret }))],
      ['JSON in base64, behind a path', `/v1/tokens/${base64(JSON.stringify({ user: 'ann', password: secret }))}`],
      ['base64 in base64', base64(base64(secret))],
      ['base64 in base64 in base64', base64(base64(base64(`ann:${secret}`)))],
      ['hexadecimal digits in base64', base64(Buffer.from(secret).toString('hex'))],
      ['JSON in hexadecimal digits', Buffer.from(JSON.stringify({ password: secret })).toString('hex')],
      ['a list of bytes in hexadecimal digits', list(', ', (byte) => `0x${hex(byte)}`)],
      ['a list of bytes in decimal digits', list(', ', String)],
      ['a list of bytes with a sign', [...new Int8Array(Buffer.from(secret))].join(', ')],
      ['a list of bytes as Go prints it', list(' ', String)],
      ['bytes between dashes', list('-', (byte) => hex(byte).toUpperCase())],
      ['a list of bytes in JSON of several lines', JSON.stringify(Buffer.from(secret), undefined, 2)],
      ['an array of bytes in JSON', JSON.stringify(new Uint8Array(Buffer.from(secret)))],
      ['a Buffer as Node shows it', inspect(Buffer.from(secret))],
      ['an array of bytes as Node shows it', inspect(new Uint8Array(Buffer.from(secret)))],
      [
        'an encoded word of a mail',
        `=?utf-8?Q?${bytes(secret, (byte) => (byte === 0x20 ? '_' : /\w/.test(String.fromCharCode(byte)) && byte !== 0x5f ? String.fromCharCode(byte) : `=${hex(byte).toUpperCase()}`))}?=`,
      ],
      ['an encoded word of a mail, in base64', `=?UTF-8?b?${base64(secret)}?=`],
      [
        'two encoded words of a mail',
        `=?utf-8?B?${base64(secret.slice(0, 7))}?=\r\n =?utf-8?B?${base64(secret.slice(7))}?=`,
      ],
      ['letters with marks of their own', secret.normalize('NFD')],
      ['letters that were read byte by byte', Buffer.from(secret).toString('latin1')],
      [
        'letters that were read byte by byte, in JSON',
        json(Buffer.from(secret).toString('latin1')).replace(/[^ -~]/g, (c) => `\\u${hex(c.charCodeAt(0), 4)}`),
      ],
      [
        'UTF-7',
        secret.replace(/[^ -~]+|[+]/gu, (part) =>
          part === '+' ? '+-' : `+${Buffer.from(part, 'utf16le').swap16().toString('base64').replace(/=+$/, '')}-`,
        ),
      ],
      [
        'UTF-7 of IMAP',
        secret.replace(/[^ -~]+|&/gu, (part) =>
          part === '&'
            ? '&-'
            : `&${Buffer.from(part, 'utf16le').swap16().toString('base64').replace(/=+$/, '').replaceAll('/', ',')}-`,
        ),
      ],
      [
        'the old escapes of a browser',
        every(secret, (c) => (codeOf(c) > 0xff ? `%u${hex(codeOf(c), 4)}` : /\w/.test(c) ? c : `%${hex(codeOf(c))}`)),
      ],
      ['colours of a terminal', `${secret.slice(0, 5)}\x1b[31m${secret.slice(5)}`],
      ['a sign of no width', `${secret.slice(0, 5)}\u200b${secret.slice(5)}`],
      ['UTF-16', bytes(secret, (byte) => String.fromCharCode(byte), isLatin ? 'utf16le' : 'utf8')],
      ...(isLatin
        ? [
            [
              'a URL of Latin-1',
              bytes(
                secret,
                (byte) =>
                  /[A-Za-z0-9]/.test(String.fromCharCode(byte))
                    ? String.fromCharCode(byte)
                    : `%${hex(byte).toUpperCase()}`,
                'latin1',
              ),
            ] satisfies [string, string],
            ['base64 of Latin-1', Buffer.from(secret, 'latin1').toString('base64')] satisfies [string, string],
          ]
        : []),
    ])('is taken out of %s', (_where, given) => {
      const shown = text(`before ${given} after`);

      expect(shown).toMatch(/^before [^]*\[redacted\][^]* after$/);
      expect(shown.replace('[redacted]', '').length).toBeLessThan(80);
      expect(text(shown)).toBe(shown);
    });
  },
);

describe('a secret of which Node shows a part', () => {
  const token = `sk_live_${Array.from({ length: 200 }, (_, index) => (index * 7919).toString(36)).join('')}`;
  const leftOf = (shown: string): string =>
    shown.replaceAll(/\[redacted\]|\.\.\. \d+ more (byte|item|character)s?/g, '');

  it.each([33, 51, 64, 100, 256, 257, 700])('is taken out of its Buffer, of %i characters', (length) => {
    const secret = token.slice(0, length);
    const { text } = createRedactor([secret]);

    expect(leftOf(text(inspect(Buffer.from(secret))))).toMatch(/^<Buffer {1,2}>$/);
    expect(leftOf(text(inspect(Buffer.from(`Bearer ${secret}`))))).toMatch(/^<Buffer (?:[\da-f]{2} ){7} ?>$/);
    expect(leftOf(text(inspect(new Uint8Array(Buffer.from(secret))))).replaceAll(/[\s,]/g, '')).toMatch(
      /^Uint8Array\(\d+\)\[\]$/,
    );
  });

  it('is taken out of its Buffer where it is no token, also one of several bytes a letter', () => {
    for (const secret of [`correct horse & battery ${'staple '.repeat(8)}`, 'пароль-'.repeat(9), 'é€'.repeat(40)])
      expect(leftOf(createRedactor([secret]).text(inspect(Buffer.from(secret)))).length).toBeLessThan(24);
  });

  it.each([10_001, 10_040, 10_063, 12_345])(
    'is taken out of a text of it of which 10,000 of %i characters are shown',
    (length) => {
      const secret = Array.from({ length }, (_, index) =>
        String.fromCharCode(48 + ((index * index * 31 + index) % 73)),
      ).join('');

      expect(leftOf(createRedactor([secret]).text(inspect(secret)))).toBe("''");
    },
  );

  it('is found with all that stands before and behind a part that is looked for', () => {
    const { text } = createRedactor([token]);

    expect(text(`a ${token.slice(30, 230)} b`)).toBe('a [redacted] b');
  });

  it('leaves what only begins as a long one does', () => {
    const { text } = createRedactor([
      `https://hooks.example.com/services/T0/${'x1'.repeat(20)}`,
      `my-application-in-production-token-${'y'.repeat(20)}`,
      `-----BEGIN EC PRIVATE KEY-----\n${'MHcC'.repeat(16)}\n-----END EC PRIVATE KEY-----`,
    ]);
    const said =
      'my-application-in-production asks https://hooks.example.com/services/T0, -----BEGIN EC PRIVATE KEY-----';

    expect(text(said)).toBe(said);
  });
});

describe('a short secret that is encoded twice', () => {
  it.each(['hunter', 'hunter2', 'p@ss w0rd', 'MyPassw0rd1', 'MyPassw0rd12', 'MyPassw0rd123'])(
    'is taken out: %s',
    (secret) => {
      const { text } = createRedactor([secret]);
      const hexOf = (given: string): string => Buffer.from(given).toString('hex');

      for (const before of ['', 'u:', 'ann:', 'a'])
        for (const given of [
          base64(base64(before + secret)),
          ...(before === '' || secret.length > 9 ? [base64(base64(base64(before + secret)))] : []),
          hexOf(base64(before + secret)),
          base64(hexOf(before + secret)),
        ])
          expect([before, given, text(given)]).toEqual([before, given, expect.stringContaining('[redacted]')]);
    },
  );
});

describe('a secret with a tab and line breaks', () => {
  const { text } = createRedactor(['ab\tcd\r\nef12']);

  it('is taken out of a list of bytes of Go, one digit each where that is enough', () => {
    const bytesOfGo = [...Buffer.from('ab\tcd\r\nef12')].map((byte) => `0x${byte.toString(16)}`).join(', ');

    expect(text(`[]byte{${bytesOfGo}}`)).toBe('[]byte{0x[redacted]}');
  });

  it('is taken out of quoted-printable', () => {
    expect(text('Key: ab=09cd=0D=0Aef12;')).toBe('Key: [redacted];');
    expect(text('page=09 size=0D limit=10 month=13')).toBe('page=09 size=0D limit=10 month=13');
  });
});

describe('a redactor', () => {
  it('finds each of several secrets in one text, in encodings of their own, and leaves the rest', () => {
    const { text } = createRedactor(['first"one', 'second&two', 'hunter2']);

    expect(text(`a \\u0068unter2, b first\\"one c second&amp;two, d second%26two "" e %41 \\n`)).toBe(
      'a [redacted], b [redacted] c [redacted], d [redacted] "" e %41 \\n',
    );
  });

  it('finds a secret in a filter of LDAP', () => {
    const given = '(userPassword=p\\28w\\2ax\\5cyz)';

    expect(createRedactor(['p(w*x\\yz']).text(given)).toBe('(userPassword=[redacted])');
  });

  it('finds a secret twice that stands twice in the same encoding', () => {
    const encoded = base64(JSON.stringify({ password: 'p"w"1234' }));

    expect(
      createRedactor(['p"w"1234'])
        .text(`${encoded} ${encoded}`)
        .match(/\[redacted\]/g),
    ).toHaveLength(2);
  });

  it.each([
    'Processed 12 orders in 34 ms, at 2026-11-29T17:38:03.000Z',
    'run 3f2b8c1e-9d4a-4c5b-8e7f-1a2b3c4d5e6f of commit=deadbeef, count=74, code=65',
    'GET /v1/orders?limit=100&cursor=abc&copy=2 100% done, C:\\temp\\new\\unit',
    "it's '' and \"\", 10, 20, 30, 40, 50",
  ])('leaves an ordinary text alone: %s', (said) => {
    expect(createRedactor(['test', 'unit2', 'A@74', 'hunter']).text(said)).toBe(said);
  });

  it('leaves words alone that a secret is which is nothing but escapes', () => {
    expect(createRedactor(['%74%65%73%74']).text('the test %74%65%73%74')).toBe('the test [redacted]');
  });

  it.each([
    '%25',
    '\\',
    '\\\\%5C&amp;=3D',
    '%255C\\u005cn&#92;=5C',
    '=C3=A9',
    '68 ',
    '104,',
    'e\u0301',
    '\u00c3\u00a9',
    '+AGg-',
    '+',
    '&',
    '=?utf-8?Q?a?= ',
    "''",
    'ICAg',
    'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo',
    '\0a',
    '=\n',
    'QUJD\r\n',
    '\x1b[',
    '0x',
    '1 ',
    '12-34-56-',
    '1 2 3 4 z ',
    '+AAAA',
    '%2B',
  ])('comes to an end with a text of nothing but %j', (unit) => {
    const { text } = createRedactor(['p@ss "w0rd"/\\<é&+>\'=\n;', 'hunter2-hunter2']);

    expect(text(unit.repeat(100_000 / unit.length)).length).toBeGreaterThan(90_000);
  });
});
