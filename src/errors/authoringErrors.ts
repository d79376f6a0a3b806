import { DaemonryError } from './DaemonryError';
import { describeValue } from './plainValue';

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : describeValue(value));

/** Thrown while a class is defined, when a decorator stands where it cannot work and no type checker has said so. */
export class MisusedDecoratorError extends DaemonryError<'MISUSED_DECORATOR'> {
  constructor(
    readonly decorator: string,
    what: string,
    fix: string,
  ) {
    super('MISUSED_DECORATOR', { what: `@${decorator} is misused: ${what}.`, fix });
  }
}

/** Thrown when something that is not a `Duration` is given as one. */
export class InvalidDurationError extends DaemonryError<'INVALID_DURATION'> {
  constructor(value: unknown) {
    super('INVALID_DURATION', {
      what: `${shown(value)} is not a duration.`,
      fix: "give a number of milliseconds ≥ 0, or one number with one unit: '250ms', '30s', '5m', '1h' or '30d'.",
    });
  }
}

/** Thrown when something that is not an instant is given as one. */
export class InvalidInstantError extends DaemonryError<'INVALID_INSTANT'> {
  constructor(value: unknown) {
    super('INVALID_INSTANT', {
      what: `${shown(value)} is not an instant.`,
      fix: "give a Date, milliseconds since the epoch, or ISO text with its offset such as '2026-03-29T03:00:00Z'.",
    });
  }
}
