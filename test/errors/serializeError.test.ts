import { causeOf, codeOf, describeError, isErrorLike, messageOf, NonErrorThrown } from 'daemonry';

import { toPlainValue } from '../../src/errors/plainValue';
import { serializeError, toError } from '../../src/errors/serializeError';
import { formatLogEntry } from '../../src/observability/formatLogEntry';

describe('An error in a record', () => {
  it('keeps the errors of an AggregateError, ten of them, and says how many more there were', () => {
    const many = new AggregateError(
      Array.from({ length: 25 }, (_, index) => new Error(`part ${index}`)),
      'all failed',
    );

    const serialized = serializeError(many);

    expect(serialized.errors?.map(({ message }) => message)).toEqual(
      Array.from({ length: 10 }, (_, index) => `part ${index}`),
    );
    expect(serialized.errorsLeftOut).toBe(15);
    const line = formatLogEntry({ level: 'error', message: 'x', timestamp: 't', error: serialized });
    expect(line).toContain('one of them: Error: part 9');
    expect(line).toContain('and 15 more of them');
  });

  it('keeps a cause that is no error as a text', () => {
    const { cause } = serializeError(new Error('outer', { cause: { status: 503 } }));

    expect(cause).toEqual({ name: 'Object', message: '{"status":503}' });
  });

  it('shares no text with the error, so that megabytes are not kept for the part that is shown', () => {
    const text = 'x'.repeat(2_000_000);
    const serialized = serializeError(new Error(text.slice(0, 1_999_999)));

    expect(serialized.message).toBe(`${'x'.repeat(8_192)}… [1991807 more characters]`);
    expect(serialized.stack?.length).toBeLessThan(8_300);
    expect(serialized.stack).toMatch(/\n +at /);
  });

  it('has its secrets removed before it is cut, so that none is cut in two', () => {
    const error = new Error(`${'x'.repeat(8_185)}hunter2-and-more`);

    const { message } = serializeError(error, (text) => text.replaceAll('hunter2-and-more', '[redacted]'));

    expect(message).not.toContain('hunter2');
  });

  it('has the secrets removed from why it cannot be read, also where that is long', () => {
    const secret = 'hunter2-and-more';
    const redact = (text: string): string => text.replaceAll(secret, '[redacted]');
    const boom = (): never => {
      throw new Error(`${'.'.repeat(190)}${secret}`);
    };
    const traps = { ownKeys: boom, get: boom, getPrototypeOf: boom, getOwnPropertyDescriptor: boom };
    for (const thrown of [
      Object.defineProperty(new Error('known'), 'message', { get: boom }),
      new Error('known', { cause: new Proxy({}, traps) }),
      new AggregateError([], 'known', { cause: Object.defineProperty({}, 'a', { get: boom, enumerable: true }) }),
      Object.assign(new Error('known'), { errors: new Proxy({}, traps) }),
    ]) {
      expect(JSON.stringify(serializeError(thrown, redact))).not.toContain('hunter2');
      expect(describeError(thrown, redact)).not.toContain('hunter2');
      expect(JSON.stringify(toPlainValue({ thrown }, { redact }))).not.toContain('hunter2');
    }
  });
});

describe('A thrown value that is no error', () => {
  it('is described without what stands under the key of a secret', () => {
    const answer = {
      status: 401,
      config: { headers: { Authorization: 'Bearer abc123', 'X-Api-Key': 'k-1', accept: '*/*' } },
      body: { access_token: 'abc123' },
    };

    const { name, message } = serializeError(toError(answer));

    expect(name).toBe('NonErrorThrown');
    expect(message).not.toMatch(/abc123|k-1/);
    expect(message).toContain('"status":401');
    expect(message).toContain('"accept":"*/*"');
  });

  it('is cut, also when it is a text', () => {
    expect(serializeError(toError('x'.repeat(2_000_000))).message.length).toBeLessThan(8_300);
    expect(toError('x'.repeat(2_000_000)).message.length).toBeLessThan(70_000);
  });

  it('is kept as it was thrown', () => {
    const thrown = { status: 401 };

    expect(toError(thrown)).toMatchObject({ thrown });
    expect(toError(thrown)).toBeInstanceOf(NonErrorThrown);
  });
});

describe('The readers of thrown values', () => {
  const get = (): never => {
    throw new Error('not yours');
  };
  const unreadable = new Proxy({}, { get });
  const revoked = (): unknown => {
    const { proxy, revoke } = Proxy.revocable(new Error('gone'), {});
    revoke();
    return proxy;
  };
  const withGetters = Object.defineProperties(new Error(), { message: { get }, code: { get }, cause: { get } });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a symbol', Symbol('s')],
    ['an object without a prototype', Object.create(null) as unknown],
    ['an object that cannot be read', unreadable],
    ['a Proxy that has been revoked', revoked()],
    ['an error with getters that throw', withGetters],
  ])('answer for %s, and do not throw', (_name, thrown) => {
    expect(typeof messageOf(thrown)).toBe('string');
    expect(typeof describeError(thrown)).toBe('string');
    expect(codeOf(thrown)).toBeUndefined();
    expect(causeOf(thrown)).toBeUndefined();
    expect(typeof isErrorLike(thrown)).toBe('boolean');
  });

  it('say what an error says', () => {
    const error = Object.assign(new TypeError('broken', { cause: 'a fall' }), { code: 'EBROKEN' });

    expect(messageOf(error)).toBe('broken');
    expect(describeError(error)).toBe('TypeError: broken');
    expect(codeOf(error)).toBe('EBROKEN');
    expect(causeOf(error)).toBe('a fall');
    expect(describeError(new TypeError())).toBe('TypeError');
    expect(describeError('a text')).toBe('a text');
  });

  it('cut what is too long, whatever its shape', () => {
    const wide = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`key${index}`, 'x'.repeat(4_000)]));

    expect(messageOf(wide).length).toBeLessThan(65_600);
    expect(describeError(new Error('x'.repeat(200_000))).length).toBeLessThan(65_800);
    expect(codeOf({ code: 'x'.repeat(200_000) })?.length).toBeLessThan(260);
  });
});
