import type * as ClassValidator from 'class-validator';
import type { ValidationOptions } from 'class-validator';

import type { Duration } from '../../contracts/Duration';
import { durationMs, isDuration } from '../../time/duration';

/** Loads class-validator on first use, because it takes longer to load than the rest of the framework. */
export function classValidator(): typeof ClassValidator {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- applications without settings do not load it.
  return require('class-validator') as typeof ClassValidator;
}

/** Options of {@link IsDuration}: a range, and those of class-validator. */
export interface IsDurationOptions extends ValidationOptions {
  /** The minimum. @defaultValue none */
  readonly min?: Duration;
  /** The maximum. @defaultValue none */
  readonly max?: Duration;
}

/**
 * Validates that a field of a settings class is a `Duration`: a number of milliseconds, or one number with one unit. A text
 * for the field, such as an environment variable, is read as a duration. Loads class-validator when it is first used.
 */
export function IsDuration({ min, max, ...options }: IsDurationOptions = {}) {
  const isWithin = (value: unknown): boolean =>
    isDuration(value) &&
    (min === undefined || durationMs(value) >= durationMs(min)) &&
    (max === undefined || durationMs(value) <= durationMs(max));
  const limits = [min === undefined ? '' : `, at least ${min}`, max === undefined ? '' : `, at most ${max}`].join('');
  return (prototype: object, propertyName: string): void => {
    const { ValidateBy, buildMessage } = classValidator();
    const text = `$property must be a duration such as 500, '30s' or '5m'${limits}`;
    const message = buildMessage((each) => `${each}${text}`, options);
    const validator = { validate: isWithin, defaultMessage: message };
    ValidateBy({ name: 'isDuration', constraints: [min, max], validator }, options)(prototype, propertyName);
  };
}
