import type { SerializedError } from '../contracts/SerializedError';
import { BootError } from '../errors/bootErrors';
import { DaemonryError } from '../errors/DaemonryError';
import { UnhandledError } from '../errors/processErrors';
import { causeOf, messageOf, serializeError, stackOf } from '../errors/serializeError';
import { formatCauses } from '../observability/formatLogEntry';

/**
 * An error that no log line tells of, for people: its stack, and what is behind it. One of daemonry explains itself, and
 * needs no stack of its own.
 *
 * @param redact - removes secrets from what is behind it.
 */
export function errorOnStderr(error: Error, redact: (text: string) => string): string {
  if (isAbout(error)) {
    const cause = causeOf(error);
    const frames = stackOf(cause).match(/^ {4}at .*$/gm) ?? [];
    return [messageOf(error), ...frames, ...behind(serializeError(cause, redact))].join('\n');
  }
  if (error instanceof DaemonryError) return messageOf(error);
  return [stackOf(error), ...behind(serializeError(error, redact))].join('\n');
}

/** True for an error whose message holds that of its cause, which somebody else has thrown. */
function isAbout(error: Error): boolean {
  return error instanceof UnhandledError || (error instanceof BootError && !(error.cause instanceof DaemonryError));
}

/** The lines of the errors behind one, with their frames as a stack has them. */
const behind = (error: SerializedError): string[] =>
  formatCauses(error).map((line) => line.replace(/^ {2}at /, '    at '));
