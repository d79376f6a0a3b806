import fc from 'fast-check';

import { ODD_VALUES } from './oddValues';
import type { Behaviour, DrawnSchedule } from './ProcessScript';

type Kind = Behaviour['do'];

/** A value from a list in which the plain ones are there more than once; shrinks towards the first. */
export const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Absent `weight` times as often as not; shrinks towards that. */
export const unless = <T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ withCrossShrink: true }, { arbitrary: fc.constant(undefined), weight }, { arbitrary, weight: 1 });

const shortTime = oneOf(0, 20, 100, 300);

/** One of these behaviours, with what belongs to it. */
export function behaves(...kinds: readonly Kind[]): fc.Arbitrary<Behaviour> {
  return oneOf(...kinds).chain((kind): fc.Arbitrary<Behaviour> => {
    const what = fc.constant(kind);
    switch (kind) {
      case 'odd':
        return fc.record({ do: what, odd: fc.nat(ODD_VALUES.length - 1), ms: oneOf(0, 20) });
      case 'exit':
        return fc.record({ do: what, code: oneOf(0, 0, 0, 4), ms: shortTime, from: oneOf(1, 3) });
      case 'throw':
      case 'lose':
      case 'crash':
      case 'fail':
      case 'ask':
        return fc.record({ do: what, ms: shortTime, from: oneOf(0, 0, 1, 3) });
      case 'deaf':
        return fc.record({ do: what, ms: oneOf(100, 300, 600, 1_200) });
      case 'sleep':
      case 'block':
        return fc.record({ do: what, ms: oneOf(20, 100, 300) });
      default:
        return fc.constant({ do: kind });
    }
  });
}

export const intervals: fc.Arbitrary<DrawnSchedule> = fc.oneof(
  fc.record({ kind: fc.constant('interval' as const), ms: oneOf(100, 50, 20, 10) }),
  fc.record({ kind: fc.constant('interval' as const), ms: oneOf(50, 20), mode: fc.constant('fixed-delay' as const) }),
  fc.constant({ kind: 'off' as const }),
);

/** Schedules that count from no start: restarts do not move them. */
export const patterns: fc.Arbitrary<DrawnSchedule> = fc.oneof(
  fc.record({ kind: fc.constant('daily' as const), inMs: fc.integer({ min: 500, max: 3_000 }) }),
  fc.record({ kind: fc.constant('cron' as const), seconds: oneOf(1, 2, 3) }),
);
