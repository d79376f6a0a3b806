import { BackgroundDaemon, Listener, PeriodicTask } from '../../src';
import { createTestApplication } from '../../src/testing';

@Listener()
class Port {}

@BackgroundDaemon({ interval: '1m', tags: ['mail'], dependsOn: [Port], jitter: '10%' })
class OrderSync {
  tick(): void {
    throw new AggregateError([new Error('refused', { cause: new Error('down') })], 'all refused');
  }
  health() {
    return { status: 'up', details: { queue: { waiting: [1, 2] } } } as const;
  }
  @PeriodicTask({ cron: '0 6 * * *' })
  compact(): void {}
}

@BackgroundDaemon({ interval: '1m', scope: 'cluster' })
class Billing {
  tick(): void {}
}

/** Each object that can be reached from a value, by its path: through own and inherited properties, getters included. */
function reachable(value: unknown, path: string, found = new Map<object, string>()): ReadonlyMap<object, string> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found;
  found.set(value, path);
  for (let owner: object | null = value; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    if (owner === Object.prototype || owner === Array.prototype) break;
    for (const key of Reflect.ownKeys(owner)) {
      if (key === 'constructor') continue;
      reachable(Reflect.get(value, key), `${path}.${String(key)}`, found);
    }
  }
  return found;
}

const unfrozen = (value: unknown, path: string): readonly string[] =>
  [...reachable(value, path)].filter(([object]) => !Object.isFrozen(object)).map(([, at]) => at);

describe('what an application hands out', () => {
  const given = async () => {
    const app = await createTestApplication({ listeners: [Port, OrderSync, Billing] });
    const events: [string, unknown][] = [];
    for (const name of [
      'listener.started',
      'run.started',
      'run.finished',
      'application.stopped',
      'operator.paused',
    ] as const)
      app.events.on(name, (event) => void events.push([name, event]));
    await app.start();
    await app.clock.advance('2m');
    await app.pause('order_sync', { by: 'ann', reason: 'deploy' });
    return { app, events };
  };

  it('is frozen to its depth where all share it: entries, plan, records and events', async () => {
    const { app, events } = await given();
    await app.stop();

    expect([
      ...unfrozen(app.listeners.list(), 'listeners').slice(1),
      ...unfrozen(app.daemons.get('order_sync'), 'entry'),
      ...unfrozen(app.plan, 'plan'),
      ...[...app.runs('order_sync'), ...app.runs('billing')].flatMap((record) => unfrozen(record, 'record')),
      ...events.flatMap(([name, event]) => unfrozen(event, name)),
    ]).toEqual([]);
    expect(events.map(([name]) => name)).toEqual(expect.arrayContaining(['run.finished', 'application.stopped']));
  });

  it('is a copy where it is made anew: nothing that is written into it comes back', async () => {
    const { app } = await given();
    const look = async (): Promise<unknown> => [app.status(), await app.health(), app.runs('order_sync')];
    const before = JSON.stringify(await look());

    for (const object of reachable(await look(), 'shown').keys()) {
      for (const key of Object.keys(object)) Reflect.set(object, key, 'overwritten');
      Reflect.set(object, 'length', 0);
    }

    expect(JSON.stringify(await look())).toBe(before);
  });

  it('cannot stop a daemon: its tasks are frozen before anybody has them', async () => {
    const app = await createTestApplication({ listeners: [Port, OrderSync] });
    const tasks = app.daemons.get('order_sync')?.tasks as unknown[];

    expect(() => tasks.push({})).toThrow(TypeError);
    expect(() => (tasks.length = 0)).toThrow(TypeError);
    await app.start();
    await app.clock.advance('110s');

    expect(app.runs('order_sync')).toHaveLength(1);
  });

  it('names the source of an entry also through a Proxy, and not among what is enumerated, since it is slow', async () => {
    const app = await createTestApplication({ listeners: [Port] });
    const entry = app.listeners.get('port');

    expect(new Proxy(entry as object, {})).toHaveProperty(
      'source',
      expect.stringMatching(/^Port \(.*frozen\.test\.ts/),
    );
    expect(Object.keys(entry as object)).not.toContain('source');
  });
});
