import type { ValidationError } from 'class-validator';

import type { Problems } from '../../errors/Problem';
import { classValidator } from './classValidator';
import { DEFAULT_ORIGIN, isConfigMap, originOf, type ConfigMap, type ConfigNode } from '../tree/ConfigTree';
import { variableName } from '../layers/matchTexts';
import type { ConfigPlaces } from '../layers/ConfigLayers';
import type { SettingsDescription } from './describeSettings';
import { REDACTED } from '../../errors/foreign';
import type { AnyClass } from '../../contracts/metadata';
import { messageOf } from '../../errors/serializeError';

/** A settings object, with the path and the origins that its problems name. */
export interface SettingsToValidate {
  readonly description: SettingsDescription;
  readonly instance: Record<string, unknown>;
  readonly path: string;
  /** The tree of its values with their origins. For an object in a list, the origin of the list. */
  readonly origins: ConfigMap | string;
  /** True if it is the value of a secret field, or inside one. */
  readonly secret: boolean;
  readonly places: ConfigPlaces;
}

const OPTIONS = { forbidUnknownValues: false, validationError: { target: false } };

/**
 * Validates a settings object and the objects in it, and reports one problem for each field that is not valid. Fields in
 * `misshapen` are left out, because they are reported already.
 *
 * @throws what a validator throws
 */
export async function validateSettings(
  settings: SettingsToValidate,
  misshapen: ReadonlySet<string>,
  problems: Problems,
): Promise<void> {
  for (const object of withInner(settings)) {
    reportErrors(await classValidator().validate(object.instance, OPTIONS), object, misshapen, problems);
  }
}

/** Same as {@link validateSettings}, with the synchronous validators only. */
export function validateSettingsNow(
  settings: SettingsToValidate,
  misshapen: ReadonlySet<string>,
  problems: Problems,
): void {
  for (const object of withInner(settings)) {
    reportErrors(classValidator().validateSync(object.instance, OPTIONS), object, misshapen, problems);
  }
}

function reportErrors(
  errors: readonly ValidationError[],
  settings: SettingsToValidate,
  misshapen: ReadonlySet<string>,
  problems: Problems,
): void {
  const { description, path } = settings;
  for (const error of errors) {
    const fieldPath = `${path}.${error.property}`;
    const isNested = description.fields.get(error.property)?.nested !== undefined;
    const messages = isNested ? Object.values(error.constraints ?? {}) : messagesOf(error);
    if (messages.length > 0 && !isMisshapen(fieldPath, misshapen))
      report(error, fieldPath, messages, settings, problems);
  }
}

/** Yields a settings object, then the objects in it. */
function* withInner(settings: SettingsToValidate): Generator<SettingsToValidate> {
  const { description, instance, path, origins } = settings;
  yield settings;
  for (const [name, { nested, secret }] of description.fields) {
    if (nested === undefined) continue;
    const inner = { description: nested(), secret: secret || settings.secret, places: settings.places };
    const value = instance[name];
    const node = typeof origins === 'string' ? origins : origins.get(name);
    if (Array.isArray(value)) {
      const origin = originText(node);
      for (const [index, item] of (value as Record<string, unknown>[]).entries()) {
        const itemPath = `${path}.${name}[${index}]`;
        yield* withInner({ ...inner, instance: item, path: itemPath, origins: origin });
      }
    } else if (typeof value === 'object' && value !== null) {
      const innerOrigins = typeof node === 'object' && isConfigMap(node) ? node : originText(node);
      const settingsInside = { ...inner, instance: value as Record<string, unknown>, path: `${path}.${name}` };
      yield* withInner({ ...settingsInside, origins: innerOrigins });
    }
  }
}

const originText = (node: ConfigNode | string | undefined): string =>
  (typeof node === 'string' || node === undefined ? node : originOf(node)) ?? DEFAULT_ORIGIN;

function isMisshapen(path: string, misshapen: ReadonlySet<string>): boolean {
  return [...misshapen].some((wrong) => wrong === path || wrong.startsWith(`${path}[`));
}

function messagesOf(error: ValidationError): readonly string[] {
  const inner = (error.children ?? []).flatMap(messagesOf);
  return [...Object.values(error.constraints ?? {}), ...inner];
}

function report(
  { property, value, constraints }: ValidationError,
  path: string,
  messages: readonly string[],
  { description, origins, secret, places }: SettingsToValidate,
  problems: Problems,
): void {
  const isMissing = value === undefined || value === null;
  const isSecret = secret || description.fields.get(property)?.secret === true;
  const told = isSecret ? messages.map((message) => withoutValue(message, value, constraints)) : messages;
  const node = typeof origins === 'string' ? origins : origins.get(property);
  problems.add('CONFIG_INVALID_VALUE', {
    what: `"${path}" ${isMissing ? 'is not configured' : 'is not valid'}: ${told.join('; ')}.`,
    facts: { class: description.type.name, from: isMissing ? undefined : originText(node) },
    fix: isMissing ? howToConfigure(path, places, isSecret) : 'correct the value there.',
  });
}

/**
 * Names the places that are read; for a secret first those that are not committed. An object in a list, and a key that no
 * variable can name, are configured in a file.
 */
function howToConfigure(path: string, { files, variables }: ConfigPlaces, isSecret: boolean): string {
  const variable = variables !== 'none' && /^[\w.]+$/.test(path) ? variableName(path.split('.')) : undefined;
  const inFiles = files ? ['in a file of config/'] : [];
  const inVariables = [
    ...(variable === undefined
      ? []
      : variables === 'given'
        ? [`as ${variable} of \`config.env\``]
        : [`as ${variable}`, `in a file that ${variable}_FILE names`]),
    ...(variables === 'given' ? ['in `config.values`'] : []),
  ];
  const ways = isSecret
    ? [...inVariables, ...inFiles.map((way) => `${way} that is not committed`)]
    : [...inFiles, ...inVariables];
  if (ways.length === 0) return 'configure it in `config.values`: this application reads neither files nor variables.';
  return `configure it: ${ways.slice(0, -1).join(', ')}${ways.length > 1 ? ', or ' : ''}${ways.at(-1) ?? ''}.`;
}

/** Replaces a message that quotes the value. */
function withoutValue(message: string, value: unknown, constraints: Record<string, string> = {}): string {
  const texts = (Array.isArray(value) ? value : [value]).map(String).filter((text) => text !== '');
  if (!texts.some((text) => message.includes(text))) return message;
  const name = Object.keys(constraints).find((constraint) => constraints[constraint] === message);
  return `${REDACTED} (${name ?? 'a constraint'} is not met)`;
}

/** Reports an error that the code of a settings class has thrown. */
export function reportBrokenSettings(type: AnyClass, error: unknown, problems: Problems): void {
  problems.add('CONFIG_INVALID_VALUE', {
    what: `The settings class ${type.name} threw an error while it was made or validated: ${messageOf(error)}`,
    facts: { class: type.name },
    fix: 'make its constructor, setters and validators work without arguments and without throwing.',
  });
}
