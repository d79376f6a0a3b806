import { divide } from '../../src/watchdog/holders';

const FROM = 10_000;
const holder = (runId: string) => ({ listener: `of_${runId}`, hook: 'tick', task: 'tick', runId, inFlight: [] });

/** The parts of a standstill of three seconds, as listener and milliseconds. */
function partsOf(runs: readonly string[], began: Readonly<Record<string, number>>) {
  const holders = runs.map(holder);
  const last = holders.at(-1) ?? { inFlight: [] };
  const standstill = { from: FROM, event: { ...last, blockedMs: 3_000 }, earlier: holders.slice(0, -1) };
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

  it('is not divided where it is not known when a run began, or nobody was seen', () => {
    expect(partsOf(['a', 'b'], {})).toEqual([['of_b', 3_000]]);
    expect(partsOf(['a', 'b'], { a: FROM, b: FROM + 90_000 })).toEqual([['of_b', 3_000]]);
    expect(partsOf([], {})).toEqual([[undefined, 3_000]]);
  });
});
