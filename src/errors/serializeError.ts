import { DaemonryError } from './DaemonryError';
import type { SerializedError } from '../contracts/SerializedError';

/** Stands for something thrown that is not an `Error`: its text is kept as a fact. */
export class NonErrorThrown extends DaemonryError<'NON_ERROR_THROWN'> {
  constructor(readonly thrown: unknown) {
    super('NON_ERROR_THROWN', {
      what: `Something that is not an Error was thrown: ${describeThrown(thrown)}`,
      fix: 'throw an Error, so that the stack is known.',
    });
  }
}

/** An `Error` for whatever was thrown: the error itself, or a {@link NonErrorThrown} that holds it. */
export function toError(thrown: unknown): Error {
  return isErrorLike(thrown) ? thrown : new NonErrorThrown(thrown);
}

/** Also of another realm: an error of a worker's, or a test sandbox's, is not an instance of this one's `Error`. */
export function isErrorLike(thrown: unknown): thrown is Error {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]';
}

function describeThrown(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

const DEEPEST_CAUSE = 8;

/** An error as plain JSON, with its causes, at most eight deep. Its stack comes along, but not enumerable. */
export function serializeError(error: Error, depth = 0): SerializedError {
  const { code } = error as { code?: unknown };
  const serialized = {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(isErrorLike(error.cause) && depth < DEEPEST_CAUSE ? { cause: serializeError(error.cause, depth + 1) } : {}),
  };
  return Object.defineProperty(serialized, 'stack', { value: error.stack, enumerable: false });
}
