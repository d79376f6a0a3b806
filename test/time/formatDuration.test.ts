import { formatDuration } from 'daemonry';

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [250, '250ms'],
    [300_000, '5m'],
    [86_400_000, '1d'],
    [1_500, '1.5s'],
    [90_000, '90s'],
    [123_456, '123.5s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('rounds up to a second as a second', () => {
    expect(formatDuration(999.4)).toBe('999ms');
    expect(formatDuration(999.6)).toBe('1s');
  });
});
