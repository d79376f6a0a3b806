import { DaemonryError } from './DaemonryError';

/** Thrown when something that is not a `Duration` is given as one. */
export class InvalidDurationError extends DaemonryError {
  constructor(value: unknown) {
    super('INVALID_DURATION', {
      what: `${JSON.stringify(value) ?? String(value)} is not a duration.`,
      fix: "give a number of milliseconds ≥ 0, or one number with one unit: '250ms', '30s', '5m', '1h' or '30d'.",
    });
  }
}
