import { InvalidDurationError } from '../errors/authoringErrors';
import { DURATION_UNIT_MS, type Duration } from '../contracts/Duration';

const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

export { formatDuration } from '../contracts/Duration';

/** True when `value` is a {@link Duration}: a finite number of milliseconds ≥ 0, or one number with one unit. */
export function isDuration(value: unknown): value is Duration {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0;
  return typeof value === 'string' && PATTERN.test(value);
}

/** The interval of the cron nickname `@every 1h30m`, in milliseconds; undefined for any other text. */
export function everyMs(cron: string): number | undefined {
  const text = /^@every\s+((?:\d+(?:\.\d+)?(?:ms|[smhd]))+)$/i.exec(cron.trim())?.[1];
  const parts = text?.toLowerCase().match(/[\d.]+(?:ms|[smhd])/g);
  return parts?.reduce((sum, part) => sum + durationMs(part as Duration), 0);
}

/**
 * The length of a {@link Duration} in milliseconds.
 *
 * @throws {@link InvalidDurationError} for anything that is not a duration.
 */
export function durationMs(value: Duration): number {
  if (typeof value === 'number' && isDuration(value)) return value;
  const match = typeof value === 'string' ? PATTERN.exec(value) : null;
  if (match === null) throw new InvalidDurationError(value);
  return Number(match[1]) * DURATION_UNIT_MS[match[2] as keyof typeof DURATION_UNIT_MS];
}
