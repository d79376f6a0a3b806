import { Cron } from 'croner';

import type { TaskSchedule } from '../../src/contracts/entries';
import { countDue, nextDue, previousDue, scheduleComplaint, scheduleDoubts } from '../../src/scheduling/when';

const cron = (pattern: string, timeZone = 'UTC'): TaskSchedule => ({ kind: 'cron', pattern, timeZone });
const at = (text: string): number => Date.parse(text);
const NOW = at('2026-01-01T00:00Z');
const complaint = (pattern: string, timeZone?: string): string | undefined =>
  scheduleComplaint(cron(pattern, timeZone), NOW);

function dueBetween(pattern: string, from: string, to: string, timeZone?: string): string[] {
  const schedule = cron(pattern, timeZone);
  const moments: string[] = [];
  for (let due = nextDue(schedule, 0, at(from) - 1); due <= at(to); due = nextDue(schedule, 0, due)) {
    moments.push(new Date(due).toISOString().replace(':00.000Z', 'Z'));
  }
  return moments;
}

const days = (pattern: string, from: string, to: string): string[] =>
  dueBetween(pattern, from, to).map((text) => text.slice(0, 10));

describe('A cron pattern', () => {
  it.each([
    '* * * * *',
    '0 3 * * *',
    '*/5 * * * * *',
    '0 0 12 1 1 * 2099',
    '0 0 LW * *',
    '0 0 1W * *',
    '0 0 * * 5L',
    '0 0 * * MON#1,MON#3',
    '  0  3 * * * ',
    '\t0\t3 * * *',
  ])('may be %p', (pattern) => {
    expect(complaint(pattern)).toBeUndefined();
  });

  it.each([
    ['0 0/5 * * * ?', '0 */5 * * * *'],
    ['0/10 * * * *', '0,10,20,30,40,50 * * * *'],
    ['5/15 * * * *', '5,20,35,50 * * * *'],
    ['0 8/4 * * *', '0 8,12,16,20 * * *'],
    ['0 0 10/10 * *', '0 0 10,20,30 * *'],
    ['0 0 1 2/3 *', '0 0 1 2,5,8,11 *'],
    ['0 0 1 FEB/3 *', '0 0 1 2,5,8,11 *'],
    ['0 0 * * MON/2', '0 0 * * 1,3,5'],
    ['1/20,3 4 * * *', '1,3,21,41 4 * * *'],
    ['0 0 12 ? * MON-FRI *', '0 12 * * 1-5'],
    ['@hourly', '0 * * * *'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
    ['@weekly', '0 0 * * SUN'],
    ['@monthly', '0 0 1 * *'],
    ['@yearly', '0 0 1 1 *'],
    ['@Annually', '0 0 1 1 *'],
  ])('of Quartz, Spring or robfig is understood: %p is %p', (pattern, meaning) => {
    expect(complaint(pattern)).toBeUndefined();
    const [from, to] = ['2026-01-30T00:00Z', '2026-04-02T00:00Z'];
    expect(dueBetween(pattern, from, to)).toEqual(dueBetween(meaning, from, to));
  });

  it.each([
    ['', /it has 0 fields; write 5 fields, 6 with the seconds first/],
    ['* * * *', /it has 4 fields/],
    ['* * * * * * * *', /it has 8 fields/],
    ['60 * * * *', /no cron pattern: Invalid value for minute/],
    ['foo', /it has 1 field;/],
    ['*/0 * * * *', /no cron pattern: .*stepping/],
    ['0 22-2 * * *', /"22-2" in the hours goes over the end of the field; write 22-23,0-2/],
    ['0 0 * * FRI-MON', /"FRI-MON" in the day of the week .* write FRI-SAT,SUN-MON/],
    ['0 0 1 NOV-FEB *', /write NOV-DEC,JAN-FEB/],
    ['0 0 1 NOV-FEB/2 *', /write a list/],
    ['*/90 * * * *', /"\*\/90" in the minutes is a step of more than the field holds; write an interval/],
    ['5/90 * * * *', /write an interval/],
    ['H H * * *', /"H" in the minutes is of Jenkins; write a number, and `jitter`/],
    ['0 0 L-3 * *', /"L-3" in the day of the month counts days from the end/],
    ['@reboot', /@reboot is no time; write a `startup` hook/],
    ['@noon', /there is no such nickname; write one of @yearly/],
    ['@every', /@every needs a duration/],
    ['@every 1ms', /@every needs a duration of 10ms or more/],
    ['CRON_TZ=Europe/Berlin 0 3 * * *', /begins with a time zone; give that as `timeZone`/],
    ['TZ=UTC 0 3 * * *', /give that as `timeZone`/],
    ['0 0 31 2 *', /never due/],
    ['0 0 30 2 *', /never due/],
    ['0 0 0 1 1 * 2020', /never due/],
    ['2030-01-01T00:00:00Z', /not a cron pattern/],
  ])('may not be %p, and it is said what to write instead', (pattern, words) => {
    expect(complaint(pattern)).toMatch(words);
  });

  it.each(['Mars/Olympus', '', 'Europe/Berlln'])('has no time zone %p', (timeZone) => {
    expect(complaint('0 3 * * *', timeZone)).toBe(`there is no time zone "${timeZone}"`);
  });

  it.each([
    ['*/60 * * * *', ['"*/60" in the minutes means 0 alone: write 0, or an interval if the gap is meant.']],
    ['0 */24 * * *', ['"*/24" in the hours means 0 alone: write 0, or an interval if the gap is meant.']],
    ['0 0 12 ? * 2', [expect.stringContaining('Quartz counts from 1. Write names')]],
    ['0 0 12 ? * MON', []],
    ['*/30 * * * *', []],
  ])('is doubted when it may not be meant so: %p', (pattern, doubts) => {
    expect(complaint(pattern)).toBeUndefined();
    expect(scheduleDoubts(cron(pattern))).toEqual(doubts);
  });
});

describe('The two fields of days, as in crontab(5)', () => {
  it.each([
    ['both restricted: one of them is enough', '0 0 13 * FRI', ['02-06', '02-13', '02-20', '02-27']],
    ['one begins with a star: the day has to fit both', '0 0 */2 * MON', ['02-09', '02-23']],
    ['the same in the other field', '0 0 1-7 * */7', ['02-01']],
    ['a star alone', '0 0 * * MON', ['02-02', '02-09', '02-16', '02-23']],
    ['a question mark is a star', '0 0 0 ? * MON', ['02-02', '02-09', '02-16', '02-23']],
    ['a plus: both', '0 0 1-7 * +MON', ['02-02']],
    ['either, with a step', '0 0 1-31/2 * MON', ['02-01', '02-02', '02-03', '02-05', '02-07', '02-09']],
  ])('%s', (_title, pattern, expected) => {
    const found = days(pattern, '2026-02-01T00:00Z', '2026-02-28T00:00Z').map((day) => day.slice(5));
    expect(found.slice(0, expected.length === 6 ? 6 : 99)).toEqual(expected);
  });

  it('are Mondays with an odd date for `*/2` and MON in January', () => {
    expect(days('0 0 */2 * MON', '2026-01-01T00:00Z', '2026-01-31T00:00Z')).toEqual(['2026-01-05', '2026-01-19']);
  });
});

describe('Days that few months have', () => {
  it.each([
    ['0 0 1W * *', '2026-08-01T00:00Z', '2026-08-31T00:00Z', ['2026-08-03']],
    ['0 0 15W * *', '2026-08-01T00:00Z', '2026-08-31T00:00Z', ['2026-08-14']],
    ['0 0 31W * *', '2026-01-01T00:00Z', '2026-03-01T00:00Z', ['2026-01-30']],
    ['0 0 LW * *', '2026-01-01T00:00Z', '2026-03-31T00:00Z', ['2026-01-30', '2026-02-27', '2026-03-31']],
    ['0 0 L * *', '2028-02-01T00:00Z', '2028-03-01T00:00Z', ['2028-02-29']],
    ['0 0 * * 5L', '2026-01-01T00:00Z', '2026-02-28T00:00Z', ['2026-01-30', '2026-02-27']],
    ['0 0 * * 5#5', '2026-01-01T00:00Z', '2026-06-01T00:00Z', ['2026-01-30', '2026-05-29']],
    ['0 0 * * MON#1,MON#3', '2026-03-01T00:00Z', '2026-03-31T00:00Z', ['2026-03-02', '2026-03-16']],
    ['0 0 * * SAT-SUN', '2026-03-01T00:00Z', '2026-03-08T00:00Z', ['2026-03-01', '2026-03-07', '2026-03-08']],
    ['0 0 * * 6-7', '2026-03-01T00:00Z', '2026-03-08T00:00Z', ['2026-03-01', '2026-03-07', '2026-03-08']],
    ['0 0 * * 5-7', '2026-03-02T00:00Z', '2026-03-08T00:00Z', ['2026-03-06', '2026-03-07', '2026-03-08']],
    ['0 0 * * SUN-TUE', '2026-03-02T00:00Z', '2026-03-08T00:00Z', ['2026-03-02', '2026-03-03', '2026-03-08']],
    ['0 0 31 4,6,9,11 *', '2026-01-01T00:00Z', '2027-01-01T00:00Z', []],
    ['0 0 29 2 *', '2096-03-01T00:00Z', '2104-03-01T00:00Z', ['2104-02-29']],
  ])('%s', (pattern, from, to, expected) => {
    expect(days(pattern, from, to)).toEqual(expected);
  });
});

describe('The times of a day', () => {
  /** A small generator of its own, so that a failure comes again. */
  function generator(seed: number): (limit: number) => number {
    let state = seed;
    return (limit) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * limit);
    };
  }

  function item(random: (limit: number) => number, least: number, most: number): string {
    const low = least + random(most - least + 1);
    const high = low + random(most - low + 1);
    const step = 1 + random(most - least);
    return [`${low}`, `${low}-${high}`, `${low}-${high}/${step}`, '*', `*/${step}`, `*/${step}`][random(6)] as string;
  }

  it('are those of croner, for any pattern in UTC', () => {
    const random = generator(7);
    for (let count = 0; count < 300; count++) {
      const field = (least: number, most: number): string =>
        Array.from({ length: 1 + random(2) }, () => item(random, least, most)).join(',');
      const pattern = [field(0, 59), field(0, 59), field(0, 23), random(2) ? '*' : `${1 + random(28)}`, '*', '*'].join(
        ' ',
      );
      const reference = new Cron(pattern, { paused: true, utcOffset: 0 });
      const from = NOW + random(366 * 86_400) * 1_000 + random(1_000);
      const expected = reference.nextRuns(20, new Date(from)).map((date) => date.getTime());
      let due = from;
      const found = expected.map(() => (due = nextDue(cron(pattern), 0, due)));
      expect([pattern, ...found]).toEqual([pattern, ...expected]);
      const last = expected.at(-1) as number;
      expect(countDue(cron(pattern), 0, from, last)).toBe(expected.length);
      expect(countDue(cron(pattern), 0, from, last - 1)).toBe(expected.length - 1);
      for (let index = expected.length - 1; index > 0; index--) {
        expect(previousDue(cron(pattern), 0, (expected[index] as number) - 1)).toBe(expected[index - 1]);
      }
    }
  });

  it.each([8.64e15, Infinity, NaN])('are never again at the end of time: after %p', (after) => {
    expect(nextDue(cron('0 3 * * *'), 0, after)).toBe(Infinity);
    expect(nextDue(cron('0 3 * * *', 'Europe/Berlin'), 0, after)).toBe(Infinity);
  });
});
