import { variableName } from '../../../src/configuration/layers/matchTexts';
import { settingsDescriber, type SettingsDescription } from '../../../src/configuration/settings/describeSettings';
import { type AnyClass, settingsMetadata } from '../../../src/contracts/metadata';
import { Problems } from '../../../src/errors/Problem';
import { limitsOf } from './limitsOf';
import type { FieldDoc } from './readFieldDocs';

export type DocOf = (type: AnyClass, field: string) => FieldDoc | undefined;

const HEAD = ['setting', 'default', 'limits', 'environment', 'meaning'];
const LONGEST_DEFAULT = 60;

/** Where the fields of an object stand. */
interface Place {
  /** Before their names, such as `endpoints[].`. */
  readonly prefix: string;
  /** The path of their variables. `undefined` in a list, which one variable gives as a whole. */
  readonly variable: readonly string[] | undefined;
  readonly isSecret: boolean;
  readonly ancestors: readonly AnyClass[];
}

/**
 * The settings of a `@Settings` class as a Markdown table, formatted as Prettier does: one row a field, those of inner objects
 * below it.
 *
 * @throws Error when a field has no docstring, or a validator no words
 */
export function settingsTable(type: AnyClass, docOf: DocOf): string {
  const key = settingsMetadata(type)?.key;
  if (key === undefined) throw new Error(`${type.name} has no @Settings`);
  const description = settingsDescriber(new Problems())(type);
  const place = { prefix: '', variable: key.split('.'), isSecret: false, ancestors: [type] };
  return formatTable([HEAD, ...rowsOf(description, description.create(), place, docOf)]);
}

function rowsOf(
  { type, fields }: SettingsDescription,
  defaults: Record<string, unknown>,
  place: Place,
  docOf: DocOf,
): readonly string[][] {
  const limits = limitsOf(type);
  return [...fields].flatMap(([name, { secret, nested, form }]) => {
    const doc = docOf(type, name);
    const path = place.prefix + name;
    if (doc === undefined || doc.meaning === '') throw new Error(`${type.name}.${name} has no docstring`);
    const { isOptional, text } = limits(name);
    const isSecret = secret || place.isSecret;
    const variable = place.variable === undefined ? undefined : [...place.variable, name];
    const shown = defaults[name];
    const row = [
      `\`${path}\`${isSecret ? ' (secret)' : ''}`,
      shown === undefined || shown === null ? (doc.fallback ?? (isOptional ? 'none' : 'required')) : valueText(shown),
      text,
      variable === undefined ? '' : `\`${variableName(variable)}\``,
      doc.meaning,
    ];
    const inner = nested?.();
    if (inner === undefined || place.ancestors.includes(inner.type)) return [row];
    const isList = form === 'list';
    const innerPlace = {
      prefix: isList ? `${path}[].` : `${path}.`,
      variable: isList ? undefined : variable,
      isSecret,
      ancestors: [...place.ancestors, inner.type],
    };
    const innerDefaults = isList || shown === undefined ? inner.create() : (shown as Record<string, unknown>);
    return [...(isList || shown === undefined ? [row] : []), ...rowsOf(inner, innerDefaults, innerPlace, docOf)];
  });
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  if (text.length <= LONGEST_DEFAULT) return `\`${text}\``;
  if (typeof value !== 'object' || value === null) return `\`${text.slice(0, LONGEST_DEFAULT)}…\``;
  return `${Object.keys(value).length} entries`;
}

function formatTable(rows: readonly string[][]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [lines[0] ?? [], rule, ...lines.slice(1)].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
