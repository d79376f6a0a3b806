import { DaemonryError } from './DaemonryError';
import type { SerializedError } from '../contracts/SerializedError';

/** Wraps a thrown value that is not an `Error`. */
export class NonErrorThrown extends DaemonryError<'NON_ERROR_THROWN'> {
  constructor(
    /** The value that was thrown. */
    readonly thrown: unknown,
  ) {
    super('NON_ERROR_THROWN', {
      what: `Something that is not an Error was thrown: ${describeThrown(thrown)}`,
      fix: 'throw an Error, so that the stack is known.',
    });
  }
}

/** Returns a thrown value itself when it is an error, else a {@link NonErrorThrown} around it. */
export function toError(thrown: unknown): Error {
  return isErrorLike(thrown) ? thrown : new NonErrorThrown(thrown);
}

/**
 * True for errors, also of another realm: errors made in a `vm` context, as in Jest, are no instances of this `Error`.
 */
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

/**
 * Converts an error to plain JSON, with up to eight nested causes. The stack is included as a property that is not
 * enumerable.
 */
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
