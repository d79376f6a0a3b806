import { page } from './support/adminPages';
import { givenShop } from './support/givenViewed';

const { duration, elapsed, relative, count } = page('format.mjs');
const { graphOf, groupsOf } = page('views/graph.mjs');
const { bootOf, savedStopOf, stopOf } = page('views/boot.mjs');
const { ticksOf, pathsOf, barAt, laneText } = page('views/chart.mjs');

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

describe('the list below the graph', () => {
  it('has listeners under their state, the worst first', async () => {
    const app = await givenShop();
    const { nodes, alone } = graphOf(app.plan, app.status());

    const groups = groupsOf([...nodes, ...alone]).map((group) => [
      group[0]?.word,
      group.map(({ name }) => name).sort(),
    ]);

    expect(groups).toEqual([
      ['failing', ['order_sync']],
      ['startup failed', ['mailer']],
      ['blocked', ['greeter']],
      ['running', ['cleaner', 'store']],
    ]);
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
