import { createRedactor } from '../../src/configuration/settings/secrets';

describe('a secret', () => {
  const SECRET = 'p@ss "w0rd"/\\<é&+>\'=\n;';
  const { text } = createRedactor([SECRET]);
  const base64 = (...parts: readonly string[]) => Buffer.from(parts.join('')).toString('base64');

  it.each<[string, string]>([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify(SECRET)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify({ a: SECRET }))],
    ['in JSON of ASCII', JSON.stringify(SECRET).replace('é', '\\u00e9')],
    ['in JSON of ASCII, with capitals', JSON.stringify(SECRET).replace('é', '\\u00E9')],
    ['in JSON with escaped slashes', JSON.stringify(SECRET).replace('/', '\\/')],
    [
      'in JSON that is safe in HTML',
      JSON.stringify(SECRET).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
    ],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a URL, with small digits', encodeURIComponent(SECRET).toLowerCase()],
    ['in a URL within a URL', encodeURIComponent(encodeURIComponent(SECRET))],
    ['in a form', new URLSearchParams({ a: SECRET }).toString()],
    ['as the password of a URL', Object.assign(new URL('https://host'), { username: 'ann', password: SECRET }).href],
    [
      'in HTML',
      SECRET.replace(/&/g, '&amp;')
        .replace(/</g, '&lt;')
        .replace(/>/g, '&gt;')
        .replace(/"/g, '&quot;')
        .replace(/'/g, '&#39;'),
    ],
    [
      'in HTML of a template language',
      SECRET.replace(/[&<>"'/=]/g, (c) => `&#x${c.charCodeAt(0).toString(16).toUpperCase()};`).replaceAll(
        '&#x26;',
        '&amp;',
      ),
    ],
    ['in XML, every special character by its number', SECRET.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)],
    ['in single quotes of a shell', `'${SECRET.replaceAll("'", "'\\''")}'`],
    ['in a statement of SQL', `'${SECRET.replaceAll("'", "''")}'`],
    ['in a table of commas', `"${SECRET.replaceAll('"', '""')}"`],
    ['in a regular expression', SECRET.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')],
    [
      'in the body of a mail',
      SECRET.replace(/[^ -<>-~\n]/gu, (c) => Buffer.from(c).toString('hex').toUpperCase().replace(/../g, '=$&')),
    ],
    ['in the body of a mail, every byte', Buffer.from(SECRET).toString('hex').toUpperCase().replace(/../g, '=$&')],
    ['in JSON of bytes', JSON.stringify(Buffer.from(SECRET))],
    ['in a list of bytes', [...Buffer.from(SECRET)].join(', ')],
    [
      'in hexadecimal digits between colons',
      Buffer.from(SECRET)
        .toString('hex')
        .replace(/..(?!$)/g, '$&:'),
    ],
    ['in a URL, every character as an escape', Buffer.from(SECRET).toString('hex').replace(/../g, '%$&')],
    ['in hexadecimal digits', Buffer.from(SECRET).toString('hex')],
    ['in capital hexadecimal digits', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['in base64', base64(SECRET)],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in base64, behind one character', base64('a', SECRET)],
    ['in base64, behind two characters', base64('ab', SECRET, 'c')],
    ['in AUTH PLAIN', base64('\0ann@example.org\0', SECRET)],
    ['in basic authentication', base64('ann:', SECRET)],
    ['in base64 within a URL', encodeURIComponent(base64('a:', SECRET))],
  ])('is taken out %s', (_where, given) => {
    const shown = text(`before ${given} after`);

    expect(shown).toMatch(/^before .*\[redacted\].* after$/);
    for (const part of ['w0rd', encodeURIComponent('w0rd"/'), base64(SECRET).slice(4, 12)])
      expect(shown).not.toContain(part);
  });

  const lines = (text: string, length: number, end: string): string =>
    text.replace(new RegExp(`.{${length}}(?!$)`, 'gs'), `$&${end}`);
  const NOISE = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7) % 256));
  const among = (encoding: BufferEncoding, before: number): Buffer =>
    Buffer.concat([NOISE.subarray(0, before), Buffer.from(SECRET, encoding), NOISE.subarray(0, 90)]);
  const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

  it.each<[string, string]>([
    ['in base64 of UTF-16', Buffer.from(SECRET, 'utf16le').toString('base64')],
    ['in base64 of UTF-16, the other way round', swapped(Buffer.from(SECRET, 'utf16le')).toString('base64')],
    ['in base64 of UTF-16, behind one character', Buffer.from(`a${SECRET}`, 'utf16le').toString('base64')],
    ['in base64url of UTF-16', Buffer.from(`ab${SECRET}`, 'utf16le').toString('base64url')],
    ['in hexadecimal digits of UTF-16', Buffer.from(SECRET, 'utf16le').toString('hex')],
    ['in JSON of .NET, in base64', base64('a', SECRET).replaceAll('+', '\\u002B')],
    [
      'in hexadecimal digits, two bytes at once',
      Buffer.from(SECRET)
        .toString('hex')
        .replace(/.{4}(?!$)/g, '$& '),
    ],
    ['in escapes of bytes', Buffer.from(SECRET).toString('hex').replace(/../g, '\\x$&')],
  ])('is taken out %s', (_where, given) => {
    const shown = text(`before ${given} after`);

    expect(shown).toMatch(/^before .*\[redacted\].* after$/);
    expect(shown.length).toBeLessThan(40);
  });

  describe.each([0, 1, 2, 40, 55, 56, 57, 58, 59])('%i bytes into a text of several lines', (before) => {
    const left = (shown: string, given: Buffer): number =>
      shown.replace(/\s|\\[rn]|%0[ad]/gi, '').length - ((given.length - Buffer.from(SECRET).length) * 4) / 3;

    it.each([
      [76, '\r\n'],
      [76, '\n'],
      [64, '\n'],
      [60, '\n    '],
      [76, '\\r\\n'],
      [76, '\\n'],
      [76, '%0D%0A'],
      [76, "\\n' +\n  '"],
      [20, '\r\n '],
    ])('is taken out in base64 of %i columns, ended by %j', (columns, end) => {
      const given = among('utf8', before);
      const shown = text(`before ${lines(given.toString('base64'), columns, end)} after`);

      expect(shown).toMatch(/^before [^]*\[redacted\][^]* after$/);
      expect(left(shown.replaceAll("' +\n  '", ''), given)).toBeLessThan(40);
    });

    it('is taken out in base64url, and in base64 of UTF-16 of both orders', () => {
      const wide = among('utf16le', before * 2);

      for (const given of [
        lines(among('utf8', before).toString('base64url'), 76, '\n'),
        lines(wide.toString('base64'), 76, '\r\n'),
        lines(swapped(wide).toString('base64'), 76, '\r\n'),
      ])
        expect(text(given)).toMatch(/[^]\[redacted\][^]|^\[redacted\]/);
    });

    it('is taken out in hexadecimal digits', () => {
      expect(text(lines(among('utf8', before).toString('hex'), 60, '\n'))).toContain('[redacted]');
    });
  });

  it('is taken out of a mail in quoted-printable, wherever its lines end', () => {
    const { text } = createRedactor([SECRET.replaceAll('\n', '')]);
    const printable = SECRET.replaceAll('\n', '').replace(/[^ -<>-~]/gu, (c) =>
      Buffer.from(c).toString('hex').toUpperCase().replace(/../g, '=$&'),
    );

    for (let at = 4; at < printable.length - 4; at++) {
      if (/=.?$/.test(printable.slice(0, at))) continue;
      const shown = text(`password ${printable.slice(0, at)}=\r\n${printable.slice(at)} end`);
      expect(shown).toBe('password [redacted] end');
    }
  });

  it('of several lines leaves lines alone that only end and begin with a part of a short one', () => {
    const said = 'at the te\nst of this\nhun\nter';

    expect(createRedactor(['test', 'hunter']).text(said)).toBe(said);
  });

  it('is looked for in time that grows with the text, also where it has nothing but lines', () => {
    const { text: long } = createRedactor([SECRET, 'hunter2-hunter2', 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=']);
    for (const unit of ['a\n', '=\n', 'QUJD\r\n', '\\n', '%0a', "\\n' +\n  '", 'QUJDREVGR0hJSktMTU5P', '    \n'])
      expect(long(unit.repeat(200_000 / unit.length)).length).toBeGreaterThan(0);
  });

  it('leaves of a base64 text around it less than a byte', () => {
    expect(text(base64('ann:', 'a', SECRET))).toBe(
      `${base64('ann:', 'a').slice(0, 6)}X[redacted]==`.replace('X', base64('ann:', 'a', SECRET).charAt(6)),
    );
  });

  it('in a URL is taken out with its password, which stands alone too', () => {
    const url = createRedactor(['postgres://ann:s%40fe-word@db:5432/orders']);

    expect(url.text('no postgres://ann:s%40fe-word@db:5432/orders for "s@fe-word"')).toBe(
      'no [redacted] for "[redacted]"',
    );
  });

  it('of many lines is taken out line by line, and in base64', () => {
    const line = (letter: string) => `MIIEvQ${letter.repeat(58)}`;
    const key = `-----BEGIN PRIVATE KEY-----\n${'abcdefgh'.split('').map(line).join('\n')}\n-----END PRIVATE KEY-----\n`;
    const redactor = createRedactor([key]);

    expect(redactor.text(`read ${line('c')}, cut`)).toBe('read [redacted], cut');
    expect(redactor.text(JSON.stringify(key))).not.toContain('MIIE');
    expect(redactor.text(base64(key))).not.toContain(base64(key).slice(400, 480));
  });

  it('that is long is taken out in part too', () => {
    const long = Array.from({ length: 100 }, (_, index) => `part-${index}-`).join('');

    expect(createRedactor([long]).text(`a ${long} b`)).toBe('a [redacted] b');
    expect(createRedactor([long]).text(long.slice(0, 200))).toMatch(/^\[redacted\].{0,63}$/);
  });

  it('of four characters is taken out of base64 that ends with it, and with the sign of its end', () => {
    const { text } = createRedactor(['k3Y!']);

    for (const before of ['', 'x', 'ann', 'anna', 'user:ann,'])
      expect(text(`is ${base64(before, 'k3Y!')}`).includes('[redacted]')).toBe(before.length % 3 < 2);
  });

  it('that is short leaves words alone that only look like its encodings', () => {
    const said = 'The test ended: dGVzdA is base64, 74657374 hexadecimal.';

    expect(createRedactor(['tes']).text(said)).toBe(said);
    expect(createRedactor(['rest', 'best']).text(said)).toBe(said);
  });
});
