import type { Assignment } from '../../contracts/CommandLine';
import { Problems } from '../../errors/Problem';
import { messageOf } from '../../errors/serializeError';
import { nearestName } from '../../errors/suggest';
import { buildTree, reportInexact } from '../tree/buildTree';
import { type ConfigMap, type ConfigNode, type GrowingMap, insertNode } from '../tree/ConfigTree';
import { comparable, offeredKeys, type SectionShape, type Shape, shapeOfKey, shapeOfOthers } from '../tree/Shape';
import { coerceText, INEXACT } from '../tree/textTypes';
import { describeUnloaded, fixOfUnloaded, MOST_UNKNOWN, reportMoreUnknown } from '../tree/checkKeys';
import { ENVIRONMENT_PREFIX, type EnvironmentVariable, partsOfName } from './ConfigLayers';
import { readText as readTextFile } from './readText';

const FILE_SUFFIX = /_FILE$/;

interface Match {
  readonly path: readonly string[];
  readonly shape: Shape;
}

/**
 * The environment's layer of the part of the configuration that `root` describes: each variable matched to a known key,
 * ignoring case and underscores, its text converted to the type of the key. The origin of each value is its variable.
 */
export function matchEnvironment(
  variables: readonly EnvironmentVariable[],
  root: SectionShape,
  problems: Problems,
): ConfigMap {
  const layer: GrowingMap = new Map();
  let unknown = 0;
  for (const variable of variables) {
    const match = matchPath(variable.name, root);
    const fileMatch =
      FILE_SUFFIX.test(variable.name) && (match === undefined || hasFreeName(match.shape))
        ? matchPath(variable.name.replace(FILE_SUFFIX, ''), root)
        : undefined;
    const found = fileMatch ?? match;
    if (found === undefined) {
      if (++unknown <= MOST_UNKNOWN) reportUnknown(variable.name, root, problems);
    } else if (found.shape.kind !== 'ignored' && found.shape.kind !== 'elsewhere') {
      const reported = problemsOf(found.shape, problems);
      const text = fileMatch === undefined ? variable.text : readSecret(variable, reported);
      if (text === undefined) continue;
      const node = readText(text, found, variable.name, fileMatch !== undefined, reported);
      if (node !== undefined) insertNode(layer, found.path, node, reported);
    }
  }
  reportMoreUnknown('environment variables', unknown, problems);
  return layer;
}

/** True where any name is a key, so that `_FILE` at the end of a variable's name always means a file. */
const hasFreeName = ({ kind }: Shape): boolean => kind === 'open' || kind === 'ignored' || kind === 'elsewhere';

/** A text for a whole section that is split between two parts is read by both, and reported by the one with its own keys. */
const problemsOf = (shape: Shape, problems: Problems): Problems =>
  shape.kind === 'section' && shape.others === 'elsewhere' ? new Problems() : problems;

function matchPath(name: string, root: SectionShape): Match | undefined {
  let shape: Shape = root;
  const path: string[] = [];
  for (const part of partsOfName(name)) {
    if (shape.kind === 'elsewhere') break;
    if (shape.kind === 'value' || (part === '' && !(shape.kind === 'section' && shape.others === 'elsewhere'))) {
      return undefined;
    }
    if (shape.kind === 'section') {
      const known: readonly [string, Shape] | undefined = [...shape.keys()].find(
        ([key]) => comparable(key) === comparable(part),
      );
      const next: Shape | undefined = known?.[1] ?? shapeOfOthers(shape);
      if (next === undefined) return undefined;
      path.push(known?.[0] ?? part.toLowerCase());
      shape = next;
    } else {
      path.push(part.toLowerCase());
    }
  }
  return { path, shape };
}

function readSecret({ name, text }: EnvironmentVariable, problems: Problems): string | undefined {
  try {
    return readTextFile(text).replace(/\r?\n$/, '');
  } catch (error) {
    problems.add('CONFIG_UNREADABLE', {
      what: `The file that ${name} names cannot be read.`,
      facts: { file: text, cause: messageOf(error) },
      fix: 'name a text file in UTF-8 that exists and that this process may read.',
    });
    return undefined;
  }
}

function readText(
  text: string,
  { path, shape }: Match,
  name: string,
  secret: boolean,
  problems: Problems,
): ConfigNode | undefined {
  if (shape.kind === 'value' || shape.kind === 'refused' || !/^\s*[[{]/.test(text)) {
    const orText = shape.kind === 'section' ? shape.orText : undefined;
    if (shape.kind === 'section' && orText === undefined) return notJson(path, name, problems);
    const value = coerceText(text, shape.kind === 'value' ? shape.text : (orText ?? { kind: 'text' }));
    if (value === INEXACT) return reportInexact(`The text of ${name}`, name, problems);
    return value === undefined ? notJson(path, name, problems) : { value, origin: name, ...(secret && { secret }) };
  }
  const value = coerceText(text, { kind: 'json' });
  if (value === INEXACT) return reportInexact(`A value in ${name}`, name, problems);
  if (value === undefined) return notJson(path, name, problems);
  return buildTree({ value }, name, problems, { secret }).get('value');
}

function notJson(path: readonly string[], name: string, problems: Problems): undefined {
  problems.add('CONFIG_INVALID_VALUE', {
    what: `The text of ${name} is not valid JSON.`,
    facts: { path: path.join('.'), from: name },
    fix: 'give a JSON object or list, or one variable for each key, with `__` between the levels.',
  });
}

function reportUnknown(name: string, root: SectionShape, problems: Problems): void {
  const parts = partsOfName(name);
  let section = root;
  let known = 0;
  for (; known < parts.length - 1; known++) {
    const part = parts[known] ?? '';
    const next = [...section.keys()].find(([key]) => comparable(key) === comparable(part));
    if (next !== undefined && isList(next[1]) && /^\d+$/.test(parts[known + 1] ?? '')) {
      const list = ENVIRONMENT_PREFIX + parts.slice(0, known + 1).join('__');
      problems.add('CONFIG_UNKNOWN_KEY', {
        what: `The environment variable ${name} matches no known key: items of a list have no variables of their own.`,
        fix: `give the whole list in ${list}, as JSON: [ … ].`,
      });
      return;
    }
    if (next?.[1].kind !== 'section') break;
    section = next[1];
  }
  const unloaded = section.unloaded?.() ?? new Map<string, string>();
  const part = parts[known] ?? '';
  const reader = [...unloaded].find(([key]) => comparable(key) === comparable(part));
  if (reader !== undefined) {
    problems.add('CONFIG_UNKNOWN_KEY', {
      what: `The environment variable ${name} matches no known key: ${describeUnloaded(...reader)}`,
      fix: fixOfUnloaded(reader[1]),
    });
    return;
  }
  const nearest = nearestName(part, [...offeredKeys(section), ...unloaded.keys()].map(variablePart));
  const suggestion =
    nearest === undefined ? undefined : ENVIRONMENT_PREFIX + corrected(parts, known, nearest).join('__');
  problems.add('CONFIG_UNKNOWN_KEY', {
    what: `The environment variable ${name} matches no known key.${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
    fix: 'correct its name: `__` stands between levels, `_` between the words of a key; or remove it.',
  });
}

const isList = (shape: Shape): boolean =>
  shape.kind === 'section'
    ? (shape.form ?? 'mapping') !== 'mapping'
    : shape.kind === 'value' && shape.text.kind === 'list';

/** The parts of a name with the right one at `index`. Where that was right before, it is a value, and has nothing below it. */
function corrected(parts: readonly string[], index: number, right: string): readonly string[] {
  const isRight = comparable(parts[index] ?? '') === comparable(right);
  return isRight ? [...parts.slice(0, index), right] : parts.with(index, right);
}

/**
 * The layer of the command line, the highest: each text converted to the type of its key. A mapping or a list is JSON. A
 * path that is not known stays in the layer, so that the check of the keys reports it.
 */
export function matchAssignments(
  assignments: readonly Assignment[],
  root: SectionShape,
  problems: Problems,
): ConfigMap {
  const layer: GrowingMap = new Map();
  for (const { path, text } of assignments) {
    const shape = shapeAt(root, path.split('.'));
    if (shape?.kind === 'elsewhere') continue;
    const reported = shape === undefined ? problems : problemsOf(shape, problems);
    const origin = `--set ${path}`;
    const value = readAssigned(text, shape);
    if (value === INEXACT) {
      reportInexact(`The value of ${origin}`, origin, reported);
      continue;
    }
    if (value === undefined) {
      reported.add('CONFIG_INVALID_VALUE', {
        what: `The text of ${origin} is not valid JSON.`,
        fix: `give a JSON object or list, or one value below it: --set ${path}.<key>=<value>.`,
      });
      continue;
    }
    const data = buildTree({ [path]: value }, origin, reported, { dottedKeys: true });
    for (const [key, node] of data) insertNode(layer, [key], node, reported);
  }
  return layer;
}

/** Undefined for a text that has to be JSON and is not. */
function readAssigned(text: string, shape: Shape | undefined): unknown {
  if (shape?.kind === 'value') return coerceText(text, shape.text);
  const isObject = /^\s*[[{]/.test(text);
  if (shape?.kind === 'section' && shape.orText !== undefined && !isObject) return coerceText(text, shape.orText);
  return shape?.kind === 'section' || isObject ? coerceText(text, { kind: 'json' }) : text;
}

function shapeAt(root: SectionShape, path: readonly string[]): Shape | undefined {
  let shape: Shape | undefined = root;
  for (const key of path) {
    if (shape?.kind === 'elsewhere') return shape;
    shape = shape?.kind === 'section' ? shapeOfKey(shape, key) : undefined;
  }
  return shape;
}

/** The environment variable of a path: `slack.botToken` is `DAEMONRY__SLACK__BOT_TOKEN`. */
export function variableName(path: readonly string[]): string {
  return ENVIRONMENT_PREFIX + path.map(variablePart).join('__');
}

/** Converts a key to a part of a variable's name: `botToken` becomes `BOT_TOKEN`. */
function variablePart(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
