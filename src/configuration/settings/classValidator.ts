import type * as ClassValidator from 'class-validator';

/** class-validator, loaded when it is first asked for: it costs more than the rest of the framework. */
export function classValidator(): typeof ClassValidator {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only who has settings pays for it.
  return require('class-validator') as typeof ClassValidator;
}
