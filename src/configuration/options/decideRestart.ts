import type { RestartPolicy } from '../../contracts/entries';

/** The option `restart` as it is given, parsed: durations are milliseconds, and what is left out has its default. */
export type GivenRestart =
  'never' | (Partial<Omit<RestartPolicy, 'limit'>> & { readonly limit?: 'none' | NonNullable<RestartPolicy['limit']> });

const DEFAULTS = {
  delay: 1_000,
  maxDelay: 60_000,
  jitter: { kind: 'percent', percent: 20 },
  resetAfter: 600_000,
} as const;
const FATAL_LIMIT = Object.freeze({ restarts: 5, within: 600_000 });

/**
 * Decides how a listener is restarted; undefined if it is not.
 *
 * @param fatal - a fatal listener has a limit unless it is given another one.
 */
export function decideRestart(given: GivenRestart, fatal: boolean): RestartPolicy | undefined {
  if (given === 'never') return undefined;
  const { delay = DEFAULTS.delay, jitter = DEFAULTS.jitter, resetAfter = DEFAULTS.resetAfter } = given;
  const { maxDelay = Math.max(DEFAULTS.maxDelay, delay), limit = fatal ? FATAL_LIMIT : 'none' } = given;
  return Object.freeze({ delay, maxDelay, jitter, resetAfter, ...(limit === 'none' ? {} : { limit }) });
}
