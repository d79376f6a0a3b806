import type { SerializedError } from '../contracts/SerializedError';
import { isErrorLike } from './toError';

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
