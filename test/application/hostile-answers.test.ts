import { BackgroundDaemon } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

const boom = (): never => {
  throw new Error('not to be read');
};

/** A promise whose property cannot be read. */
const withGetter = (property: string): Promise<void> =>
  Object.defineProperty(Promise.resolve(), property, { get: boom });

class Refusing extends Promise<void> {
  static override get [Symbol.species](): PromiseConstructor {
    return boom();
  }
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** What a library may answer, and what becomes of the run that answers it. */
const ANSWERS: Readonly<Record<string, readonly [make: () => unknown, outcome: 'failed' | 'succeeded']>> = {
  'a promise whose then cannot be read': [() => withGetter('then'), 'failed'],
  'a promise whose constructor cannot be read': [() => withGetter('constructor'), 'failed'],
  'a promise of a class without a species': [() => Refusing.resolve(), 'failed'],
  'a promise whose then throws': [() => Object.assign(Promise.resolve(), { then: boom }), 'failed'],
  'an object whose then cannot be read': [() => Object.defineProperty({}, 'then', { get: boom }), 'failed'],
  'a thenable that throws after it has answered': [
    () => ({ then: (done: () => void) => (done(), boom()) }),
    'succeeded',
  ],
  'a thenable that answers twice': [
    () => ({ then: (done: () => void, fail: () => void) => (fail(), done()) }),
    'failed',
  ],
  'a revoked proxy': [() => revoked({}), 'failed'],
  'a revoked proxy of a promise': [() => revoked(Promise.resolve()), 'failed'],
  'an object whose type tag cannot be read': [
    () => Object.defineProperty({}, Symbol.toStringTag, { get: boom }),
    'succeeded',
  ],
};

describe.each(Object.entries(ANSWERS))('%s, which a hook or run returns,', (_what, [make, outcome]) => {
  it(`lets the run be recorded as ${outcome}, and harms nobody else`, async () => {
    @BackgroundDaemon({ interval: '1m' })
    class Answering {
      tick(): void {
        return make() as never;
      }
    }
    @BackgroundDaemon()
    class Starting {
      startup(): void {
        return make() as never;
      }

      run(): Promise<void> {
        return make() as never;
      }

      shutdown(): void {
        return make() as never;
      }
    }
    @BackgroundDaemon({ interval: '1m' })
    class Steady {
      tick(): void {}
    }
    const app = await createTestApplication({ listeners: [Answering, Starting, Steady] });
    await app.start();
    await app.clock.advance('2m');

    expect(app.runs('answering').map((run) => run.outcome)).toEqual([outcome, outcome]);
    expect(app.runs('steady').map((run) => run.outcome)).toEqual(['succeeded', 'succeeded']);
    expect([0, 3]).toContain((await app.stop()).code);
  });
});
