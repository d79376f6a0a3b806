import type { SqlValue } from '../contracts/StateDatabase';
import { badParameter } from '../errors/stateErrors';

const LEAST_INTEGER = -(2n ** 63n);
const GREATEST_INTEGER = 2n ** 63n - 1n;

const NONE: readonly SqlValue[] = [];

/**
 * Checks the parameters of a statement before a driver sees them: some of them keep a boolean as 1, cut a text at a NUL, or
 * end the process.
 *
 * @throws StateError STATE_PARAMETER
 */
export function sqlParameters(sql: string, parameters: readonly SqlValue[] = NONE): readonly SqlValue[] {
  for (let index = 0; index < parameters.length; index++) {
    const fault = faultOf(parameters[index]);
    if (fault !== undefined) throw badParameter(index, fault, sql);
  }
  return parameters;
}

function faultOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value.includes('\0') ? 'a text with the character NUL' : undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : `the number ${value}`;
    case 'bigint':
      return value < LEAST_INTEGER || value > GREATEST_INTEGER ? 'a bigint of more than 64 bits' : undefined;
    case 'object':
      return value === null || value instanceof Uint8Array ? undefined : 'an object';
    default:
      return value === undefined ? 'undefined' : `a ${typeof value}`;
  }
}
