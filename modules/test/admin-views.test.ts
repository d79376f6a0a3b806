import { BackgroundDaemon, type OnStartup, type OnTick, type RunRecord } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { page } from './support/adminPages';

const { duration, elapsed, relative, count } = page('format.mjs');
const { rowsOf, attentionOf, filterCounts } = page('views/overview.mjs');
const { intentsOf, intentsFor } = page('views/intents.mjs');
const { actionsOf, failingSince, neighboursOf, errorText } = page('views/listener.mjs');
const { graphOf } = page('views/graph.mjs');
const { bootOf, savedStopOf, stopOf } = page('views/boot.mjs');
const { ticksOf, pathsOf, barAt, laneText, durationsOf } = page('views/chart.mjs');

@BackgroundDaemon({ name: 'store' })
class Store {}

@BackgroundDaemon({ name: 'order_sync', interval: '10s' })
class OrderSync implements OnTick {
  constructor(readonly store: Store) {}
  tick(): void {
    throw new Error('the shop is closed\nand dark');
  }
}

@BackgroundDaemon({ name: 'mailer', interval: '10s', fatalOnStartupFailure: false })
class Mailer implements OnStartup, OnTick {
  startup(): void {
    throw new Error('port 25 refused');
  }
  tick(): void {}
}

@BackgroundDaemon({ name: 'greeter', interval: '10s', dependsOn: [Mailer] })
class Greeter implements OnTick {
  tick(): void {}
}

@BackgroundDaemon({ name: 'cleaner', interval: '1h' })
class Cleaner implements OnTick {
  tick(): void {}
}

async function givenShop() {
  const app = await createTestApplication({
    listeners: [Store, OrderSync, Mailer, Greeter, Cleaner],
    now: '2030-01-31T08:00:00Z',
  });
  await app.start();
  await app.clock.advance('25s');
  return app;
}

const OPTIONS = { sort: 'problems', filter: 'all', search: '', now: Date.parse('2030-01-31T08:00:25Z') };

const runAt = (second: number, outcome: RunRecord['outcome'], ms = 100): RunRecord => ({
  runId: `${second}`,
  tickId: `${second}`,
  listener: 'order_sync',
  task: 'tick',
  trigger: 'schedule',
  scheduledAt: new Date(second * 1_000).toISOString(),
  startedAt: new Date(second * 1_000).toISOString(),
  finishedAt: new Date(second * 1_000 + ms).toISOString(),
  outcome,
});

describe('the overview', () => {
  it('lists listeners with problems first, then by name, and leaves out the ones that do not fit', async () => {
    const app = await givenShop();
    const status = app.status();

    const rows = rowsOf(status, [], OPTIONS);
    expect(rows.map(({ name, word }) => [name, word])).toEqual([
      ['mailer', 'startup failed'],
      ['order_sync', 'failing'],
      ['greeter', 'blocked'],
      ['cleaner', 'running'],
      ['store', 'running'],
    ]);
    expect(rowsOf(status, [], { ...OPTIONS, search: ' Clean' }).map(({ name }) => name)).toEqual(['cleaner']);
    expect(rowsOf(status, [], { ...OPTIONS, filter: 'running' }).map(({ name }) => name)).toEqual(['cleaner', 'store']);
    expect(rowsOf(status, [], { ...OPTIONS, sort: 'next' })[0]?.name).toBe('order_sync');
    expect(filterCounts(status)).toEqual({ all: 5, attention: 3, running: 2, paused: 0, off: 0 });
  });

  it('says what failed, why, since when and when it runs next, and tells no cause twice', async () => {
    const app = await givenShop();

    const findings = attentionOf(app.status(), await app.health(), OPTIONS.now);

    expect(findings).toMatchObject([
      { listener: 'order_sync', title: 'run failed', detail: 'the shop is closed' },
      { listener: 'mailer', title: 'failed to start', detail: 'port 25 refused' },
      { listener: 'greeter', title: 'is blocked', detail: 'It needs "mailer".', tone: 'warn' },
    ]);
    expect(findings[0]?.when).toMatch(/^last 5 s ago · 2 times this session · next in 5 s$/);
  });

  it('shows a cause that no listener explains', async () => {
    const app = await givenShop();
    const health = { ...(await app.health()), causes: ['due moments cannot be saved: ENOSPC'] };

    expect(attentionOf(app.status(), health, OPTIONS.now).at(-1)).toMatchObject({
      detail: 'due moments cannot be saved: ENOSPC',
      tone: 'warn',
    });
  });

  it('shows what operators have set, with what lifts it, and what was kept from before the start', async () => {
    const app = await givenShop();
    const kim = { by: 'kim', kind: 'human', reason: 'the disk is being moved' } as const;
    const until = '2030-01-31T09:00:00.000Z';
    await app.operate({ action: 'reschedule', listener: 'order_sync', interval: '10m', ...kim });
    await app.operate({ action: 'log-level', level: 'debug', until, ...kim });
    await app.operate({ action: 'pause', listener: 'cleaner', ...kim });
    await app.operate({ action: 'skip-next', listener: 'greeter', ...kim });
    await app.operate({ action: 'pause', ...kim });
    const { bootedAt } = app.status();
    const shown = (boot: string | undefined, now = '2030-01-31T08:01:00Z') =>
      intentsOf(app.intents(), boot, Date.parse(now)).map(({ listener, what, lift, isRestored }) => [
        listener,
        what,
        lift,
        isRestored,
      ]);

    expect(shown(bootedAt)).toEqual([
      ['cleaner', 'paused', 'resume', false],
      [undefined, 'paused', 'resume', false],
      ['order_sync', 'runs every 10m', 'reset', false],
      [undefined, 'logs debug', undefined, false],
      ['greeter', expect.stringMatching(/^skips /), 'reset', false],
    ]);
    expect(shown('2030-01-31T08:30:00Z').map(([, , , isRestored]) => isRestored)).toEqual(Array(5).fill(true));
    expect(shown(bootedAt, until).map(([, what]) => what)).not.toContain('logs debug');
    const all = intentsOf(app.intents(), bootedAt, 0);
    expect(intentsFor(all, 'cleaner', true).map(({ what }) => what)).toEqual(['paused', 'paused', 'logs debug']);
    expect(intentsFor(all, 'store', false).map(({ what }) => what)).toEqual(['logs debug']);
  });

  it('shows a listener that waits for its restart with the next attempt, a stale task, and a standstill of the loop', async () => {
    const app = await givenShop();
    const status = app.status();
    const now = OPTIONS.now;
    const changed = status.listeners.map((listener) =>
      listener.name === 'store'
        ? { ...listener, state: 'backing_off' as const, restarts: 2, restartAt: '2030-01-31T08:00:35Z' }
        : listener.name === 'cleaner'
          ? { ...listener, tasks: listener.tasks.map((task) => ({ ...task, stale: true })) }
          : listener,
    );
    const standstill = {
      ...{ at: '2030-01-31T08:00:20Z', blockedMs: 2_300, listener: 'cleaner', hook: 'tick', task: 'tick' },
      frame: 'at JSON.parse',
    };
    const found = (stood: object | undefined) =>
      attentionOf({ ...status, listeners: changed }, undefined, now, stood).map(
        ({ listener, title, detail, when }) => [listener, title, detail, when] as const,
      );

    expect(found(standstill)).toEqual(
      expect.arrayContaining([
        ['store', 'is restarted', '', 'attempt 3 in 10 s'],
        ['cleaner', 'is stale', 'It has not succeeded within the time that it must.', 'next in 59 m'],
        ['cleaner', 'held the event loop for 2.3 s', 'at JSON.parse', '5 s ago'],
      ]),
    );
    const hourAgo = { ...standstill, at: '2030-01-31T06:59:00Z' };
    expect(found(hourAgo).map(([, title]) => title)).not.toContain('held the event loop for 2.3 s');
    expect(rowsOf({ ...status, listeners: changed }, [], OPTIONS).find(({ name }) => name === 'cleaner')).toMatchObject(
      { word: 'stale', tone: 'bad' },
    );
  });

  it('can be narrowed to what is paused', async () => {
    const app = await givenShop();
    await app.pause('cleaner', { reason: 'the disk is being moved', by: 'kim' });

    expect(rowsOf(app.status(), [], { ...OPTIONS, filter: 'paused' }).map(({ name }) => name)).toEqual(['cleaner']);
  });
});

describe('the page of a listener', () => {
  it('offers what can be done now', async () => {
    const app = await givenShop();
    await app.pause('cleaner', { reason: 'moving', by: 'kim' });
    const actions = Object.fromEntries(app.status().listeners.map((each) => [each.name, actionsOf(each)]));

    expect(actions).toMatchObject({
      store: ['restart'],
      order_sync: ['trigger', 'pause', 'reschedule', 'restart'],
      cleaner: ['trigger', 'resume', 'reschedule', 'restart'],
      mailer: ['restart'],
      greeter: [],
    });
  });

  it('knows since when a task has failed without a break', () => {
    expect(
      failingSince([runAt(1, 'failed'), runAt(2, 'succeeded'), runAt(4, 'failed'), runAt(3, 'timed_out')]),
    ).toEqual({ at: '1970-01-01T00:00:03.000Z', runs: 2, isOldest: false });
    expect(failingSince([runAt(1, 'failed')])).toMatchObject({ runs: 1, isOldest: true });
    expect(failingSince([runAt(1, 'failed'), runAt(2, 'succeeded')])).toBeUndefined();
    expect(failingSince([])).toBeUndefined();
  });

  it('names what it needs, and what needs it, with the reason', async () => {
    const { plan } = await givenShop();

    expect(neighboursOf(plan, 'order_sync')).toEqual({
      needs: [{ name: 'store', soft: false, reason: 'injects it' }],
      neededBy: [],
    });
    expect(neighboursOf(plan, 'mailer').neededBy).toEqual([{ name: 'greeter', soft: false, reason: 'depends on it' }]);
  });

  it('writes an error with its stack, code and causes', () => {
    const cause = { name: 'Error', message: 'ENOENT', code: 'ENOENT' };
    expect(errorText({ name: 'E', message: 'm', stack: 'E: m\n    at f', cause })).toBe(
      'E: m\n    at f\ncaused by Error: ENOENT\n  code: ENOENT',
    );
  });

  it('counts durations by halves and hundredths', () => {
    const runs = Array.from({ length: 100 }, (_, index) => runAt(index, 'succeeded', index + 1));
    expect(durationsOf(runs)).toMatchObject({ p50: 50, p95: 95, most: 100 });
    expect(durationsOf(runs.slice(0, 1))).toBeUndefined();
  });
});

describe('the graph', () => {
  it('puts a listener to the right of everything that it is joined to, and lists the others', async () => {
    const app = await givenShop();
    const { nodes, edges, alone } = graphOf(app.plan, app.status());
    const x = (name: string): number => nodes.find((node) => node.name === name)?.x ?? -1;

    expect(x('order_sync')).toBeGreaterThan(x('store'));
    expect(x('greeter')).toBeGreaterThan(x('mailer'));
    expect(edges.map(({ from, to, reason }) => [from.name, to.name, reason]).sort()).toEqual([
      ['mailer', 'greeter', 'depends on it'],
      ['store', 'order_sync', 'injects it'],
    ]);
    expect(alone.map(({ name }) => name)).toEqual(['cleaner']);
  });
});

describe('the boot', () => {
  const listener = (name: string, startedAt: number, startupMs: number) => ({
    name,
    state: 'running',
    startedAt: new Date(startedAt).toISOString(),
    startupMs,
    tasks: [],
  });
  const plan = (edges: Record<string, string[]>, concurrency: number) => ({
    order: Object.keys(edges),
    listeners: Object.entries(edges).map(([name, needs]) => ({ name, edges: needs.map((on) => ({ on })) })),
    values: [{ path: 'startup.concurrency', value: concurrency }],
  });

  it('is a waterfall whose critical path follows what each listener waited for', () => {
    const status = {
      bootedAt: new Date(1_310).toISOString(),
      listeners: [listener('a', 1_100, 100), listener('b', 1_200, 200), listener('c', 1_310, 110)],
    };
    const edges = { a: [], b: [], c: ['a', 'b'] };

    const { steps, critical, totalMs } = bootOf(plan(edges, 4) as never, status as never);

    expect(totalMs).toBe(310);
    expect(critical).toEqual(['b', 'c']);
    expect(steps.map(({ name, from, ms }) => [name, from, ms])).toEqual([
      ['a', 0, 100],
      ['b', 0, 200],
      ['c', 200, 110],
    ]);
  });

  it('follows the order where one starts at a time', () => {
    const status = {
      bootedAt: new Date(1_300).toISOString(),
      listeners: [listener('a', 1_100, 100), listener('b', 1_200, 100), listener('c', 1_300, 100)],
    };
    expect(bootOf(plan({ a: [], b: [], c: [] }, 1) as never, status as never).critical).toEqual(['a', 'b', 'c']);
  });

  it('says why a listener has no bar', async () => {
    const app = await givenShop();
    const { steps } = bootOf(app.plan, app.status());

    expect(steps.find(({ name }) => name === 'mailer')).toMatchObject({ from: undefined, note: 'port 25 refused' });
    expect(steps.find(({ name }) => name === 'greeter')).toMatchObject({ note: 'blocked by mailer' });
  });

  it('draws the stop of an earlier run, with what became of each listener', () => {
    const spans = [
      { listener: 'web', began: 1_000, ended: 1_250, outcome: 'ok' },
      { listener: 'store', began: 1_250, ended: 3_000, outcome: 'cut' },
    ];

    expect(savedStopOf({ began: 1_000, ended: 3_000, reason: 'SIGTERM', spans })).toMatchObject({
      totalMs: 2_000,
      steps: [
        { name: 'web', tone: 'off', from: 0, ms: 250 },
        { name: 'store', tone: 'bad', word: 'cut', from: 250, ms: 1_750 },
      ],
    });
  });

  it('draws the stop in its order', () => {
    const stops = {
      web: { from: 1_200, state: 'stopping' },
      order_sync: { from: 1_000, to: 1_200, state: 'stopped' },
    };
    expect(stopOf(stops)).toMatchObject({
      totalMs: 200,
      steps: [
        { name: 'order_sync', from: 0, ms: 200 },
        { name: 'web', from: 200, ms: 0 },
      ],
    });
    expect(stopOf({})).toMatchObject({ steps: [], totalMs: 0 });
  });
});

describe('texts and drawings', () => {
  it('write lengths of time in two units', () => {
    expect([0, 310, 12_400, 59_999, 200_000, 7_500_000, 273_600_000].map(duration)).toEqual([
      '0 ms',
      '310 ms',
      '12.4 s',
      '59.9 s',
      '3 m 20 s',
      '2 h 5 m',
      '3 d 4 h',
    ]);
    expect(elapsed(12_900)).toBe('12 s');
    expect(count(1_234_567)).toBe('1 234 567');
  });

  it('say how long ago, and how long until', () => {
    expect(relative('1970-01-01T00:00:00Z', 200_000)).toBe('3 m ago');
    expect(relative('1970-01-01T00:01:00Z', 0)).toBe('in 1 m');
    expect(relative('1970-01-01T00:00:00Z', 999)).toBe('now');
    expect(relative(undefined, 0)).toBe('');
  });

  it('put the marks of an axis at round times', () => {
    const texts = ticksOf(Date.parse('2030-01-31T08:07:00'), Date.parse('2030-01-31T09:07:00'), 6).map(
      ({ text }) => text,
    );
    expect(texts).toEqual(['08:15', '08:30', '08:45', '09:00']);
  });

  it('draw a bar at least wide enough to be seen, and find it', () => {
    const bars = [
      [0, 1, 'succeeded', 1],
      [900, 1_000, 'failed', 3],
    ] as const;

    expect(pathsOf(bars, 1_000)).toEqual([
      { kind: 'succeeded', d: expect.stringContaining('h2.5v10') as string },
      { kind: 'failed', d: expect.stringContaining('h100v18') as string },
    ]);
    expect(barAt(bars, 895, 10)).toEqual(bars[1]);
    expect(barAt(bars, 500, 10)).toBeUndefined();
    expect(laneText(bars)).toBe('1 succeeded, 3 failed');
    expect(laneText([])).toBe('no runs');
  });
});
