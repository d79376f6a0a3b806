import { BackgroundDaemon, PeriodicTask } from '../../src';
import { FaultTooLateError } from '../../src/errors/testingErrors';
import { createTestApplication } from '../../src/testing';
import { givenListener, rejectionOf } from '../support/givenListener';

const begins = Date.parse('2026-01-01T00:00:00Z');

@BackgroundDaemon({ interval: '1m', tickTimeout: '10s' })
class OrderSync {
  // Private members must be reachable although the hooks are called through an interceptor.
  #ticks = 0;
  get ticks(): number {
    return this.#ticks;
  }
  tick(): void {
    this.#ticks++;
  }
  @PeriodicTask({ interval: '1h' })
  compact(): void {}
}

describe('A fault', () => {
  it('makes a startup fail with the error of the test, before its hook is called', async () => {
    const journal: string[] = [];
    const app = await createTestApplication({ listeners: [givenListener(journal, 'db', { fatal: true })] });
    const refused = new Error('port 5432 refused');
    app.fault('db').failStartup(refused);
    expect(await rejectionOf(app.start())).toMatchObject({ listenerName: 'db', phase: 'startup', cause: refused });
    expect(journal).toEqual([]);
  });

  it('without an error names what it makes fail; and strikes where the class has no such hook', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    app.fault('order_sync').failStartup();
    await app.start().catch(() => undefined);
    expect(app.status().listeners[0]?.error?.message).toBe(
      'the startup of "order_sync" fails, as the test has asked for',
    );
  });

  it('hangs a startup until its timeout, without real time', async () => {
    const app = await createTestApplication({
      listeners: [givenListener([], 'db', { fatal: true, startupTimeout: '40s' })],
      settleMs: 4_000,
    });
    app.fault('db').hangStartup();
    const failed = rejectionOf(app.start());
    const began = performance.now();
    await app.clock.advance('1m');
    expect(await failed).toMatchObject({ phase: 'timeout' });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('makes a startup slow, and then lets it be, fail or hang', async () => {
    const journal: string[] = [];
    const listeners = ['a', 'b', 'c'].map((name) =>
      givenListener(journal, name, { fatal: false, startupTimeout: '1m' }),
    );
    const app = await createTestApplication({ listeners });
    app.fault('a').slowStartup('40s');
    app.fault('b').slowStartup('10s').failStartup();
    app.fault('c').hangStartup().slowStartup('5s');
    const starting = app.start();
    await app.clock.advance('5m');
    await starting;
    expect(journal).toEqual(['a.start']);
    expect(app.status().listeners).toMatchObject([
      { name: 'a', state: 'running', startupMs: 40_000 },
      { name: 'b', state: 'startup_failed' },
      { name: 'c', state: 'startup_failed', error: { code: 'STARTUP_TIMEOUT' } },
    ]);
    expect(app.journal.filter((entry) => entry.endsWith(' b')).length).toBe(2);
  });

  it('makes as many ticks fail as it is told, and then lets them be', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    app.fault('order_sync').failTick(2);
    await app.start();
    await app.clock.advance('4m');
    const outcomes = app.runs('order_sync', { task: 'tick' }).map(({ outcome }) => outcome);
    expect(outcomes).toHaveLength(4);
    expect([...outcomes].sort()).toEqual(['failed', 'failed', 'succeeded', 'succeeded']);
    expect(app.listeners.resolve<OrderSync>('order_sync').ticks).toBe(2);
  });

  it('strikes the task it is told, also while the application runs; and can be taken back', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    const refused = new Error('disk full');
    app.fault('order_sync').failTick({ task: 'compact', times: Infinity, error: refused });
    expect(await app.tick('order_sync', 'compact')).toMatchObject({
      outcome: 'failed',
      error: { message: 'disk full' },
    });
    expect(await app.tick('order_sync', 'compact')).toMatchObject({ outcome: 'failed' });
    expect(await app.tick('order_sync')).toMatchObject({ outcome: 'succeeded' });
    app.fault('order_sync').clear();
    expect(await app.tick('order_sync', 'compact')).toMatchObject({ outcome: 'succeeded' });
  });

  it('hangs a tick until its timeout', async () => {
    const app = await createTestApplication({ listeners: [OrderSync], settleMs: 4_000 });
    app.fault('order_sync').hangTick();
    await app.start();
    await app.clock.advance('70s');
    expect(app.runs('order_sync')).toMatchObject([{ outcome: 'timed_out' }]);
    expect(app.status().listeners[0]?.stuck).toBe(true);
  });

  it.each(['failShutdown', 'hangShutdown'] as const)('%s makes the stop end with code 3', async (fault) => {
    const journal: string[] = [];
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'db'), givenListener(journal, 'web')],
    });
    await app.start();
    app.fault('db')[fault]();
    const stopping = app.stop();
    await app.clock.advance('1m');
    expect(await stopping).toMatchObject({ code: 3, listeners: [{ name: 'db', state: 'shutdown_failed' }, {}] });
    expect(journal).toEqual(['db.start', 'web.start', 'web.stop']);
  });

  it('leaves the one instance what it is', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    app.fault('order_sync').failTick();
    await app.start();
    expect(app.listeners.resolve('order_sync')).toBe(app.container.get(OrderSync));
    const available = app.availability<OrderSync>('order_sync').current();
    expect(available).toMatchObject({ state: 'ready' });
    if (available.state === 'ready') expect(available.instance).toBe(app.container.get(OrderSync));
  });

  it('is refused for a name or a task that does not exist, with what was meant', async () => {
    const app = await createTestApplication({ listeners: [OrderSync, givenListener([], 'db')] });
    expect(() => app.fault('order_snyc')).toThrow(/Did you mean "order_sync"\?/);
    expect(() => app.fault('order_sync').failTick({ task: 'compcat' })).toThrow(/Did you mean "compact"\?/);
    expect(() => app.fault('db').hangTick()).toThrow(/"db" has no task named "tick"/);
    expect(() => app.fault('order_sync').failTick(0)).toThrow(RangeError);
    expect(() => app.fault('db').slowStartup('soon' as never)).toThrow(/duration/i);
  });

  it('is refused when its hook is not called any more', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    for (const fault of ['failStartup', 'hangStartup'] as const) {
      expect(() => app.fault('order_sync')[fault]()).toThrow(FaultTooLateError);
    }
    expect(() => app.fault('order_sync').slowStartup('1s')).toThrow(FaultTooLateError);
    await app.stop();
    for (const fault of ['failTick', 'hangTick', 'failShutdown', 'hangShutdown'] as const) {
      expect(() => app.fault('order_sync')[fault]()).toThrow(FaultTooLateError);
    }
    expect(app.clock.now()).toBe(begins);
  });
});
