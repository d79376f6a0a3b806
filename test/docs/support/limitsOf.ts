import { getMetadataStorage } from 'class-validator';

import type { AnyClass } from '../../../src/contracts/metadata';

type Validation = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** What the validators of a field allow. */
export interface FieldLimits {
  readonly isOptional: boolean;
  /** In words; empty where the type says it all. */
  readonly text: string;
}

/** Validators that only name the type, which the default shows. */
const TYPES = new Set(['isString', 'isBoolean', 'isArray', 'isObject', 'isInt', 'isNumber', 'isOptional', 'isDefined']);
const WORDS: Readonly<Record<string, string>> = {
  arrayNotEmpty: 'at least 1 item',
  arrayUnique: 'no two alike',
  isEmail: 'an e-mail address',
  isFQDN: 'a domain name',
  isIP: 'an IP address',
  isNegative: 'below 0',
  isNotEmpty: 'not empty',
  isPort: 'a port',
  isPositive: 'above 0',
  isUrl: 'a URL',
  isUUID: 'a UUID',
};

/**
 * The limits of each field of a settings class, read from its validators.
 *
 * The function it returns throws where a validator has neither known words nor a message.
 */
export function limitsOf(type: AnyClass): (field: string) => FieldLimits {
  const all = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  return (field) => {
    // The last decorator is applied first.
    const own = all.filter(({ propertyName }) => propertyName === field).reverse();
    const say = (each: boolean): string[] =>
      phrasesOf(
        own.filter((validation) => Boolean(validation.each) === each),
        type,
        field,
      );
    const ofItems = say(true).map((phrase) => `each ${phrase}`);
    return {
      isOptional: own.some(({ type: kind }) => kind === 'conditionalValidation'),
      text: [...say(false), ...ofItems].join('; '),
    };
  };
}

type Bound = string | number | undefined;

function phrasesOf(validations: readonly Validation[], type: AnyClass, field: string): string[] {
  const argument = (name: string, index = 0): Bound =>
    (validations.find((validation) => validation.name === name)?.constraints as Bound[] | undefined)?.[index];
  const ranges = [
    range(argument('min'), argument('max'), ''),
    range(argument('isDuration'), argument('isDuration', 1), ''),
    range(
      argument('isLength') ?? argument('minLength'),
      argument('isLength', 1) ?? argument('maxLength'),
      ' characters',
    ),
    range(argument('arrayMinSize'), argument('arrayMaxSize'), ' items'),
  ];
  const others = validations.filter(({ name = '' }) => !TYPES.has(name) && !RANGES.has(name) && name !== '');
  return [
    ...ranges.filter((phrase) => phrase !== ''),
    ...others.map((validation) => phraseOf(validation, type, field)),
  ];
}

const RANGES = new Set([
  'min',
  'max',
  'isDuration',
  'isLength',
  'minLength',
  'maxLength',
  'arrayMinSize',
  'arrayMaxSize',
]);

function range(least: Bound, most: Bound, unit: string): string {
  if (least !== undefined && most !== undefined) return `${least === most ? least : `${least} to ${most}`}${unit}`;
  if (least !== undefined) return `at least ${least}${unit}`;
  return most === undefined ? '' : `at most ${most}${unit}`;
}

function phraseOf({ name = '', constraints, message }: Validation, type: AnyClass, field: string): string {
  const [argument] = (constraints as unknown[] | undefined) ?? [];
  if (name === 'isIn') return codes(argument as unknown[]);
  if (name === 'isEnum') return codes(Object.values(argument as object));
  if (name === 'equals') return codes([argument]);
  if (typeof message === 'string') {
    return message
      .replaceAll('$property', field)
      .replace(/^(each (value )?(of|in) )?\w+ must (be |have |contain )?/, '');
  }
  const words = WORDS[name];
  if (words !== undefined) return words;
  throw new Error(`${type.name}.${field}: the validator ${name} needs a message that says what it allows`);
}

const codes = (values: readonly unknown[]): string => values.map((value) => `\`${String(value)}\``).join(', ');
