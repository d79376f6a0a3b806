import { InvalidInstantError } from '../../src/errors/authoringErrors';
import { instantMs, isoText } from '../../src/time/instant';

describe('instantMs', () => {
  it.each([
    ['2026-01-01T00:00:00Z', 1_767_225_600_000],
    [1_767_225_600_000, 1_767_225_600_000],
    [new Date(1_767_225_600_000), 1_767_225_600_000],
    [0, 0],
    ['2026-01-01', 1_767_225_600_000],
    ['2026-01-01T01:00+01:00', 1_767_225_600_000],
    ['2024-02-29T00:00:00.123456Z', Date.UTC(2024, 1, 29) + 123],
    ['+275760-09-13T00:00:00Z', 8.64e15],
  ])('reads %p', (value, ms) => {
    expect(instantMs(value)).toBe(ms);
  });

  it.each([
    ...['tomorrow', '', NaN, Infinity, 9e15, new Date(NaN), null as never, true as never, undefined as never],
    ...['banana 2040', '12/31/2030', '2030', '2030-01', '2030-01-31T08:00:00', '2030-01-31 08:00:00Z', ' 2030-01-31'],
    ...['2030-02-30', '2030-02-29T08:00:00Z', '2030-13-01', '2030-01-31T25:00Z', '2030-01-31T08:00+24:00', '1e3'],
    ...['-000000-01-01', '+275760-09-14', 'Thu, 31 Jan 2030 08:00:00 GMT'],
  ])('refuses %p', (value) => {
    expect(() => instantMs(value)).toThrow(InvalidInstantError);
  });

  it('is undone by isoText', () => {
    expect(isoText(instantMs('2026-03-29T01:00:00.123Z'))).toBe('2026-03-29T01:00:00.123Z');
  });
});
