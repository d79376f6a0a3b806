import { InvalidInstantError } from '../../src/errors/authoringErrors';
import { instantMs, isoText } from '../../src/time/instant';

describe('instantMs', () => {
  it.each([
    ['2026-01-01T00:00:00Z', 1_767_225_600_000],
    [1_767_225_600_000, 1_767_225_600_000],
    [new Date(1_767_225_600_000), 1_767_225_600_000],
    [0, 0],
  ])('reads %p', (value, ms) => {
    expect(instantMs(value)).toBe(ms);
  });

  it.each(['tomorrow', '', NaN, Infinity, 9e15, new Date(NaN)])('refuses %p', (value) => {
    expect(() => instantMs(value)).toThrow(InvalidInstantError);
  });

  it('is undone by isoText', () => {
    expect(isoText(instantMs('2026-03-29T01:00:00.123Z'))).toBe('2026-03-29T01:00:00.123Z');
  });
});
