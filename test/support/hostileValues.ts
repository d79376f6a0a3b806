import { runInNewContext } from 'node:vm';

const boom = (): never => {
  throw new Error('not to be read');
};

const withGetter = (property: string): Error => Object.defineProperty(new Error('known'), property, { get: boom });
const withValue = (property: string, value: unknown): Error =>
  Object.defineProperty(new Error('known'), property, { value });

function circular(): object {
  const value: Record<string, unknown> = { name: 'circle' };
  value['self'] = value;
  return value;
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const TRAPS = {
  get: boom,
  has: boom,
  ownKeys: boom,
  getPrototypeOf: boom,
  getOwnPropertyDescriptor: boom,
} satisfies ProxyHandler<object>;

/** Is thrown once more by every attempt to read it. */
function matryoshka(): object {
  const value: object = new Proxy(new Error('doll'), {
    get: () => {
      throw value;
    },
  });
  return value;
}

function longChain(): Error {
  let error = new Error('the end');
  for (let index = 0; index < 1_000; index++) error = new Error(`link ${index}`, { cause: error });
  return error;
}

function tree(depth: number): Error {
  return depth === 0
    ? new Error('leaf')
    : new AggregateError(
        Array.from({ length: 12 }, () => tree(depth - 1)),
        'branch',
      );
}

/** Values that a library may throw, each of which breaks code that reads it without care. */
export const HOSTILE_VALUES: Readonly<Record<string, () => unknown>> = {
  'an error whose message getter throws': () => withGetter('message'),
  'an error whose stack getter throws': () => withGetter('stack'),
  'an error whose name getter throws': () => withGetter('name'),
  'an error whose cause getter throws': () => withGetter('cause'),
  'an error whose code getter throws': () => withGetter('code'),
  'an error whose errors getter throws': () => withGetter('errors'),
  'an error whose constructor getter throws': () => withGetter('constructor'),
  'an error whose toString throws': () => withValue('toString', boom),
  'an error whose toJSON throws': () => withValue('toJSON', boom),
  'an error whose type tag throws': () => Object.defineProperty({}, Symbol.toStringTag, { get: boom }),
  'an error whose name is a symbol': () => withValue('name', Symbol('name')),
  'an error whose message is a symbol': () => withValue('message', Symbol('message')),
  'an error whose message is circular': () => withValue('message', circular()),
  'an error whose message is itself': () => {
    const error = new Error();
    return Object.assign(error, { message: error });
  },
  'an error whose stack is an object': () => withValue('stack', circular()),
  'an error whose code is an object': () => withValue('code', circular()),
  'an error whose cause is a revoked proxy': () => new Error('known', { cause: revoked({}) }),
  'an error that is its own cause': () => {
    const error = new Error('known');
    error.cause = error;
    return error;
  },
  'an error with a thousand causes': longChain,
  'an AggregateError with a hundred thousand errors': () =>
    new AggregateError(new Array(1e5).fill(new Error('one')), 'many'),
  'a tree of AggregateErrors': () => tree(3),
  'an AggregateError of hostile errors': () => new AggregateError([withGetter('message'), revoked({}), circular()]),
  'an error whose list of errors is a revoked proxy': () => withValue('errors', revoked([])),
  'an error of another realm': () => runInNewContext('new TypeError("known")') as unknown,
  'an error without a prototype': () => Object.setPrototypeOf(new Error('known'), null) as unknown,
  'an error whose prototype is a trap': () =>
    Object.setPrototypeOf(new Error('known'), new Proxy({}, TRAPS)) as unknown,
  'a revoked proxy': () => revoked({}),
  'a revoked proxy of an error': () => revoked(new Error('known')),
  'a revoked proxy of a function': () => revoked(() => undefined),
  'a proxy of an error': () => new Proxy(new Error('known'), {}),
  'a proxy that traps everything': () => new Proxy(new Error('known'), TRAPS),
  'a proxy of a list that traps everything': () => new Proxy([1], TRAPS),
  'a value that throws itself when it is read': matryoshka,
  'an object whose toJSON throws': () => ({ toJSON: boom, known: true }),
  'an object whose toString throws': () => ({ toString: boom, [Symbol.toPrimitive]: boom }),
  'an object whose getter throws': () => Object.defineProperty({}, 'status', { get: boom, enumerable: true }),
  'an object without a prototype': () => Object.assign(Object.create(null) as object, { known: true }),
  'a circular object': circular,
  'a date that is none': () => new Date(Number.NaN),
  'an object with a BigInt': () => ({ id: 12n }),
  'a BigInt of a million digits': () => 2n ** 4_000_000n,
  'a symbol': () => Symbol('known'),
  'a function': () => () => 'known',
  'a text of four million characters': () => 'x'.repeat(4e6),
  'an error with texts of four million characters': () =>
    Object.assign(new Error('x'.repeat(4e6)), { name: 'n'.repeat(4e6), code: 'c'.repeat(4e6) }),
  'a sparse list': () => new Array<unknown>(2 ** 32 - 1),
  'a list as deep as the stack': () => {
    let deep: unknown[] = [];
    for (let index = 0; index < 1e5; index++) deep = [deep];
    return deep;
  },
  'an object with ten thousand keys': () =>
    Object.fromEntries(Array.from({ length: 1e4 }, (_, index) => [`k${index}`, 1])),
  'bytes of four million': () => Buffer.alloc(4e6),
  undefined: () => undefined,
  null: () => null,
};
