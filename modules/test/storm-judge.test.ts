import type { Deed, Storm, StormFact, StormLife, StormRecord, StormRun, StormTask } from './storm/Journal';
import { judge } from './storm/judge';
import { figuresOf } from './storm/measures';

const EPOCH = Date.UTC(2026, 0, 1);
const LEASE_MS = 5_000;
const SECOND: StormTask = { listener: 'steady', task: 'tick', every: 1_000 };
const LEADER: StormTask = { listener: 'leader', task: 'run' };

interface Ran {
  readonly from?: number;
  readonly to?: number;
  /** The instants of its effects. */
  readonly effects?: readonly number[];
  readonly outcome?: string | undefined;
  readonly token?: number;
  readonly runId?: string;
  readonly task?: string;
  readonly trigger?: string;
}

/** The facts of a run that is due at a second of the storm. */
function ran(second: number, given: Ran = {}): StormFact[] {
  const {
    from = second * 1_000 + 5,
    to = from + 300,
    effects = [to - 1],
    task = 'steady.tick',
    trigger = 'schedule',
  } = given;
  const scheduledAt = EPOCH + second * 1_000;
  const tickId = `${task}@${new Date(scheduledAt).toISOString()}`;
  const own = String(given.token ?? Math.round(second * 10));
  const run: StormRun = { task, tickId, runId: given.runId ?? `run-${own}`, scheduledAt, trigger, token: own };
  const outcome = 'outcome' in given ? given.outcome : 'succeeded';
  return [
    { at: from, fact: 'began', run },
    ...effects.map((at) => ({ at, fact: 'effect' as const, run })),
    ...(to === Infinity ? [] : [{ at: to, fact: 'ended' as const, run }]),
    ...(outcome === undefined
      ? []
      : [record(second, { runId: run.runId, outcome, trigger }, to === Infinity ? from : to, task)]),
  ];
}

function record(second: number, given: Partial<StormRecord>, at = second * 1_000 + 5, task = 'steady.tick'): StormFact {
  const scheduledAt = new Date(EPOCH + second * 1_000).toISOString();
  const tickId = `${task}@${scheduledAt}`;
  return {
    at,
    fact: 'record',
    task,
    record: { runId: `none-${at}`, tickId, scheduledAt, trigger: 'schedule', ...given },
  };
}

const skipped = (second: number, reason: string): StormFact => record(second, { outcome: 'skipped', reason });

/** A process that keeps due moments from 0.4 s to 9.6 s, and ends then. */
function life(
  name: string,
  facts: readonly StormFact[],
  { ended = 9_600, killed = false, code = 0, opened = 400 } = {},
): StormLife {
  const last: StormFact[] = killed ? [] : [{ at: ended, fact: 'stopping' }];
  return {
    name,
    ended,
    killed,
    code: killed ? undefined : code,
    facts: [{ at: opened, fact: 'opened' }, ...facts, ...last],
  };
}

const storm = (lives: readonly StormLife[], deeds: readonly Deed[] = [], tasks = [SECOND]): Storm => ({
  leaseMs: LEASE_MS,
  epoch: EPOCH,
  tasks,
  deeds,
  lives,
});

const seconds = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_none, index) => from + index);
/** Runs of every second but some. */
const all = (...without: readonly number[]): StormFact[] =>
  seconds(1, 9)
    .filter((second) => !without.includes(second))
    .flatMap((second) => ran(second));
const rules = (given: Storm): string[] => judge(given).map(({ rule }) => rule);

describe('The judge of storms', () => {
  it('finds nothing where each due moment runs once, in any of the processes', () => {
    const runs = seconds(1, 9).map((second) => ran(second));
    const odd = runs.filter((_facts, index) => index % 2 === 0).flat();
    const even = runs.filter((_facts, index) => index % 2 === 1).flat();
    expect(judge(storm([life('p1', odd), life('p2', even)]))).toEqual([]);
  });

  it('finds a due moment that was started twice', () => {
    const given = storm([life('p1', all()), life('p2', ran(4, { token: 99, from: 4_400 }))]);
    expect(rules(given)).toContain('started twice');
  });

  it('allows as many starts of a due moment as maxStarts, where that is asked for, and no more', () => {
    const task: StormTask = { ...SECOND, delivery: 'at-least-once', maxStarts: 2 };
    const again = ran(4, { token: 99, from: 4_400 });
    expect(rules(storm([life('p1', all()), life('p2', again)], [], [task]))).not.toContain('started twice');
    const third = ran(4, { token: 199, from: 4_700 });
    expect(rules(storm([life('p1', all()), life('p2', [...again, ...third])], [], [task]))).toContain('started twice');
  });

  it('finds two runs at once that both had effects', () => {
    const first = ran(3, { to: 5_000, effects: [4_500] });
    expect(rules(storm([life('p1', [...first, ...all(3)])]))).toContain('two at once');
  });

  it('allows a run that goes on without an effect after another has begun, and runs at once where overlap allows them', () => {
    const frozen = ran(3, { to: 5_000, effects: [3_100] });
    expect(rules(storm([life('p1', [...frozen, ...all(3)])]))).toEqual([]);
    const task: StormTask = { ...SECOND, overlap: 'allow' };
    expect(rules(storm([life('p1', [...ran(3, { to: 5_000 }), ...all(3)])], [], [task]))).toEqual([]);
  });

  it('finds a fencing token that was given twice', () => {
    expect(rules(storm([life('p1', [...all(3), ...ran(3, { token: 50 })])]))).toContain('fencing token');
  });

  it('finds an effect with a smaller fencing token than an earlier one had', () => {
    expect(rules(storm([life('p1', [...all(6), ...ran(6, { token: 3 })])]))).toContain('fencing token');
  });

  it('finds a run before its due moment', () => {
    expect(rules(storm([life('p1', [...all(6), ...ran(6, { from: 5_800 })])]))).toContain('early');
  });

  it('finds processes that compute other due moments', () => {
    expect(rules(storm([life('p1', [...all(), ...ran(4.5)])]))).toContain('not shared');
  });

  it('finds a due moment of which nothing is known', () => {
    const found = judge(storm([life('p1', all(5))]));
    expect(found).toEqual([{ rule: 'unaccounted', text: 'nothing is known of 2026-01-01T00:00:05.000Z' }]);
  });

  it('is content with a reason, be it one record for several moments', () => {
    const missed = { from: new Date(EPOCH + 4_000).toISOString(), to: new Date(EPOCH + 5_000).toISOString(), count: 2 };
    const given = [...all(4, 5, 7), skipped(7, 'overlap'), record(4, { outcome: 'skipped', reason: 'missed', missed })];
    expect(judge(storm([life('p1', given)]))).toEqual([]);
  });

  it('asks nothing for moments while the only process is frozen, and asks for those before and after', () => {
    const deeds: Deed[] = [
      { at: 3_600, what: 'freeze', to: 'p1' },
      { at: 6_400, what: 'thaw', to: 'p1' },
    ];
    expect(judge(storm([life('p1', all(4, 5, 6))], deeds))).toEqual([]);
    expect(rules(storm([life('p1', all(4, 5, 6, 8))], deeds))).toEqual(['unaccounted']);
  });

  it('finds a due moment that is accounted for twice', () => {
    expect(rules(storm([life('p1', all()), life('p2', [skipped(5, 'overlap')])]))).toEqual(['accounted twice']);
    const twice = storm([life('p1', [...all(5), skipped(5, 'paused')]), life('p2', [skipped(5, 'paused')])]);
    expect(rules(twice)).toEqual(['accounted twice']);
  });

  it('lets each process say that it could not reach the store, also for a moment that another one ran', () => {
    const away = [skipped(5, 'unreachable')];
    expect(judge(storm([life('p1', all()), life('p2', away), life('p3', away)]))).toEqual([]);
  });

  it('finds a run without a record, unless it is recorded as lost elsewhere', () => {
    const killed = life('p1', ran(1, { to: Infinity, outcome: undefined, effects: [] }), {
      ended: 1_200,
      killed: true,
    });
    const others = (facts: readonly StormFact[]) =>
      life('p2', [...seconds(2, 14).flatMap((second) => ran(second)), ...facts], { ended: 14_900 });
    expect(rules(storm([killed, others([])]))).toEqual(['unaccounted']);
    expect(judge(storm([killed, others([record(1, { outcome: 'lost', runId: 'run-10' }, 7_000)])]))).toEqual([]);
  });

  it('finds a run with two records of its own', () => {
    const twice = record(5, { outcome: 'failed', runId: 'run-50' });
    expect(rules(storm([life('p1', [...all(), twice])]))).toEqual(['accounted twice']);
  });

  it('finds a take-over that takes longer than the lease and two seconds', () => {
    const deeds: Deed[] = [{ at: 1_200, what: 'kill', to: 'p1' }];
    const killed = life('p1', ran(1, { to: Infinity, outcome: undefined, effects: [] }), {
      ended: 1_210,
      killed: true,
    });
    const lost = record(1, { outcome: 'lost', runId: 'run-10' }, 7_000);
    const next = (second: number) =>
      life(
        'p2',
        [
          ...seconds(2, second - 1).map((one) => skipped(one, 'overlap')),
          ...seconds(second, 14).flatMap((one) => ran(one)),
          lost,
        ],
        { ended: 14_900 },
      );
    expect(judge(storm([killed, next(8)], deeds))).toEqual([]);
    expect(rules(storm([killed, next(9)], deeds))).toEqual(['take-over']);
    expect(figuresOf(storm([killed, next(8)], deeds)).takeOverMs).toBe(6_805);
  });

  it('gives a take-over the time for which an event loop stood still by its own account', () => {
    const deeds: Deed[] = [{ at: 1_200, what: 'kill', to: 'p1' }];
    const killed = life('p1', ran(1, { to: Infinity, outcome: undefined, effects: [] }), {
      ended: 1_210,
      killed: true,
    });
    const facts = [
      ...seconds(2, 8).map((second) => skipped(second, 'overlap')),
      ...seconds(9, 14).flatMap((second) => ran(second)),
      record(1, { outcome: 'lost', runId: 'run-10' }, 7_000),
    ];
    const busy: StormFact = { at: 8_900, fact: 'delay', ms: 1_500 };
    expect(judge(storm([killed, life('p2', [...facts, busy], { ended: 14_900 })], deeds))).toEqual([]);
  });

  it('finds a body that is handed over after more than a second', () => {
    const held = (from: number, to: number): StormFact[] =>
      ran(from / 1_000, { from, to, task: 'leader.run', trigger: 'body', outcome: undefined });
    const deeds: Deed[] = [{ at: 3_000, what: 'stop', to: 'p1' }];
    const given = (from: number): Storm =>
      storm([life('p1', held(500, 3_100), { ended: 3_300 }), life('p2', held(from, 9_000))], deeds, [LEADER]);
    expect(judge(given(4_000))).toEqual([]);
    expect(rules(given(4_200))).toEqual(['hand-over']);
  });

  it('finds ticks that nobody goes on with after a stop', () => {
    const deeds: Deed[] = [{ at: 3_500, what: 'stop', to: 'p1' }];
    const first = life(
      'p1',
      seconds(1, 3).flatMap((second) => ran(second)),
      { ended: 3_600 },
    );
    const late = [...seconds(4, 8).map((second) => skipped(second, 'overlap')), ...ran(9, { from: 10_500 })];
    expect(rules(storm([first, life('p2', late)], deeds))).toEqual(['hand-over']);
  });

  it('finds a burst of what has waited', () => {
    const burst = seconds(3, 5).flatMap((second, index) =>
      ran(second, { from: 5_010 + index * 110, to: 5_110 + index * 110 }),
    );
    const given = [...all(3, 4, 5), ...burst];
    expect(new Set(rules(storm([life('p1', given)])))).toEqual(new Set(['burst']));
  });

  it('finds a process that did not end with 0 when it was asked', () => {
    expect(rules(storm([life('p1', all(), { code: 3 })]))).toEqual(['exit code']);
  });
});
