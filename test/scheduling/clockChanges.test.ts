import type { TaskSchedule } from '../../src/contracts/entries';
import { countDue, nextDue, previousDue } from '../../src/scheduling/when';
import { compareWithOracle } from './zoneOracle';

const at = (text: string): number => Date.parse(text);

function dueBetween(pattern: string, timeZone: string, from: string, to: string): string[] {
  const schedule: TaskSchedule = { kind: 'cron', pattern, timeZone };
  const moments: number[] = [];
  for (let due = nextDue(schedule, 0, at(from) - 1); due <= at(to); due = nextDue(schedule, 0, due)) moments.push(due);
  const back: number[] = [];
  let previous = previousDue(schedule, 0, at(to));
  for (; previous !== undefined && previous >= at(from); previous = previousDue(schedule, 0, previous - 1)) {
    back.unshift(previous);
  }
  expect(back).toEqual(moments);
  expect(countDue(schedule, 0, at(from) - 1, at(to))).toBe(moments.length);
  return moments.map((due) => new Date(due).toISOString().slice(5, 19).replace(/:00$/, ''));
}

describe('Where the clocks are changed, a time of day is due once a day', () => {
  it.each([
    // Lists, each time by itself.
    [
      '30 2,14 * * *',
      'Europe/Berlin',
      '2026-03-28T13:00Z',
      '2026-03-29T20:00Z',
      ['03-28T13:30', '03-29T01:00', '03-29T12:30'],
    ],
    [
      '30 2,14 * * *',
      'Europe/Berlin',
      '2026-10-24T13:00Z',
      '2026-10-25T20:00Z',
      ['10-24T12:30', '10-25T00:30', '10-25T13:30'].slice(1),
    ],
    [
      '30 2-14/12 * * *',
      'Europe/Berlin',
      '2026-03-28T13:00Z',
      '2026-03-29T20:00Z',
      ['03-28T13:30', '03-29T01:00', '03-29T12:30'],
    ],
    ['30 2/12 * * *', 'Europe/Berlin', '2026-10-24T13:00Z', '2026-10-25T20:00Z', ['10-25T00:30', '10-25T13:30']],
    [
      '15,45 1,2 * * *',
      'America/New_York',
      '2026-03-08T04:00Z',
      '2026-03-08T12:00Z',
      ['03-08T06:15', '03-08T06:45', '03-08T07:00'],
    ],
    [
      '15,45 1,2 * * *',
      'America/New_York',
      '2026-11-01T04:00Z',
      '2026-11-01T12:00Z',
      ['11-01T05:15', '11-01T05:45', '11-01T07:15', '11-01T07:45'],
    ],
    ['0 2,3 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T06:00Z', ['03-29T01:00']],
    // Ranges and steps.
    ['*/20 2 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T06:00Z', ['03-29T01:00']],
    [
      '*/20 2 * * *',
      'Europe/Berlin',
      '2026-10-25T00:00Z',
      '2026-10-25T06:00Z',
      ['10-25T00:00', '10-25T00:20', '10-25T00:40'],
    ],
    [
      '0 */2 * * *',
      'Europe/Berlin',
      '2026-03-28T23:00Z',
      '2026-03-29T04:00Z',
      ['03-28T23:00', '03-29T01:00', '03-29T02:00', '03-29T04:00'],
    ],
    // Gaps that end or begin at midnight.
    [
      '30 23 * * *',
      'America/Nuuk',
      '2026-03-27T12:00Z',
      '2026-03-30T12:00Z',
      ['03-28T01:30', '03-29T01:00', '03-30T00:30'],
    ],
    [
      '30 23 * * *',
      'America/Scoresbysund',
      '2026-03-27T12:00Z',
      '2026-03-30T12:00Z',
      ['03-28T01:30', '03-29T01:00', '03-30T00:30'],
    ],
    ['30 0 * * *', 'Asia/Beirut', '2026-03-28T00:00Z', '2026-03-30T00:00Z', ['03-28T22:00', '03-29T21:30']],
    ['0 0 * * *', 'Africa/Cairo', '2026-04-23T00:00Z', '2026-04-25T00:00Z', ['04-23T22:00', '04-24T21:00']],
    [
      '0 0 * * *',
      'America/Asuncion',
      '2024-10-05T00:00Z',
      '2024-10-07T12:00Z',
      ['10-05T04:00', '10-06T04:00', '10-07T03:00'],
    ],
    [
      '0 */6 * * *',
      'Africa/Cairo',
      '2026-04-23T15:00Z',
      '2026-04-24T04:00Z',
      ['04-23T16:00', '04-23T22:00', '04-24T03:00'],
    ],
    ['59 59 23 * * SAT', 'America/Nuuk', '2026-03-28T00:00Z', '2026-03-30T12:00Z', ['03-29T01:00']],
    ['30 59 23 31 12 *', 'Pacific/Apia', '2011-12-30T00:00Z', '2012-01-02T00:00Z', ['12-31T09:59:30']],
    [
      '0 12 * * *',
      'Pacific/Apia',
      '2011-12-29T20:00Z',
      '2012-01-01T00:00Z',
      ['12-29T22:00', '12-30T10:00', '12-30T22:00', '12-31T22:00'],
    ],
    // Two hours, half an hour, and back and forth within five weeks.
    ['30 1 * * *', 'Antarctica/Troll', '2026-03-29T00:00Z', '2026-03-29T12:00Z', ['03-29T01:00']],
    ['30 2 * * *', 'Antarctica/Troll', '2026-03-29T00:00Z', '2026-03-29T12:00Z', ['03-29T01:00']],
    ['30 1 * * *', 'Antarctica/Troll', '2026-10-24T20:00Z', '2026-10-25T12:00Z', ['10-24T23:30']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T10:00Z', '2026-04-05T10:00Z', ['04-04T14:45']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T10:00Z', '2026-10-04T10:00Z', ['10-03T15:30']],
    ['30 2 * * *', 'Africa/Casablanca', '2026-02-15T00:00Z', '2026-02-15T12:00Z', ['02-15T01:30']],
    ['30 2 * * *', 'Africa/Casablanca', '2026-03-22T00:00Z', '2026-03-22T12:00Z', ['03-22T02:00']],
    // Seconds.
    ['30 30 2 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T12:00Z', ['03-29T01:00']],
    ['30 30 2 * * *', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T12:00Z', ['10-25T00:30:30']],
    ['*/30 59 2 * * *', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T12:00Z', ['10-25T00:59', '10-25T00:59:30']],
  ])('%s in %s from %s to %s', (pattern, zone, from, to, expected) => {
    expect(dueBetween(pattern, zone, from, to)).toEqual(expected);
  });
});

describe('Where the clocks are changed, a pattern for every hour goes by real time', () => {
  it.each([
    ['*/30 * * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T02:00Z', 30],
    ['*/30 * * * *', 'Europe/Berlin', '2026-10-24T23:30Z', '2026-10-25T02:30Z', 30],
    ['0 * * * *', 'Antarctica/Troll', '2026-03-28T22:00Z', '2026-03-29T03:00Z', 60],
    ['0 * * * *', 'Antarctica/Troll', '2026-10-24T22:00Z', '2026-10-25T04:00Z', 60],
    ['*/15 * * * *', 'Australia/Lord_Howe', '2026-04-04T13:00Z', '2026-04-04T17:00Z', 15],
    ['*/15 * * * *', 'Australia/Lord_Howe', '2026-10-03T13:00Z', '2026-10-03T17:00Z', 15],
    ['30 0-23 * * *', 'Europe/Berlin', '2026-10-24T22:30Z', '2026-10-25T03:30Z', 60],
    ['10 */1 * * *', 'Africa/Cairo', '2026-04-23T20:10Z', '2026-04-24T02:10Z', 60],
  ])('%s in %s, %s to %s: every %d minutes', (pattern, zone, from, to, minutes) => {
    const moments = dueBetween(pattern, zone, from, to);
    expect(moments).toHaveLength((at(to) - at(from)) / (minutes * 60_000) + 1);
  });

  it('and so do seconds, through the change', () => {
    const schedule: TaskSchedule = { kind: 'cron', pattern: '* * * * * *', timeZone: 'Europe/Berlin' };
    expect(countDue(schedule, 0, at('2026-03-28T12:00Z'), at('2026-03-29T12:00Z'))).toBe(86_400);
    expect(countDue(schedule, 0, at('2026-10-24T12:00Z'), at('2026-10-25T12:00Z'))).toBe(86_400);
  });
});

it('Both rules hold in zones of every kind, against a walk through the minutes', () => {
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'America/Nuuk',
    'America/Scoresbysund',
    'Asia/Beirut',
    'Asia/Gaza',
    'Africa/Cairo',
    'Africa/Casablanca',
    'America/Asuncion',
    'America/Havana',
    'Antarctica/Troll',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'Pacific/Easter',
    'Asia/Kolkata',
    'UTC',
  ];
  const { compared, different } = compareWithOracle(zones, '2026-01-01T00:00Z', '2027-01-01T00:00Z');
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(200);
});
