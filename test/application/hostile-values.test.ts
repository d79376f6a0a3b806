import { BackgroundDaemon, type ExitReport, type StartupContext, type TickContext } from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { forever, givenListener } from '../support/givenListener';
import { HOSTILE_VALUES } from '../support/hostileValues';

const values = Object.entries(HOSTILE_VALUES).map(([what, make]) => [what, once(make)] as const);
/** Makes the value when it is first asked for: some are large. */
function once(make: () => unknown): () => unknown {
  let made: { readonly value: unknown } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Everything about an application that is shown is plain JSON, and of a size that can be shown. */
const MOST_SHOWN = 3_000_000;

const isPlain = (value: unknown): boolean => {
  if (value === null) return true;
  if (typeof value !== 'object') return ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
  const kind: unknown = Object.getPrototypeOf(value);
  return (kind === Object.prototype || Array.isArray(value)) && Object.values(value).every(isPlain);
};

async function expectShowable(app: TestApplication, report?: ExitReport): Promise<void> {
  const shown = [app.status(), await app.health(), app.logs, report];
  expect(shown.every(isPlain)).toBe(true);
  expect(JSON.stringify(shown).length).toBeLessThan(MOST_SHOWN);
}

@BackgroundDaemon({ interval: '1m' })
class Steady {
  tick(): void {}
}

describe.each(values)('%s, thrown', (_what, make) => {
  it('by a task, fails that run and no other, and the record says what could be read', async () => {
    @BackgroundDaemon({ interval: '1m', overlap: 'allow' })
    class Hostile {
      tick(): never {
        throw make();
      }
    }
    @BackgroundDaemon({ interval: '1m' })
    class Later {
      async tick({ sleep }: TickContext): Promise<void> {
        await sleep('1s');
        throw make();
      }
    }
    const app = await createTestApplication({ listeners: [Hostile, Later, Steady] });
    await app.start();
    await app.clock.advance('130s');

    for (const name of ['hostile', 'later']) {
      const runs = app.runs(name);
      expect(runs).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }]);
      expect(runs.every(isPlain)).toBe(true);
      expect(runs[0]?.error?.name).toMatch(/./);
      expect(runs[0]?.error?.message.length).toBeLessThan(8_400);
      expect((await app.explain(name, '2026-01-01T00:01:00Z')).every(isPlain)).toBe(true);
    }
    expect(app.runs('steady')).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'succeeded' }]);
    expect((await app.trigger('hostile')).outcome).toBe('failed');
    await expectShowable(app);
    const report = await app.stop();
    expect(report.code).toBe(0);
    await expectShowable(app, report);
  });

  it('by any hook, harms its own listener only', async () => {
    const fail = (): never => {
      throw make();
    };
    const journal: string[] = [];
    class Unmade {
      constructor() {
        fail();
      }
    }
    BackgroundDaemon({ name: 'unmade' })(Unmade);
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'starting', { startup: fail }),
        givenListener(journal, 'failing', {
          startup: ({ fail: declare }) => {
            declare(make());
          },
        }),
        givenListener(journal, 'running', { run: async () => fail() }),
        givenListener(journal, 'readying', { ready: fail }),
        givenListener(journal, 'ailing', { health: fail }),
        givenListener(journal, 'stopping', { shutdown: fail }),
        givenListener(journal, 'deferring', {
          startup: ({ defer }: StartupContext) => {
            defer(fail);
          },
        }),
        Unmade,
        Steady,
      ],
    });
    app.events.on('listener.started', fail);
    await app.start();
    await app.clock.advance('60s');

    const states = Object.fromEntries(app.status().listeners.map(({ name, state }) => [name, state]));
    expect(states).toEqual({
      starting: 'startup_failed',
      failing: 'startup_failed',
      running: 'died',
      readying: 'running',
      ailing: 'running',
      stopping: 'running',
      deferring: 'running',
      unmade: 'startup_failed',
      steady: 'running',
    });
    expect(app.runs('steady')).toMatchObject([{ outcome: 'succeeded' }]);
    await expectShowable(app);
    const report = await app.stop();
    expect(report).toMatchObject({ code: 3 });
    expect(report.listeners.find(({ name }) => name === 'stopping')).toMatchObject({ state: 'shutdown_failed' });
    await expectShowable(app, report);
  });

  it('by a fatal startup, aborts the boot with a BootError', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'fatal', {
          fatal: true,
          startup: () => {
            throw make();
          },
        }),
      ],
    });
    await expect(app.start()).rejects.toMatchObject({ name: 'BootError', listenerName: 'fatal' });
    await expectShowable(app);
  });
});

describe.each(values)('%s, given', (_what, make) => {
  it('as a field, a message or a reason, costs nothing but its own text', async () => {
    @BackgroundDaemon()
    class Careless {
      startup({ log, disable }: StartupContext): void {
        log.info('a line', { given: make() });
        log.info('a line', make() as never);
        log.info(make() as never);
        disable(make() as never);
      }
    }
    @BackgroundDaemon()
    class Waiting {
      run = forever;
    }
    const app = await createTestApplication({ listeners: [Careless, Steady, Waiting] });
    await app.start();
    await app.pause('steady', { by: make() as never, reason: make() as never });
    expect(app.logs.filter(({ message }) => message === 'a line')).toHaveLength(2);
    const stopping = app.stop(make() as never);
    await app.clock.advance('30s');
    const report = await stopping;
    expect(typeof report.reason).toBe('string');
    await expectShowable(app, report);
  });
});
