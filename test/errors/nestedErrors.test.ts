import { toPlainValue } from '../../src/errors/plainValue';
import { serializeError, toError } from '../../src/errors/serializeError';

const failed = (extra: object): Error => Object.assign(new Error('outer'), extra);
const [first, second] = [new TypeError('first'), new RangeError('second')];

function* endless(): Generator<Error> {
  for (let index = 0; ; index++) yield new Error(`number ${index}`);
}

describe('The errors that an error keeps', () => {
  it.each<[string, object]>([
    ['as a list', { errors: [first, second] }],
    ['as a set', { errors: new Set([first, second]) }],
    [
      'by name, in a map',
      {
        errors: new Map([
          ['a', first],
          ['b', second],
        ]),
      },
    ],
    ['by name, in an object, as mongoose does', { errors: { name: first, mail: second } }],
    [
      'in an object without a prototype',
      { errors: Object.assign(Object.create(null) as object, { a: first, b: second }) },
    ],
    ['as something like a list', { errors: { length: 2, 0: first, 1: second } }],
    [
      'as something to iterate',
      {
        errors: {
          *[Symbol.iterator]() {
            yield first;
            yield second;
          },
        },
      },
    ],
    ['as a SuppressedError does', { error: first, suppressed: second }],
    ['as GraphQL clients do', { networkError: first, graphQLErrors: [second] }],
    ['as drivers of databases do', { original: first, parent: second }],
    ['as a list of causes', { causes: [first, second] }],
    ['as what it was rejected with, and another', { reason: first, originalError: second }],
  ])('%s are kept with it', (_how, extra) => {
    const { errors } = serializeError(failed(extra));

    expect(errors?.map(({ name, message }) => `${name}: ${message}`)).toEqual([
      'TypeError: first',
      'RangeError: second',
    ]);
    expect(JSON.stringify(toPlainValue(failed(extra)))).toMatch(/first.*second/);
  });

  it('are told without the one that is the cause', () => {
    expect(serializeError(failed({ cause: first, errors: new Set([first, second]), original: first }))).toMatchObject({
      cause: { message: 'first' },
      errors: [{ message: 'second' }],
    });
  });

  it('are ten of a collection that has no end, or is long', () => {
    expect(serializeError(failed({ errors: endless() }))).toMatchObject({ errorsLeftOut: 90 });
    expect(serializeError(failed({ errors: endless() })).errors).toHaveLength(10);
    expect(
      serializeError(failed({ errors: new Set(Array.from({ length: 500 }, () => new Error('x'))) })),
    ).toMatchObject({
      errorsLeftOut: 490,
    });
    expect(serializeError(failed({ errors: { length: 2 ** 50 } })).errorsLeftOut).toBeGreaterThan(1_000_000);
  });

  it.each<[string, object]>([
    [
      'is a getter that throws',
      {
        get errors() {
          throw new Error('not now');
        },
      },
    ],
    [
      'throws when it is iterated',
      {
        errors: {
          [Symbol.iterator]() {
            throw new Error('not now');
          },
        },
      },
    ],
    [
      'throws in the middle',
      {
        errors: {
          *[Symbol.iterator]() {
            yield first;
            throw new Error('not now');
          },
        },
      },
    ],
    [
      'has a getter that throws',
      {
        errors: {
          get a() {
            throw new Error('not now');
          },
        },
      },
    ],
  ])('say why they cannot be read where the collection %s', (_how, extra) => {
    const error = Object.defineProperties(new Error('outer'), Object.getOwnPropertyDescriptors(extra));

    expect(JSON.stringify(serializeError(error))).toContain('[unreadable: not now]');
  });

  it.each<[string, object]>([
    [
      'itself',
      (() => {
        const error = failed({});
        return Object.assign(error, { errors: { error }, error });
      })(),
    ],
    [
      'a Proxy that is revoked',
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return failed({ errors: proxy, error: proxy });
      })(),
    ],
    ['texts and numbers', failed({ errors: 'none', error: 7, reason: 'why', causes: 3 })],
    ['what it cannot iterate', failed({ errors: { [Symbol.iterator]: 7, length: -1, size: NaN } })],
    ['an iterator of nothing', failed({ errors: { [Symbol.iterator]: () => undefined } })],
  ])('are read to an end where they are %s', (_what, error) => {
    expect(JSON.parse(JSON.stringify(serializeError(error)))).toMatchObject({ message: 'outer' });
    expect(() => JSON.stringify(toPlainValue(error))).not.toThrow();
  });

  it.each<[string, object, readonly string[]]>([
    ['texts', { error: 'not closed', suppressed: 'not read' }, ['string: not closed', 'string: not read']],
    ['an error and a text', { error: first, suppressed: 'not read' }, ['TypeError: first', 'string: not read']],
    ['a number and nothing', { error: 42, suppressed: undefined }, ['number: 42', 'undefined: undefined']],
    [
      'objects with a code',
      { error: { code: 'E1', message: 'not closed' }, suppressed: { code: 'E2' } },
      ['Object: {"code":"E1","message":"not closed"}', 'Object: {"code":"E2"}'],
    ],
    ['lists', { error: [1], suppressed: [first] }, ['Array: [1]', expect.stringMatching(/^Array: .*first/) as string]],
    ['the same twice', { error: first, suppressed: first }, ['TypeError: first', 'TypeError: first']],
    [
      'what is the cause too',
      { error: first, suppressed: second, cause: second },
      ['TypeError: first', 'RangeError: second'],
    ],
  ])('of a SuppressedError are both told, in their places, where they are %s', (_what, extra, told) => {
    const { errors } = serializeError(failed({ name: 'SuppressedError', ...extra }));

    expect(errors?.map(({ name, message }) => `${name}: ${message}`)).toEqual(told);
  });

  it('are told where they are one text, in a box too, or one object with a message', () => {
    expect(serializeError(failed({ errors: 'all bad' })).errors).toMatchObject([{ message: 'all bad' }]);
    expect(serializeError(failed({ errors: new String('all bad') })).errors).toMatchObject([{ message: 'all bad' }]);
    expect(serializeError(failed({ errors: { code: 'E1', message: 'bad' } })).errors).toMatchObject([
      { message: '{"code":"E1","message":"bad"}' },
    ]);
    expect(serializeError(failed({ original: { code: 'E1', message: 'bad' } })).errors).toHaveLength(1);
  });

  it('are each told or counted, also where they are equal', () => {
    const endlessly = {
      [Symbol.iterator]: () => ({ next: () => ({ value: 'again', done: false }) }),
    };

    for (const [given, count] of [
      [Array.from({ length: 25 }, () => 'again'), 25],
      [{ length: 1e9 }, 1e9],
      [new Map([...'abcdefghijklm'].map((key) => [key, 'again'])), 13],
      [endlessly, 100],
    ] as const) {
      const { errors = [], errorsLeftOut = 0 } = serializeError(failed({ errors: given }));
      expect(errors).toHaveLength(10);
      expect(errors.length + errorsLeftOut).toBe(count);
    }
  });

  it('are read no further than they are told, of causes and errors without an end', () => {
    let read = 0;
    const deep = (): Error =>
      Object.defineProperties(new Error('again'), {
        cause: { get: () => (read++, deep()) },
        errors: { get: () => (read++, [deep(), deep()]) },
      });

    serializeError(deep());

    expect(read).toBeLessThan(200);
  });

  it('say nothing where there are none', () => {
    expect(serializeError(failed({ errors: [], causes: new Set(), reason: 'because' }))).toEqual({
      name: 'Error',
      message: 'outer',
    });
  });
});

describe('The error in an object that is none', () => {
  class ErrorEvent {
    get error(): Error {
      return first;
    }
  }

  it.each<[string, object]>([
    ['an event', new ErrorEvent()],
    ['an object with an error', { error: first }],
    ['the outcome of a promise', { status: 'rejected', reason: first }],
    ['an object with a cause', { cause: first }],
  ])('is the cause, where %s was thrown', (_what, thrown) => {
    expect(serializeError(toError(thrown))).toMatchObject({
      name: 'NonErrorThrown',
      cause: { name: 'TypeError', message: 'first' },
    });
  });
});
