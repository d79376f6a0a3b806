import fc from 'fast-check';

import { behaves, intervals, oneOf, patterns, unless } from './behaviours';
import type { DrawnLife, DrawnListener, DrawnSchedule, ProcessScript } from './ProcessScript';

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;

/** A listener that is not named yet, and needs others by their number. */
type Drawn = Omit<DrawnListener, 'name' | 'needs'> & {
  readonly needs?: readonly number[];
};

const wildListener: fc.Arbitrary<Drawn> = fc
  .record({
    mount: oneOf(undefined, undefined, undefined, true),
    fatal: oneOf(undefined, undefined, true),
    disabled: oneOf(undefined, undefined, undefined, undefined, undefined, true),
    needs: unless(2, fc.array(fc.nat(NAMES.length - 1), { minLength: 1, maxLength: 2 })),
    schedule: unless(1, fc.oneof(intervals, intervals, patterns)),
    remembers: oneOf(undefined, true),
    overlap: oneOf(undefined, undefined, 'queue-one' as const, 'allow' as const),
    tickTimeout: oneOf(undefined, undefined, 200),
    drain: oneOf(undefined, undefined, 500),
    startup: unless(
      3,
      behaves('sleep', 'sleep', 'throw', 'odd', 'hang', 'deaf', 'fail', 'disable', 'ask', 'lose', 'talk', 'exit'),
    ),
    ready: unless(6, behaves('sleep', 'throw', 'hang', 'wait', 'ask', 'lose')),
    run: unless(2, behaves('wait', 'wait', 'wait', 'hang', 'throw', 'odd', 'fail', 'sleep', 'crash', 'exit', 'deaf')),
    tick: unless(
      1,
      behaves(
        'sleep',
        'throw',
        'throw',
        'odd',
        'deaf',
        'hang',
        'wait',
        'block',
        'lose',
        'crash',
        'exit',
        'ask',
        'chat',
      ),
    ),
    shutdown: unless(
      2,
      behaves('sleep', 'sleep', 'deaf', 'throw', 'odd', 'hang', 'wait', 'lose', 'crash', 'exit', 'block'),
    ),
    defers: oneOf(undefined, undefined, 1, 2),
  })
  // A mount has no schedule, and is always fatal.
  .map(({ mount, ...drawn }) =>
    mount === true
      ? {
          mount,
          ...drawn,
          schedule: undefined,
          tick: undefined,
          fatal: undefined,
        }
      : drawn,
  );

const rememberingListener: fc.Arbitrary<Drawn> = fc.record({
  schedule: patterns,
  remembers: fc.constant(true),
  overlap: oneOf(undefined, undefined, 'queue-one' as const),
  startup: unless(4, behaves('sleep')),
  tick: unless(2, behaves('sleep', 'throw', 'deaf', 'wait', 'block')),
  shutdown: unless(1, behaves('sleep', 'deaf', 'deaf')),
});

const slow = (...ms: readonly number[]): fc.Arbitrary<Drawn> =>
  fc.record({
    run: unless(2, behaves('wait')),
    shutdown: fc.record({ do: fc.constant('deaf' as const), ms: oneOf(...ms) }),
  });

const signal = oneOf<DrawnLife['signal']>('SIGTERM', 'SIGTERM', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL', 'SIGKILL');

const wildLife: fc.Arbitrary<DrawnLife> = fc.record({
  after: oneOf<DrawnLife['after']>(...Array<'started'>(6).fill('started'), 'created', 'spawned', 'stopping', 'stopped'),
  ms: fc.oneof(fc.integer({ min: 0, max: 1_500 }), oneOf(0, 20, 50)),
  signal,
  again: oneOf(undefined, undefined, undefined, undefined, 0, 50, 300, 1_200),
  frozen: oneOf(undefined, undefined, undefined, undefined, undefined, 1_200),
});

const restart: fc.Arbitrary<DrawnLife> = fc.record({
  after: oneOf('started' as const, 'started' as const, 'started' as const, 'created' as const),
  ms: fc.integer({ min: 0, max: 1_500 }),
  signal,
  again: oneOf(undefined, undefined, undefined, undefined, undefined, 300),
  pause: oneOf(undefined, 300, 1_200),
});

/** The last life is long enough for everything that is due. */
const lastLife: DrawnLife = { after: 'started', ms: 1_700, signal: 'SIGTERM' };

const frame = fc.record({
  concurrency: oneOf(undefined, undefined, 2, 3),
  grace: oneOf(undefined, undefined, 1_000, 200),
  delay: oneOf(undefined, undefined, undefined, 300),
  creation: oneOf<ProcessScript['creation']>(
    ...Array<undefined>(25).fill(undefined),
    ...(['slow', 'slow', 'never', 'throws', 'invalid', 'lost'] as const),
  ),
  sink: oneOf<ProcessScript['sink']>(
    ...Array<undefined>(12).fill(undefined),
    ...(['throws', 'rejects', 'pends', 'flush-hangs', 'flush-throws', 'flush-rejects'] as const),
  ),
  subscriber: oneOf<ProcessScript['subscriber']>(...Array<undefined>(8).fill(undefined), 'throws', 'rejects'),
  stdout: oneOf<ProcessScript['stdout']>(...Array<undefined>(6).fill(undefined), 'unread', 'stops', 'closed', 'full'),
  stderr: oneOf<ProcessScript['stderr']>(...Array<undefined>(6).fill(undefined), 'unread', 'closed', 'full'),
});

/** One process of listeners that may do anything. */
const wildScript = fc
  .record({
    drawn: fc.array(wildListener, { minLength: 1, maxLength: NAMES.length }),
    one: wildLife,
    frame,
  })
  .map(({ drawn, one, frame: rest }): ProcessScript => ({
    listeners: named(isUnread(rest.stdout) ? drawn.map(talking) : drawn),
    lives: [one],
    ...rest,
  }));

const isUnread = (stdout: ProcessScript['stdout']): boolean => stdout === 'unread' || stdout === 'stops';

/** A pipe that nobody reads takes what few lines there are: its listeners write more than it holds. */
const talking = (drawn: Drawn): Drawn => ({ ...drawn, ready: drawn.ready ?? { do: 'talk' } });

/** A process that is asked to stop once, and whose last lines nobody takes. */
const heldUpScript = fc
  .record({
    drawn: fc.array(wildListener, { minLength: 1, maxLength: 2 }),
    held: fc.constantFrom<Pick<ProcessScript, 'sink' | 'stdout'>>(
      { sink: 'pends' },
      { sink: 'flush-hangs' },
      { stdout: 'unread' },
      { stdout: 'stops' },
    ),
    ms: fc.integer({ min: 200, max: 600 }),
  })
  .map(({ drawn, held, ms }): ProcessScript => ({
    listeners: named(drawn.map(talking)),
    lives: [{ after: 'started', ms, signal: 'SIGTERM' }],
    ...held,
  }));

/** An application that remembers, and is started again and again. */
const restartedScript = fc
  .record({
    remembering: rememberingListener,
    others: fc.array(slow(300, 700), { maxLength: 2 }),
    restarts: fc.array(restart, { minLength: 1, maxLength: 2 }),
    concurrency: oneOf(undefined, undefined, 2),
  })
  .map(({ remembering, others, restarts, concurrency }): ProcessScript => {
    return { listeners: named([remembering, ...others]), lives: [...restarts, lastLife], concurrency };
  });

/** An application whose stop takes so long that due moments fall into it: they are left to the next life. */
const slowlyStoppedScript = fc
  .record({
    remembering: rememberingListener,
    schedule: fc.constantFrom<DrawnSchedule | undefined>(undefined, { kind: 'cron', seconds: 3 }),
    others: fc.array(slow(850), { minLength: 2, maxLength: 2 }),
    stopAfter: fc.integer({ min: 600, max: 1_500 }),
    pause: oneOf(undefined, undefined, 300),
  })
  .map(({ remembering, schedule, others, stopAfter, pause }): ProcessScript => ({
    listeners: named([{ ...remembering, schedule: schedule ?? { kind: 'daily', inMs: stopAfter - 100 } }, ...others]),
    lives: [{ after: 'created', ms: stopAfter, signal: 'SIGTERM', pause }, lastLife],
  }));

/** An application that has missed something, and cannot save what it makes up for. */
const unsavedScript = fc
  .record({
    remembering: rememberingListener,
    seconds: oneOf(1, 2, 3),
    lives: fc.tuple(restart, restart),
    pause: oneOf(1_200, 2_300),
  })
  .map(({ remembering, seconds, lives: [first, second], pause }): ProcessScript => ({
    listeners: named([{ ...remembering, schedule: { kind: 'cron', seconds } }]),
    lives: [{ ...first, ms: first.ms + 1_000, pause }, { ...second, unwritable: true, pause }, lastLife],
  }));

/** Draws applications and what happens to their processes; they shrink towards one plain listener and few lives. */
export const processScripts: fc.Arbitrary<ProcessScript> = fc
  .oneof(
    { arbitrary: wildScript, weight: 5 },
    { arbitrary: restartedScript, weight: 2 },
    { arbitrary: slowlyStoppedScript, weight: 1 },
    { arbitrary: heldUpScript, weight: 1 },
    { arbitrary: unsavedScript, weight: 1 },
  )
  .map(plain);

function named(drawn: readonly Drawn[]): readonly DrawnListener[] {
  return drawn.map((each, index) => {
    // Only on those before it, so that there is no circle.
    const needs = [...new Set(each.needs ?? [])].flatMap((other) => (other < index ? (NAMES[other] ?? []) : []));
    return {
      name: NAMES[index] ?? '',
      ...each,
      needs: needs.length === 0 ? undefined : needs,
    };
  });
}

/** Leaves out what is undefined. */
function plain(script: ProcessScript): ProcessScript {
  return JSON.parse(JSON.stringify(script)) as ProcessScript;
}
