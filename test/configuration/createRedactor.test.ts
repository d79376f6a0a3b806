import { createRedactor } from '../../src/configuration/settings/secrets';

describe('a redactor', () => {
  const redactor = createRedactor(['xoxb-1', 'xoxb-12345', 'a+b/c=d', 'abc', '', '$& (.*)']);

  it('takes every secret out of a text, the longest first', () => {
    expect(redactor.text('one xoxb-12345, two xoxb-1, three $& (.*)!')).toBe(
      'one [redacted], two [redacted], three [redacted]!',
    );
  });

  it('takes a secret out of a URL', () => {
    expect(redactor.text('https://x/?key=a%2Bb%2Fc%3Dd&y=1')).toBe('https://x/?key=[redacted]&y=1');
  });

  it('leaves secrets shorter than four characters, which occur by chance', () => {
    expect(redactor.text('the abc of it')).toBe('the abc of it');
  });

  it('takes secrets out of plain data, keys included, at any depth', () => {
    expect(redactor.data({ a: ['x', { 'is xoxb-1': 'xoxb-1' }], n: 1, u: undefined, z: null })).toEqual({
      a: ['x', { 'is [redacted]': '[redacted]' }],
      n: 1,
      u: undefined,
      z: null,
    });
  });

  it.each([
    'token',
    'botToken',
    'BOT_TOKEN',
    'bot-token',
    'password',
    'dbPassword',
    'passwd',
    'passphrase',
    'secret',
    'clientSecret',
    'Authorization',
    'proxy-authorization',
    'api_key',
    'apiKey',
    'x-api-key',
    'privateKey',
    'credentials',
    'Cookie',
    'set-cookie',
  ])('takes out whatever stands under the key %s', (key) => {
    expect(redactor.data({ [key]: 'anything' })).toEqual({ [key]: '[redacted]' });
    expect(redactor.data({ [key]: { nested: 'anything' } })).toEqual({ [key]: '[redacted]' });
  });

  it.each([
    { maxTokens: 500 },
    { tokenizer: 'x' },
    { hasPassword: true },
    { password: undefined },
    { key: 'x' },
    { secretary: 'x' },
    { passwordPolicy: 'strict' },
  ])('leaves what only sounds like it: %j', (data) => {
    expect(redactor.data(data)).toBe(data);
  });

  it('returns data without secrets as it is', () => {
    const data = { a: [{ b: 'c' }], n: 1 };

    expect(redactor.data(data)).toBe(data);
  });

  it('does not change what it is given', () => {
    const data = { a: ['xoxb-1'], token: 'x' };

    redactor.data(data);

    expect(data).toEqual({ a: ['xoxb-1'], token: 'x' });
  });

  it('turns errors into plain data, causes included', () => {
    const error = new Error('failed with xoxb-12345', { cause: new TypeError('xoxb-1') });

    expect(redactor.data({ error })).toEqual({
      error: { name: 'Error', message: 'failed with [redacted]', cause: { name: 'TypeError', message: '[redacted]' } },
    });
  });

  it('reads what an object says of itself as JSON', () => {
    class Holder {
      readonly #secret = 'xoxb-1';
      toJSON() {
        return { secret: this.#secret, at: new Date(0) };
      }
    }

    expect(redactor.data({ holder: new Holder() })).toEqual({
      holder: { secret: '[redacted]', at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('comes to an end with data that contains itself', () => {
    const data: Record<string, unknown> = { a: 'xoxb-1' };
    data['again'] = data;

    expect(redactor.data(data)).toEqual({ a: '[redacted]', again: '[…]' });
  });

  it('does not pollute with a key of the prototype', () => {
    const data = JSON.parse('{"__proto__": {"polluted": "xoxb-1"}}') as object;

    expect(JSON.stringify(redactor.data(data))).toBe('{"__proto__":{"polluted":"[redacted]"}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('works without `this`, with no secrets, and with texts that are not well formed', () => {
    const { text, data } = createRedactor([]);

    expect(text('xoxb-1')).toBe('xoxb-1');
    expect(data({ password: 'x' })).toEqual({ password: '[redacted]' });
    expect(createRedactor(['half \ud800 pair']).text('a half \ud800 pair')).toBe('a [redacted]');
  });
});
