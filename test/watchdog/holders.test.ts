import { divide, startupsThatHeld } from '../../src/watchdog/holders';

const FROM = 10_000;
const holder = (runId: string) => ({ listener: `of_${runId}`, hook: 'tick', task: 'tick', runId, inFlight: [] });

/** The parts of a standstill of three seconds, as listener and milliseconds. */
function partsOf(runs: readonly string[], began: Readonly<Record<string, number>>, seen: typeof began = {}) {
  const holders = runs.map((run) => ({ ...holder(run), seenAt: seen[run] }));
  const { seenAt, ...last } = holders.at(-1) ?? { inFlight: [] };
  const standstill = { from: FROM, event: { ...last, blockedMs: 3_000 }, seenAt, earlier: holders.slice(0, -1) };
  const parts = divide(standstill, 500, ({ runId = '' }) => began[runId]);
  return parts.map(({ listener, blockedMs }) => [listener, blockedMs]);
}

describe('A standstill', () => {
  it('belongs to the one run that was seen, which began before it or with it', () => {
    expect(partsOf(['a'], { a: FROM - 5_000 })).toEqual([['of_a', 3_000]]);
    expect(partsOf(['a'], { a: FROM + 100 })).toEqual([['of_a', 3_000]]);
  });

  it('is divided among runs that held the loop one after another, by their beginnings', () => {
    expect(partsOf(['a', 'b', 'c'], { a: FROM, b: FROM + 900, c: FROM + 2_400 })).toEqual([
      ['of_a', 900],
      ['of_b', 1_500],
      ['of_c', 600],
    ]);
  });

  it('is left to nobody for the time before the first run that was seen had begun', () => {
    expect(partsOf(['b'], { b: FROM + 1_200 })).toEqual([
      [undefined, 1_200],
      ['of_b', 1_800],
    ]);
  });

  it('is divided at the sighting of what began before it, or is a hook, and held the loop after another one', () => {
    expect(partsOf(['a', 'b'], { a: FROM, b: FROM - 60_000 }, { b: FROM + 2_000 })).toEqual([
      ['of_a', 2_000],
      ['of_b', 1_000],
    ]);
    expect(partsOf(['a', 'b', 'c'], {}, { a: FROM + 500, b: FROM + 1_000, c: FROM + 2_000 })).toEqual([
      ['of_a', 1_000],
      ['of_b', 1_000],
      ['of_c', 1_000],
    ]);
  });

  it('is not divided where it is not known when a run began, or nobody was seen', () => {
    expect(partsOf(['a', 'b'], {})).toEqual([['of_b', 3_000]]);
    expect(partsOf(['a', 'b'], { a: FROM, b: FROM + 90_000 })).toEqual([['of_b', 3_000]]);
    expect(partsOf([], {})).toEqual([[undefined, 3_000]]);
  });
});

describe('A boot that waits for nothing', () => {
  const startup = (listener: string, began: number, ended: number) => ({ listener, began, ended });
  const held = (...startups: ReturnType<typeof startup>[]) =>
    startupsThatHeld(startups, 500).map(({ listener, hook, blockedMs }) => [listener, hook, blockedMs]);

  it('is held by each startup that takes long', () => {
    expect(held(startup('b', 710, 1_410), startup('c', 1_410, 1_500), startup('a', 0, 700))).toEqual([
      ['a', 'startup', 700],
      ['b', 'startup', 700],
    ]);
  });

  it('is held by the one that began during another, which waits', () => {
    expect(held(startup('waits', 0, 3_000), startup('holds', 10, 2_990))).toEqual([['holds', 'startup', 2_980]]);
  });
});
