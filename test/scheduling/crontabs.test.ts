import type { TaskSchedule } from '../../src/contracts/entries';
import { nextDue } from '../../src/scheduling/when';

/** Lines as they stand in crontabs of servers, of every form that people write. */
const LINES = [
  '0 0 * * *',
  '17 * * * *',
  '25 6 * * *',
  '47 6 * * 7',
  '52 6 1 * *',
  '*/5 * * * *',
  '*/10 8-18 * * 1-5',
  '0 */4 * * *',
  '5,35 * * * *',
  '09,39 * * * *',
  '0 5 * * 1',
  '0 22 * * 1-5',
  '23 0-23/2 * * *',
  '5 4 * * sun',
  '15 14 1 * *',
  '0 9-17/2 * * mon,wed,fri',
  '*/15 0-7,19-23 * * *',
  '30 3 1,15 * *',
  '0 0 1 1,4,7,10 *',
  '0 8 10 */3 *',
  '59 23 31 12 *',
  '30 4 1,15 * 5',
  '0 12 1-7 * 3',
  '0 0 */10 * *',
  '1 2 3 4 *',
  '0 0 29 2 *',
  '0 4 8-14 * *',
  '10 3 * jan,feb *',
  '20 1 * * 0,6',
  '0 6 * 3-5 tue-thu',
  '*/7 * * * *',
  '1-59/2 * * * *',
  '0-10/5,30,45-50 2 * * *',
  '0 0 2-30/2 * *',
  '0 0 1-31/7 * *',
  '40 10 */5 1-2 *',
  '55 23 28-31 * *',
  '12 */6 * * 2-6/2',
  '0 7 */2 * mon',
  '0 7 4-10 * */2',
];

const MINUTE = 60_000;
const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The values of a field, as crontab(5) describes them. */
function valuesOf(field: string, least: number, most: number, names: readonly string[] = []): Set<number> {
  const number = (text: string): number => (names.includes(text) ? names.indexOf(text) : Number(text));
  const values = field.split(',').flatMap((item) => {
    const [range = '', step = '1'] = item.split('/');
    const [from = '', to = from] = range.split('-');
    const [low, high] = range === '*' ? [least, most] : [number(from), number(to)];
    return Array.from({ length: high - low + 1 }, (_, index) => low + index).filter(
      (value) => (value - low) % Number(step) === 0,
    );
  });
  return new Set(values);
}

/** Walks every minute of UTC, and asks crontab(5) about each. */
function walk(line: string, from: number, to: number): number[] {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = line.split(' ');
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const days = valuesOf(day, 1, 31);
  const months = valuesOf(month, 1, 12, MONTHS);
  const weekdays = valuesOf(weekday, 0, 7, NAMES);
  const isEither = !day.startsWith('*') && !weekday.startsWith('*');
  const found: number[] = [];
  for (let instant = from; instant <= to; instant += MINUTE) {
    const date = new Date(instant);
    if (!minutes.has(date.getUTCMinutes()) || !hours.has(date.getUTCHours())) continue;
    const isDay = days.has(date.getUTCDate());
    const isWeekday = weekdays.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.has(7));
    if (months.has(date.getUTCMonth() + 1) && (isEither ? isDay || isWeekday : isDay && isWeekday)) found.push(instant);
  }
  return found;
}

describe('A line of a crontab is due when cron would run it:', () => {
  const [from, to] = [Date.parse('2026-01-20T00:00Z'), Date.parse('2026-04-12T00:00Z')];

  it.each(LINES)('%s', (pattern) => {
    const schedule: TaskSchedule = { kind: 'cron', pattern, timeZone: 'UTC' };
    const found: number[] = [];
    for (let due = nextDue(schedule, 0, from - 1); due <= to; due = nextDue(schedule, 0, due)) found.push(due);
    expect(found).toEqual(walk(pattern, from, to));
  });
});
