import type { Fields } from './isObject';
import type { Stamped } from './log/LogItem';

/** @throws TypeError that says what is wrong */
export function readStamp({ sequence, at }: Fields): Stamped {
  if (!Number.isSafeInteger(sequence) || (sequence as number) < 1) throw new TypeError('"sequence" must count from 1');
  if (typeof at !== 'string' || at.length > 32 || Number.isNaN(Date.parse(at))) {
    throw new TypeError('"at" must be an instant in ISO text');
  }
  return { sequence: sequence as number, at };
}
