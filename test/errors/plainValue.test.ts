import { runInNewContext } from 'node:vm';

import { createRedactor } from '../../src/configuration';
import { BootCancelledError } from '../../src/errors/bootErrors';
import { serializeError } from '../../src/errors/serializeError';
import { describeValue, toPlainValue } from '../../src/errors/plainValue';

describe('A value in a log line', () => {
  describe('that spells a secret', () => {
    const SECRET = 'hunter2-pässword';
    const redactor = createRedactor([SECRET]);
    const bytes = [...Buffer.from(SECRET)];

    it.each<[string, unknown]>([
      ['its bytes', bytes],
      ['its bytes among others', [1, 2, ...bytes, 3]],
      ['its bytes with a sign', [...new Int8Array(Buffer.from(SECRET))]],
      ['its bytes where the list is cut', [...Array.from({ length: 90 }, () => 7), ...bytes]],
      ['its bytes as JSON has them', JSON.parse(JSON.stringify(Buffer.from(SECRET)))],
      ['its bytes as JSON has those of an array', JSON.parse(JSON.stringify(new Uint8Array(bytes)))],
      ['its bytes as texts', bytes.map(String)],
      ['its bytes in hexadecimal digits', bytes.map((byte) => byte.toString(16).padStart(2, '0'))],
      ['its bytes in UTF-16', [...Buffer.from(SECRET, 'utf16le')]],
      ['its characters', [...SECRET]],
      ['the numbers of its characters', [...SECRET].map((character) => character.charCodeAt(0))],
    ])('as %s does not show it', (_how, list) => {
      for (const shown of [toPlainValue({ list }, { redact: redactor.text, byKey: true }), redactor.data({ list })]) {
        const text = JSON.stringify(shown);
        expect(text).toContain('[redacted]');
        expect(text).not.toMatch(/104|117|68|"h"/);
      }
    });

    it.each<[string, unknown]>([
      ['other numbers', [1, 2, 3, 4, 5, 104, 117]],
      ['fractions', [1.5, 2, 3, 4, 5]],
      ['a secret beside other texts', ['a', 'b', 'c', 'd', SECRET]],
      ['an object with numbers as keys', { 0: 'a', 1: 'b', 2: 'c', 3: 'd' }],
    ])('is not seen in %s', (_what, list) => {
      const kept = JSON.parse(JSON.stringify(list).replace(SECRET, '[redacted]')) as unknown;

      expect(toPlainValue({ list }, { redact: redactor.text })).toEqual({ list: kept });
      expect(redactor.data({ list })).toEqual({ list: kept });
    });
  });

  it('stays what it is when it is plain JSON', () => {
    const plain = { text: 'a', number: 1, yes: true, nothing: null, list: [1, 'b'], inner: { deep: 'c' } };

    expect(toPlainValue(plain)).toEqual(plain);
  });

  describe('that is an error', () => {
    it('keeps name, message, code and stack, and is never {}', () => {
      const error = Object.assign(new TypeError('no route'), { code: 'ENETUNREACH' });

      expect(toPlainValue({ error })).toEqual({
        error: { name: 'TypeError', message: 'no route', code: 'ENETUNREACH', stack: error.stack },
      });
    });

    it('keeps the causes, errors or not', () => {
      const error = new Error('outer', { cause: new Error('inner', { cause: 'just text' }) });

      expect(toPlainValue(error)).toMatchObject({
        message: 'outer',
        cause: { message: 'inner', cause: 'just text' },
      });
    });

    it('keeps the errors of an AggregateError', () => {
      const error = new AggregateError([new Error('first'), 'second'], 'both');

      expect(toPlainValue(error)).toMatchObject({ message: 'both', errors: [{ message: 'first' }, 'second'] });
    });

    it('keeps the code of a DaemonryError', () => {
      expect(toPlainValue(new BootCancelledError('why'))).toMatchObject({
        name: 'BootCancelledError',
        code: 'BOOT_CANCELLED',
      });
    });

    it('is known as one even when it comes from another realm', () => {
      expect(toPlainValue(runInNewContext('new Error("elsewhere")'))).toMatchObject({
        name: 'Error',
        message: 'elsewhere',
      });
    });

    it('may be its own cause', () => {
      const error = new Error('snake');
      error.cause = error;

      expect(toPlainValue(error)).toMatchObject({ message: 'snake', cause: '[circular]' });
    });

    it('keeps the stack that a serialized error carries beside its JSON', () => {
      const error = new Error('gone', { cause: new Error('deeper') });
      const serialized = serializeError(error);

      expect(JSON.parse(JSON.stringify(serialized))).toEqual({
        name: 'Error',
        message: 'gone',
        cause: { name: 'Error', message: 'deeper' },
      });
      expect(toPlainValue(serialized)).toMatchObject({
        stack: error.stack,
        cause: { stack: (error.cause as Error).stack },
      });
    });
  });

  it.each([
    ['a BigInt', 12n, '12n'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', function load() {}, '[function load]'],
    ['NaN', Number.NaN, 'NaN'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
    ['bytes', new Uint8Array(3), '[Uint8Array, 3 bytes]'],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'b'],
      ]),
      { a: 1, 2: 'b' },
    ],
    ['a Set', new Set([1, 2]), [1, 2]],
    ['what has a toJSON', new URL('http://localhost/x'), 'http://localhost/x'],
  ])('that is %s becomes readable', (_what, value, expected) => {
    expect(toPlainValue(value)).toEqual(expected);
  });

  it('may be circular', () => {
    const parent: Record<string, unknown> = { name: 'parent' };
    parent['children'] = [{ parent }];

    expect(toPlainValue(parent)).toEqual({ name: 'parent', children: [{ parent: '[circular]' }] });
  });

  it('shows the same object twice when it is there twice, side by side', () => {
    const shared = { a: 1 };

    expect(toPlainValue({ left: shared, right: shared })).toEqual({ left: { a: 1 }, right: { a: 1 } });
  });

  it('shows what can be read of an object with a getter that throws', () => {
    const value = {
      fine: 1,
      get broken(): number {
        throw new Error('not now');
      },
    };

    expect(toPlainValue(value)).toEqual({ fine: 1, broken: '[unreadable: not now]' });
  });

  it('is a text where it is one in a box, without its secrets', () => {
    const { text, data } = createRedactor(['swordfish']);
    const value = { f: new String('a swordfish') };

    expect(toPlainValue(value, { redact: text })).toEqual({ f: 'a [redacted]' });
    expect(data(value)).toEqual({ f: 'a [redacted]' });
  });

  it('may be unreadable altogether', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();

    expect(toPlainValue({ proxy })).toEqual({ proxy: expect.stringMatching(/^\[unreadable: /) as string });
  });

  it('that would set a prototype stays data', () => {
    const value = toPlainValue(JSON.parse('{"__proto__": {"admin": true}}')) as { admin?: boolean };

    expect(value.admin).toBeUndefined();
    expect(JSON.stringify(value)).toBe('{"__proto__":{"admin":true}}');
  });

  describe('that is too much', () => {
    it('is cut after 8192 characters of a text, saying how many are missing', () => {
      expect(toPlainValue('x'.repeat(9_000))).toBe(`${'x'.repeat(8_192)}… [808 more characters]`);
    });

    it.each([8_175, 8_185, 8_190, 32_750, 32_760])(
      'is cut after secrets are taken out: of one at %i nothing is left',
      (at) => {
        const { text } = createRedactor(['swordfish-0123456789']);
        const leaks = (given: string): boolean =>
          /sword/.test(JSON.stringify(toPlainValue(new Error(given), { redact: text })));

        expect(leaks(`${'x'.repeat(at)}swordfish-0123456789 ${'y'.repeat(40_000)}`)).toBe(false);
        expect(leaks(`${'swordfish-0123456789'.repeat(1_500)}x${'swordfish-0123456789'.repeat(900)}`)).toBe(false);
      },
    );

    it('is cut after 100 entries of a list, saying how many are missing', () => {
      const list = toPlainValue(Array.from({ length: 120 }, (_, index) => index)) as unknown[];

      expect(list).toHaveLength(101);
      expect(list[100]).toBe('[20 more]');
    });

    it('is cut after 100 keys of an object', () => {
      const value = toPlainValue(Object.fromEntries(Array.from({ length: 103 }, (_, index) => [`k${index}`, index])));

      expect(value).toMatchObject({ k99: 99, '…': '[3 more]' });
    });

    it('is cut at a depth of six', () => {
      const value = { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } };

      expect(toPlainValue(value)).toEqual({ a: { b: { c: { d: { e: { f: '[cut: too much data]' } } } } } });
    });

    it('stays bounded when it is wide and deep', () => {
      const wide = (depth: number): unknown => (depth === 0 ? 1 : Array.from({ length: 40 }, () => wide(depth - 1)));

      expect(JSON.stringify(toPlainValue(wide(3))).length).toBeLessThan(100_000);
    });
  });
});

describe('A secret in what was thrown or logged is left out', () => {
  const SECRET = 'hunter-2-SECRETXYZ-0123456789';
  const SHAPES: Readonly<Record<string, unknown>> = {
    'under its key': { headers: { 'X-Api-Key': SECRET, authorization: SECRET }, pwd: SECRET, secretAccessKey: SECRET },
    'after its name, as Node lists headers': { rawHeaders: ['Host', 'here', 'Authorization', `Bearer ${SECRET}`] },
    'in pairs': { headers: [['Set-Cookie', SECRET]], map: new Map([['password', SECRET]]) },
    'in entries with a name': {
      headers: [{ name: 'Authorization', value: SECRET }],
      env: [{ key: 'TOKEN', value: SECRET }],
    },
    'in the address of a request': { url: `https://kim:${SECRET}@here/?a=1&access_token=${SECRET}#x` },
    'in JSON that is a text': {
      data: JSON.stringify({ user: 'kim', password: SECRET, client: { apiKey: `"${SECRET}` } }),
    },
    'after Bearer': { line: `GET / HTTP/1.1 authorization=Bearer ${SECRET}` },
    'in the head of a request': {
      request: {
        _header: `GET / HTTP/1.1\r\nAuthorization: Basic ${SECRET}\r\nHost: here\r\nCookie: a=1; sid=${SECRET}\r\n`,
      },
    },
    'in such a head, in a message': new Error(`request failed: GET / HTTP/1.1\r\nX-Api-Key: ${SECRET}\r\n\r\n`),
    'in such a head, in JSON': { data: JSON.stringify({ head: `GET / HTTP/1.1\r\nX-Api-Key: ${SECRET}\r\n` }) },
    'in a connection string': { dsn: `Server=here;User Id=kim;Password=${SECRET};Timeout=5` },
    'in a list under its key': { config: { auth: ['kim', SECRET] }, password: [SECRET] },
    'in a text under auth, as Node takes it': { request: { host: 'here', auth: `kim:${SECRET}` } },
    'in such a list, as Node shows it': new Error(`refused: { url: '/', auth: [ 'kim', '${SECRET}' ] }`),
    'in such a list, in JSON': { data: JSON.stringify({ httpAuth: ['kim', SECRET] }) },
    'in an object, as Node shows it': new Error(`refused: { user: 'kim', password: '${SECRET}' }`),
    'in the message of an error': new Error(`cannot reach postgres://kim:${SECRET}@db/orders`),
  };

  it.each(Object.entries(SHAPES))('%s', (_where, value) => {
    const shown = describeValue(value);

    expect(shown).toContain('[redacted]');
    expect(shown).not.toContain('SECRETXYZ');
  });

  it('and what is none is not', () => {
    const plain = {
      url: 'https://here:8080/a@b?page=2',
      note: 'Bearer authentication failed',
      list: ['token', 1],
      pass: true,
      bypass: 'never',
      auth: 'LOGIN',
      unauth: ['a'],
      options: { auth: { type: 'oauth2' } },
      shown: "{ tokens: [ 1, 2 ], kind: 'x' }",
      sessionId: '7f0c-41',
      head: 'GET / HTTP/1.1\r\nHost: here\r\nAccept: */*',
      sentence: 'the token: it is not valid, and retries=3',
    };

    expect(JSON.parse(describeValue(plain))).toEqual(plain);
  });

  it('of a text of 64 KB in a moment, whatever it repeats', () => {
    for (const piece of ['://', '"', '?a=', 'Bearer ', '":"', 'a=', '\nCookie: ', '\\\\"', "a: '", 'a: [', "a: [ '"])
      expect(describeValue(piece.repeat(20_000)).length).toBeLessThan(70_000);
  });
});
