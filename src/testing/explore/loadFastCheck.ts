import type * as fastCheck from 'fast-check';

import { FastCheckMissingError } from '../../errors/testingErrors';
import { codeOf, messageOf } from '../../errors/serializeError';

/** The module `fast-check`. */
export type FastCheck = typeof fastCheck;

const MISSING: ReadonlySet<string> = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);

/** Loads fast-check, an optional peer dependency, when it is needed. @throws FastCheckMissingError */
export function loadFastCheck(): FastCheck {
  try {
    // A dynamic import would need a flag of Node inside of Jest.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require('fast-check') as FastCheck;
  } catch (error) {
    // An error about a package that fast-check itself needs is passed on.
    if (MISSING.has(codeOf(error) ?? '') && /['"]fast-check['"]/.test(messageOf(error)))
      throw new FastCheckMissingError(error);
    throw error;
  }
}
