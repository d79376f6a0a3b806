import { BackgroundDaemon } from '../../src';
import { givenListener } from '../support/givenListener';
import { givenPatient, SOON, started, stateOf, statusOf } from '../support/restarts';

/** A daemon that ticks every 10 s, and needs others. */
function givenWorker(name: string, needs: readonly string[], journal: string[] = [], options: object = {}) {
  @BackgroundDaemon({ name, interval: '10s', dependsOn: needs, restart: SOON, ...options })
  class Worker {
    tick(): void {
      journal.push(`${name}.tick`);
    }
    run({ sleep, signal }: { sleep: (ms: number) => Promise<void>; signal: AbortSignal }): Promise<void> {
      signal.addEventListener('abort', () => journal.push(`${name}.run aborted`));
      return sleep(1e12);
    }
  }
  return Worker;
}

describe('while a listener that it needs does not run', () => {
  it('a daemon skips its due moments for that reason, its run body goes on, and ticks come again afterwards', async () => {
    const journal: string[] = [];
    const db = givenPatient('db', { restart: { delay: '25s', jitter: 0 } });
    const app = await started([db.listener, givenWorker('orders', ['db'], journal)]);
    db.patient.die(new Error('down'));
    await app.clock.advance('24s');
    expect(app.runs('orders').map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['skipped', 'dependency'],
      ['skipped', 'dependency'],
    ]);
    expect(await app.trigger('orders')).toMatchObject({ outcome: 'skipped', reason: 'dependency' });
    await app.clock.advance('6s');
    expect(journal).toEqual(['orders.tick']);
    expect(stateOf(app, 'orders')).toBe('running');
  });

  it('it skips also what needs a daemon that is never restarted, and what waited in its queue', async () => {
    const db = givenPatient('db', { restart: 'never' });
    let release: () => void = () => undefined;
    @BackgroundDaemon({ interval: '10s', overlap: 'queue-one', dependsOn: ['db'] })
    class Orders {
      tick(): Promise<void> {
        return new Promise((resolve) => (release = resolve));
      }
    }
    const app = await started([db.listener, Orders], { settleMs: 5 });
    await app.clock.advance('20s');
    db.patient.die(new Error('down'));
    release();
    await app.clock.settle();
    expect(app.runs('orders').map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['succeeded', undefined],
      ['skipped', 'dependency'],
    ]);
  });

  it('of two needs that die together, both have to be back', async () => {
    const journal: string[] = [];
    const db = givenPatient('db', { restart: { delay: '5s', jitter: 0 } });
    const queue = givenPatient('queue', { restart: { delay: '15s', jitter: 0 } });
    const app = await started([db.listener, queue.listener, givenWorker('orders', ['db', 'queue'], journal)]);
    db.patient.die(new Error('down'));
    queue.patient.die(new Error('down'));
    await app.clock.advance('10s');
    expect([stateOf(app, 'db'), stateOf(app, 'queue')]).toEqual(['running', 'backing_off']);
    expect(app.runs('orders')).toMatchObject([{ reason: 'dependency' }]);
    await app.clock.advance('10s');
    expect(journal).toEqual(['orders.tick']);
  });

  it.each(['process', 'cluster'] as const)(
    'a daemon of %s scope skips them also when an operator has restarted it, and its startup fails',
    async (scope) => {
      const db = givenPatient('db', { restart: { delay: '25s', jitter: 0 } });
      const app = await started([db.listener, givenWorker('orders', ['db'], [], { scope })]);
      db.patient.failsWith = new Error('down');
      await expect(app.restart('db', { by: 'kim', reason: 'it is slow' })).rejects.toMatchObject({
        code: 'RESTART_FAILED',
      });
      await app.clock.advance('20s');
      expect(app.runs('orders').map(({ reason }) => reason)).toEqual(['dependency', 'dependency']);
      db.patient.failsWith = undefined;
      await app.clock.advance('20s');
      expect(app.runs('orders').at(-1)?.outcome).toBe('succeeded');
    },
  );

  it('a dependent whose own restart is due is blocked, and started late when the need is back', async () => {
    const db = givenPatient('db', { restart: { delay: '10s', jitter: 0 } });
    const orders = givenPatient('orders', { dependsOn: ['db'] });
    const app = await started([db.listener, orders.listener]);
    db.patient.die(new Error('down'));
    orders.patient.die(new Error('down, too'));
    await app.clock.advance('5s');
    expect(statusOf(app, 'orders')).toMatchObject({ state: 'blocked', blockedBy: 'db' });
    await app.clock.advance('5s');
    expect(app.status().state).toBe('running');
    await app.stop();
    expect([...db.patient.journal, ...orders.patient.journal]).toHaveLength(8);
  });

  it('a fatal dependent whose restart is due stops the application when the need is given up', async () => {
    const limit = { restarts: 1, within: '10m' } as const;
    const db = givenPatient('db', { restart: { delay: '10s', jitter: 0, limit } });
    const orders = givenPatient('orders', { dependsOn: ['db'], fatal: true });
    const app = await started([db.listener, orders.listener]);
    db.patient.failsWith = new Error('refused');
    db.patient.die(new Error('down'));
    orders.patient.die(new Error('down, too'));
    await app.clock.advance('5s');
    expect(stateOf(app, 'orders')).toBe('blocked');
    await app.clock.advance('5s');
    expect(await app.stop()).toMatchObject({ code: 1, reason: '"orders" cannot be started again' });
  });

  it('blocked listeners start in the order of the plan, one at a time', async () => {
    const journal: string[] = [];
    const db = givenPatient('db');
    db.patient.failsWith = new Error('refused');
    const slow = (name: string, dependsOn: string[]) =>
      givenListener(journal, name, { dependsOn, startup: ({ sleep }) => sleep('1s') });
    const app = await started([db.listener, slow('a', ['db']), slow('b', ['db']), slow('c', ['a'])]);
    db.patient.failsWith = undefined;
    await app.clock.advance('1s');
    expect(['a', 'b', 'c'].map((name) => stateOf(app, name))).toEqual(['starting', 'blocked', 'blocked']);
    await app.clock.advance('3s');
    expect(journal).toEqual(['a.start', 'b.start', 'c.start']);
    expect(app.status().state).toBe('running');
    await app.stop();
    expect(journal.slice(3)).toEqual(['c.stop', 'b.stop', 'a.stop']);
  });

  it('a late start that fails is no reason to stop: it is degraded, or retried', async () => {
    const db = givenPatient('db');
    db.patient.failsWith = new Error('refused');
    const a = givenListener([], 'a', { dependsOn: ['db'], failsWith: new Error('no disk') });
    const b = givenPatient('b', { dependsOn: ['db'] });
    b.patient.failsWith = new Error('not yet');
    const app = await started([db.listener, a, b.listener]);
    db.patient.failsWith = undefined;
    await app.clock.advance('1s');
    expect(['db', 'a', 'b'].map((name) => stateOf(app, name))).toEqual(['running', 'startup_failed', 'backing_off']);
    b.patient.failsWith = undefined;
    await app.clock.advance('1s');
    expect(stateOf(app, 'b')).toBe('running');
  });
});
