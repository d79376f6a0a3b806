/**
 * A length of time: a number of milliseconds, or one number with one unit: `'250ms'`, `'30s'`, `'5m'`, `'1h'`,
 * `'30d'`.
 */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** The units of a {@link Duration} in milliseconds. */
export const DURATION_UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The largest first. */
const LARGE_UNITS = ['d', 'h', 'm', 's'] as const;

/**
 * Formats a number of milliseconds for people, in the largest unit that divides it: `'5m'`, `'24h'`, `'30d'`. Without
 * such a unit it is rounded to milliseconds below one second, and to tenths of a second above: `'250ms'`, `'1.5s'`.
 */
export function formatDuration(ms: number): string {
  for (const unit of LARGE_UNITS) {
    const length = DURATION_UNIT_MS[unit];
    if (ms >= length && ms % length === 0) return `${ms / length}${unit}`;
  }
  const whole = Math.round(ms);
  return whole < 1_000 ? `${whole}ms` : `${Math.round(ms / 100) / 10}s`;
}
