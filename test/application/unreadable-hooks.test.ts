import { BackgroundDaemon, type ListenerHooks } from '../../src';
import type { Class } from '../../src/container/Class';
import { createTestApplication } from '../../src/testing';

const HOOKS = ['startup', 'run', 'ready', 'health', 'shutdown'] as const;

/** A daemon one of whose hooks is a getter that throws. */
function givenUnreadable(hook: keyof ListenerHooks): Class {
  class Subject {}
  Object.defineProperty(Subject.prototype, hook, {
    get: () => {
      throw new Error(`no ${hook} here`);
    },
  });
  BackgroundDaemon({ name: 'subject' })(Subject);
  return Subject;
}

const stopped: string[] = [];

@BackgroundDaemon({ interval: '1m' })
class Steady {
  tick(): void {}

  shutdown(): void {
    stopped.push('steady');
  }
}

beforeEach(() => void stopped.splice(0));

describe('A hook that cannot be read', () => {
  it.each(HOOKS)('is one that fails, and harms nobody else: %s', async (hook) => {
    const app = await createTestApplication({ listeners: [Steady, givenUnreadable(hook)] });
    await app.start();
    await app.clock.advance('1m');

    const [, subject] = app.status().listeners;
    const states = { startup: 'startup_failed', run: 'died' } as const;
    expect(subject?.state).toBe(hook in states ? states[hook as keyof typeof states] : 'running');
    expect(await app.health()).toMatchObject({ ready: hook !== 'health' });
    expect(app.runs('steady')).toMatchObject([{ outcome: 'succeeded' }]);
    const report = await app.stop();

    expect(report.code).toBe(hook === 'shutdown' ? 3 : 0);
    expect(stopped).toEqual(['steady']);
    const told = JSON.stringify([app.logs, await app.health(), report]);
    if (hook !== 'health') expect(told).toContain(`no ${hook} here`);
  });

  it('is no hook where a Proxy refuses what it does not have', async () => {
    class Strict {
      constructor() {
        return new Proxy(this, {
          get: (target, key) => {
            if (!(key in target)) throw new Error(`there is no ${String(key)}`);
            return Reflect.get(target, key) as unknown;
          },
        });
      }

      startup(): void {}
    }
    BackgroundDaemon({ name: 'strict' })(Strict);
    const app = await createTestApplication({ listeners: [Steady, Strict] });
    await app.start();

    expect(app.status().listeners).toMatchObject([{ state: 'running' }, { state: 'running' }]);
    expect(await app.stop()).toMatchObject({ code: 0 });
    expect(stopped).toEqual(['steady']);
  });
});
