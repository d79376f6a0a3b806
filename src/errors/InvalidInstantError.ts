import { DaemonryError } from './DaemonryError';

/** Thrown when something that is not an instant is given as one. */
export class InvalidInstantError extends DaemonryError {
  constructor(value: unknown) {
    super('INVALID_INSTANT', {
      what: `${typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))} is not an instant.`,
      fix: "give a Date, milliseconds since the epoch, or ISO text such as '2026-03-29T03:00:00Z'.",
    });
  }
}
