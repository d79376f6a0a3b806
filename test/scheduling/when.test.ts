import type { TaskSchedule } from '../../src/contracts/entries';
import { countDue, describeSchedule, nextDue, previousDue } from '../../src/scheduling/when';

const cron = (pattern: string, timeZone = 'UTC'): TaskSchedule => ({ kind: 'cron', pattern, timeZone });
const every = (everyMs: number, initialDelayMs = everyMs): TaskSchedule => ({
  kind: 'interval',
  everyMs,
  initialDelayMs,
  mode: 'fixed-rate',
});
const at = (text: string): number => Date.parse(text);
const text = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

function dueBetween(schedule: TaskSchedule, from: string, to: string): string[] {
  const moments: string[] = [];
  for (let due = nextDue(schedule, 0, at(from) - 1); due <= at(to); due = nextDue(schedule, 0, due)) {
    moments.push(text(due));
  }
  return moments;
}

describe('nextDue', () => {
  it('counts an interval from the anchor: the initial delay first, then whole periods', () => {
    const schedule = every(100, 30);
    expect([999, 1_000, 1_029, 1_030, 1_129, 1_130].map((after) => nextDue(schedule, 1_000, after))).toEqual([
      1_030, 1_030, 1_030, 1_130, 1_130, 1_230,
    ]);
  });

  it('is due at the anchor itself without an initial delay', () => {
    expect(nextDue(every(100, 0), 1_000, 999)).toBe(1_000);
    expect(nextDue(every(100, 0), 1_000, 1_000)).toBe(1_100);
  });

  it('does not drift over years of an interval', () => {
    const schedule = every(7);
    const year = 365 * 86_400_000;
    expect((nextDue(schedule, 3, 10 * year) - 3) % 7).toBe(0);
    expect(nextDue(schedule, 3, 10 * year) - 10 * year).toBeLessThanOrEqual(7);
  });

  it('is always whole milliseconds, strictly after, for an interval that is not', () => {
    const schedule = every(33.3);
    let due = 0;
    for (let count = 1; count <= 1_000; count++) {
      const next = nextDue(schedule, 0, due);
      expect(Number.isInteger(next)).toBe(true);
      expect(next).toBeGreaterThan(due);
      due = next;
    }
    expect(due).toBe(33_300);
  });

  it('is right over 2^31 ms', () => {
    expect(nextDue(every(60 * 86_400_000), 5, 6)).toBe(60 * 86_400_000 + 5);
  });

  it('is strictly after a due moment of cron, to the millisecond', () => {
    const schedule = cron('* * * * * *');
    expect([999, 1_000, 1_001, 1_999].map((after) => nextDue(schedule, 0, after))).toEqual([
      1_000, 2_000, 2_000, 2_000,
    ]);
  });

  it('is never again after the last year of a pattern', () => {
    expect(nextDue(cron('0 0 0 1 1 * 2030'), 0, at('2030-01-01T00:00:00Z'))).toBe(Infinity);
  });

  it('finds the 29th of February', () => {
    expect(text(nextDue(cron('0 0 29 2 *'), 0, at('2025-01-01T00:00:00Z')))).toBe('2028-02-29T00:00:00Z');
  });

  it('is never for a manual task', () => {
    expect(nextDue({ kind: 'manual' }, 0, 0)).toBe(Infinity);
  });
});

describe('cron in Europe/Berlin', () => {
  const berlin = (pattern: string): TaskSchedule => cron(pattern, 'Europe/Berlin');

  it.each([
    [
      'a fixed time in the gap: once, right after it',
      '30 2 * * *',
      '2026-03-28T12:00Z',
      '2026-03-30T12:00Z',
      ['2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'],
    ],
    [
      'a fixed time in the overlap: once, the first',
      '30 2 * * *',
      '2026-10-24T12:00Z',
      '2026-10-26T12:00Z',
      ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ],
    [
      'every half hour over the gap: no hole in real time',
      '*/30 * * * *',
      '2026-03-29T00:00Z',
      '2026-03-29T02:00Z',
      [
        '2026-03-29T00:00:00Z',
        '2026-03-29T00:30:00Z',
        '2026-03-29T01:00:00Z',
        '2026-03-29T01:30:00Z',
        '2026-03-29T02:00:00Z',
      ],
    ],
    [
      'every half hour over the overlap: both passes',
      '*/30 * * * *',
      '2026-10-24T23:30Z',
      '2026-10-25T02:30Z',
      [
        '2026-10-24T23:30:00Z',
        '2026-10-25T00:00:00Z',
        '2026-10-25T00:30:00Z',
        '2026-10-25T01:00:00Z',
        '2026-10-25T01:30:00Z',
        '2026-10-25T02:00:00Z',
        '2026-10-25T02:30:00Z',
      ],
    ],
    [
      'two hours, one of them in the gap: each instant once',
      '0 2,3 * * *',
      '2026-03-29T00:00Z',
      '2026-03-29T06:00Z',
      ['2026-03-29T01:00:00Z'],
    ],
  ])('%s', (_title, pattern, from, to, moments) => {
    expect(dueBetween(berlin(pattern), from, to)).toEqual(moments);
  });

  it.each(['2026-03-29T00:59:50Z', '2026-10-25T00:59:50Z', '2026-10-25T01:59:50Z'])(
    'is due every second through the change at %s',
    (from) => {
      let due = at(from);
      for (let second = 1; second <= 30; second++) {
        due = nextDue(berlin('* * * * * *'), 0, due);
        expect(due).toBe(at(from) + second * 1_000);
      }
    },
  );
});

describe('previousDue', () => {
  it('includes the instant itself', () => {
    expect(previousDue(every(100), 0, 200)).toBe(200);
    expect(previousDue(cron('* * * * * *'), 0, 2_000)).toBe(2_000);
    expect(previousDue(cron('* * * * * *'), 0, 2_001)).toBe(2_000);
    expect(previousDue(cron('* * * * * *'), 0, 1_999)).toBe(1_000);
  });

  it('is nothing before the first due moment, and for a manual task', () => {
    expect(previousDue(every(100), 1_000, 1_099)).toBeUndefined();
    expect(previousDue({ kind: 'manual' }, 0, 5)).toBeUndefined();
  });

  it.each([
    ['*/30 * * * *', '2026-10-24T20:00Z'],
    ['30 2 * * *', '2026-10-23T20:00Z'],
    ['*/30 * * * *', '2026-03-28T20:00Z'],
    ['30 2 * * *', '2026-03-27T20:00Z'],
    ['15 2,3 * * *', '2026-03-27T20:00Z'],
  ])('undoes nextDue for %s in Berlin, from %s', (pattern, from) => {
    const schedule = cron(pattern, 'Europe/Berlin');
    let due = nextDue(schedule, 0, at(from));
    for (let step = 0; step < 30; step++) {
      const next = nextDue(schedule, 0, due);
      expect(text(previousDue(schedule, 0, next - 1) ?? 0)).toBe(text(due));
      expect(previousDue(schedule, 0, due)).toBe(due);
      due = next;
    }
  });
});

describe('countDue', () => {
  it('counts those of an interval exactly, however many', () => {
    expect(countDue(every(10), 0, 0, 100)).toBe(10);
    expect(countDue(every(10), 0, 10, 100)).toBe(9);
    expect(countDue(every(10), 0, 100, 100)).toBe(0);
    expect(countDue(every(10), 0, -50, 9)).toBe(0);
    expect(countDue(every(10), 0, 0, 365 * 86_400_000)).toBe(3_153_600_000);
  });

  it('counts those of cron, the last one included', () => {
    expect(countDue(cron('* * * * *'), 0, at('2026-01-01T00:00Z'), at('2026-01-02T00:00Z'))).toBe(1_440);
  });

  it('counts those of cron without going through them, however many', () => {
    const year = 365 * 86_400_000;
    expect(countDue(cron('* * * * * *'), 0, 0, year)).toBe(31_536_000);
    expect(countDue(cron('*/10 * * * * *', 'Europe/Berlin'), 0, 0, 56 * year)).toBe(56 * 3_153_600);
    expect(countDue(cron('0 0 12 * * MON-FRI'), 0, at('2026-01-01T00:00Z'), at('2027-01-01T00:00Z'))).toBe(261);
  });

  it('is zero for a manual task', () => {
    expect(countDue({ kind: 'manual' }, 0, 0, 1e12)).toBe(0);
  });
});

describe('describeSchedule', () => {
  it.each<[TaskSchedule, string]>([
    [every(300_000), 'every 5m'],
    [{ kind: 'interval', everyMs: 300_000, initialDelayMs: 0, mode: 'fixed-delay' }, 'every 5m after the last run'],
    [cron('0 3 * * *', 'Europe/Berlin'), 'cron 0 3 * * * (Europe/Berlin)'],
    [{ kind: 'manual' }, 'manual'],
  ])('of %j is %p', (schedule, description) => {
    expect(describeSchedule(schedule)).toBe(description);
  });
});
