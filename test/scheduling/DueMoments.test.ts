import type { Jitter, TaskSchedule } from '../../src/contracts/entries';
import { DueMoments } from '../../src/scheduling/DueMoments';

const NONE: Jitter = { kind: 'none' };
const every = (
  everyMs: number,
  initialDelayMs = everyMs,
  mode: 'fixed-rate' | 'fixed-delay' = 'fixed-rate',
): TaskSchedule => ({
  kind: 'interval',
  everyMs,
  initialDelayMs,
  mode,
});
const EVERY_SECOND: TaskSchedule = { kind: 'cron', pattern: '* * * * * *', timeZone: 'UTC' };

/** Draws the given numbers in turn, the last one for ever. */
function draws(...values: number[]): () => number {
  let index = 0;
  return () => values[Math.min(index++, values.length - 1)] as number;
}

function opened(schedule: TaskSchedule, now = 1_000, jitter = NONE, random = draws(0)): DueMoments {
  const moments = new DueMoments({ schedule, jitter }, random);
  moments.open(now);
  return moments;
}

describe('DueMoments', () => {
  it('keeps the schedule, however late each moment is taken', () => {
    const moments = opened(every(100));
    const taken = [1_103, 1_250, 1_399].map((now) => moments.take(now).scheduledAt);
    expect(taken).toEqual([1_100, 1_200, 1_300]);
    expect(moments.next).toBe(1_400);
  });

  it('takes the newest of several, and tells of the older ones as missed', () => {
    const moments = opened(every(100));
    expect(moments.take(1_555)).toEqual({ scheduledAt: 1_500, missed: { from: 1_100, to: 1_400, count: 4 } });
    expect(moments.next).toBe(1_600);
  });

  it('does the same for cron', () => {
    const moments = opened(EVERY_SECOND, 500);
    expect(moments.take(1_010)).toEqual({ scheduledAt: 1_000 });
    expect(moments.take(60_000)).toEqual({ scheduledAt: 60_000, missed: { from: 2_000, to: 59_000, count: 58 } });
  });

  it('is never due when the schedule is manual', () => {
    expect(opened({ kind: 'manual' }).next).toBe(Infinity);
  });

  describe('with jitter', () => {
    it('moves the due moment, not the period: what is scheduled stays nominal', () => {
      const moments = opened(every(1_000), 0, { kind: 'ms', ms: 200 }, draws(0.5, 0.25));
      expect(moments.firesAt).toBe(1_100);
      expect(moments.take(1_100)).toEqual({ scheduledAt: 1_000 });
      expect([moments.next, moments.firesAt]).toEqual([2_000, 2_050]);
    });

    it('takes a percentage of the gap to the next due moment', () => {
      expect(opened(every(1_000), 0, { kind: 'percent', percent: 10 }, draws(0.99)).firesAt).toBe(1_099);
      expect(opened(EVERY_SECOND, 500, { kind: 'percent', percent: 10 }, draws(0.5)).firesAt).toBe(1_050);
    });

    it('never reaches the next due moment, however large it is', () => {
      const moments = opened(every(100), 0, { kind: 'ms', ms: 60_000 }, draws(0.999_999));
      for (const expected of [100, 200, 300]) {
        expect(moments.firesAt).toBeLessThan(expected + 100);
        expect(moments.take(moments.firesAt)).toEqual({ scheduledAt: expected });
      }
    });

    it('does not call a moment missed that the next one, itself delayed, has not overtaken', () => {
      const moments = opened(every(100), 0, { kind: 'ms', ms: 100 }, draws(0.99, 0.5));
      expect(moments.take(210)).toEqual({ scheduledAt: 100 });
      expect([moments.next, moments.firesAt]).toEqual([200, 250]);
    });

    it('runs the moment before the newest after a block, when the newest is still being delayed', () => {
      const moments = opened(every(100), 0, { kind: 'ms', ms: 100 }, draws(0, 0, 0.5));
      expect(moments.take(520)).toEqual({ scheduledAt: 400, missed: { from: 100, to: 300, count: 3 } });
      expect([moments.next, moments.firesAt]).toEqual([500, 550]);
    });
  });

  describe('with fixed delay', () => {
    it('knows no next moment until the run has ended', () => {
      const moments = opened(every(100, 0, 'fixed-delay'));
      expect(moments.take(1_000)).toEqual({ scheduledAt: 1_000 });
      expect(moments.next).toBe(Infinity);
      moments.continueFrom(1_730);
      expect(moments.next).toBe(1_830);
    });

    it('never misses: a late moment is taken as it is', () => {
      expect(opened(every(100, 0, 'fixed-delay')).take(9_999)).toEqual({ scheduledAt: 1_000 });
    });

    it.each([
      [1_000, 1_100],
      [1_099, 1_100],
      [1_100, 1_200],
      [1_350, 1_400],
    ])('goes on after a moment without a run, when it is %d, at %d', (now, next) => {
      const moments = opened(every(100, 0, 'fixed-delay'));
      moments.take(1_000);
      moments.continueWithout(1_000, now);
      expect(moments.next).toBe(next);
    });
  });

  describe('when the clock is set back', () => {
    it('goes on with an interval as time itself does', () => {
      const moments = opened(every(100), 1_000_000);
      moments.take(1_000_100);
      moments.stepBack(50_030, 950_090);
      expect(moments.next).toBe(950_170);
    });

    it('brings no due moment of an interval back that was taken', () => {
      const moments = opened(every(100), 1_000_000);
      moments.take(1_000_100);
      moments.stepBack(50_000, 950_110);
      expect(moments.next % 100).not.toBe(0);
      expect(moments.next - 950_110).toBeLessThanOrEqual(100);
    });

    it('waits with cron until the moments that were taken are over', () => {
      const moments = opened(EVERY_SECOND, 7_200_500);
      moments.take(7_201_000);
      moments.stepBack(3_600_000, 3_601_000);
      expect(moments.next).toBe(7_202_000);
    });

    it('takes a step of more than three hours for a clock put right, and does not wait', () => {
      const moments = opened(EVERY_SECOND, 1_000_000_500);
      moments.stepBack(900_000_000, 100_000_500);
      expect(moments.next).toBe(100_001_000);
    });
  });

  describe('opened with what is remembered', () => {
    const daily = every(86_400_000);
    const remembered = (schedule: TaskSchedule, nextDue: number): { schedule: string; nextDue: number } => {
      const { schedule: key } = opened(schedule).remembered(0);
      return { schedule: key, nextDue };
    };
    const reopen = (
      schedule: TaskSchedule,
      now: number,
      memory: { schedule: string; nextDue: number },
    ): [boolean, DueMoments] => {
      const moments = new DueMoments({ schedule, jitter: { kind: 'ms', ms: 50 } }, draws(0.5));
      return [moments.open(now, memory), moments];
    };

    it('keeps a moment in the future, so that a daily task restarted every hour runs daily', () => {
      const [catchesUp, moments] = reopen(daily, 5_000, remembered(daily, 3_600_000));
      expect([catchesUp, moments.next]).toEqual([false, 3_600_000]);
      expect(moments.take(moments.firesAt)).toEqual({ scheduledAt: 3_600_000 });
      expect(moments.next).toBe(3_600_000 + 86_400_000);
    });

    it('makes up one that is over, at once, and goes on from it', () => {
      const schedule = every(1_000, 300);
      const [catchesUp, moments] = reopen(schedule, 5_700, remembered(schedule, 2_500));
      expect([catchesUp, moments.firesAt]).toEqual([true, 2_500]);
      expect(moments.take(5_700)).toEqual({ scheduledAt: 5_500, missed: { from: 2_500, to: 4_500, count: 3 } });
      expect(moments.next).toBe(6_500);
    });

    it('makes up cron in the same way', () => {
      const [catchesUp, moments] = reopen(EVERY_SECOND, 10_500, remembered(EVERY_SECOND, 8_000));
      expect(catchesUp).toBe(true);
      expect(moments.take(10_500)).toEqual({ scheduledAt: 10_000, missed: { from: 8_000, to: 9_000, count: 2 } });
    });

    it('begins anew when the schedule has changed', () => {
      const [catchesUp, moments] = reopen(every(2_000), 5_000, remembered(every(1_000), 2_500));
      expect([catchesUp, moments.next]).toEqual([false, 7_000]);
    });

    it('begins anew when a moment is further away than the interval allows', () => {
      const [catchesUp, moments] = reopen(every(1_000), 5_000, remembered(every(1_000), 1e12));
      expect([catchesUp, moments.next]).toEqual([false, 6_000]);
    });

    it('remembers of a fixed-delay task in flight what would follow it, so that it is not run twice', () => {
      const moments = opened(every(100, 0, 'fixed-delay'));
      moments.take(1_000);
      expect(moments.remembered(1_000).nextDue).toBe(1_100);
    });

    it('remembers a schedule that is over as one that is never due', () => {
      const schedule: TaskSchedule = { kind: 'cron', pattern: '0 0 0 1 1 * 2030', timeZone: 'UTC' };
      const now = Date.parse('2031-01-01T00:00:00Z');
      const memory = opened(schedule, now).remembered(now);
      const [catchesUp, moments] = reopen(schedule, now + 1, { ...memory, nextDue: memory.nextDue });
      expect([catchesUp, moments.next]).toEqual([false, Infinity]);
      expect(new Date(memory.nextDue).toISOString()).toMatch(/^\+275760/);
    });
  });
});
