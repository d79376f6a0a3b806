import { readFileSync } from 'node:fs';

import type { Problems } from '../../errors/Problem';
import { nearestName } from '../../errors/suggest';
import { toError } from '../../errors/serializeError';
import { buildTree, isForbiddenKey, reportForbiddenKey } from '../tree/buildTree';
import { coerceText } from '../tree/textTypes';
import { ENVIRONMENT_PREFIX, type EnvironmentVariable } from './ConfigLayers';
import { type ConfigMap, type ConfigNode, type GrowingMap, insertNode } from '../tree/ConfigTree';
import { comparable, offeredKeys, type SectionShape, type Shape } from '../tree/Shape';
import type { Assignment } from '../../contracts/CommandLine';

const FILE_SUFFIX = /_FILE$/;

interface Match {
  readonly path: readonly string[];
  readonly shape: Shape;
}

/**
 * The environment's layer: each variable matched to a known key, ignoring case and underscores, its text turned into what
 * the key holds. Each value's origin is its variable.
 */
export function matchEnvironment(
  variables: readonly EnvironmentVariable[],
  root: SectionShape,
  problems: Problems,
): ConfigMap {
  const layer: GrowingMap = new Map();
  for (const variable of variables) {
    if (isForbidden(variable.name, problems)) continue;
    const match = matchPath(variable.name, root);
    const fromFile = match === undefined || isFree(match, variable.name);
    const fileMatch =
      fromFile && FILE_SUFFIX.test(variable.name) ? matchPath(variable.name.replace(FILE_SUFFIX, ''), root) : undefined;
    const found = fileMatch ?? match;
    if (found === undefined) {
      reportUnknown(variable.name, root, problems);
    } else if (found.shape.kind !== 'ignored') {
      const text = fileMatch === undefined ? variable.text : readSecret(variable, problems);
      if (text === undefined) continue;
      const node = readText(text, found, variable.name, fileMatch !== undefined, problems);
      if (node !== undefined) insertNode(layer, found.path, node, problems);
    }
  }
  return layer;
}

function isForbidden(name: string, problems: Problems): boolean {
  const forbidden = partsOf(name).find((part) => isForbiddenKey(part.toLowerCase()));
  if (forbidden !== undefined) reportForbiddenKey(forbidden, name, name, problems);
  return forbidden !== undefined;
}

// Below a mapping with free keys every name is a key, so that there `_FILE` always means a file.
function isFree({ shape }: Match, name: string): boolean {
  return (shape.kind === 'open' || shape.kind === 'ignored') && FILE_SUFFIX.test(name);
}

function matchPath(name: string, root: SectionShape): Match | undefined {
  let shape: Shape = root;
  const path: string[] = [];
  for (const part of partsOf(name)) {
    if (part === '') return undefined;
    if (shape.kind === 'section') {
      const { passesOverOthers = false } = shape;
      const known: readonly [string, Shape] | undefined = [...shape.keys()].find(
        ([key]) => comparable(key) === comparable(part),
      );
      if (known === undefined && !passesOverOthers) return undefined;
      path.push(known?.[0] ?? part.toLowerCase());
      shape = known?.[1] ?? { kind: 'ignored' };
    } else if (shape.kind === 'value') {
      return undefined;
    } else {
      path.push(part.toLowerCase());
    }
  }
  return { path, shape };
}

const partsOf = (name: string): string[] => name.slice(ENVIRONMENT_PREFIX.length).split('__');

function readSecret({ name, text }: EnvironmentVariable, problems: Problems): string | undefined {
  try {
    return readFileSync(text, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    problems.add('CONFIG_UNREADABLE', {
      what: `The file that ${name} names cannot be read.`,
      facts: { file: text, cause: toError(error).message },
      fix: 'name a file that exists and that this process may read.',
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
    if (shape.kind === 'section') return notJson(path, name, problems);
    const value = coerceText(text, shape.kind === 'value' ? shape.text : { kind: 'text' });
    return value === undefined ? notJson(path, name, problems) : { value, origin: name, ...(secret && { secret }) };
  }
  const value = coerceText(text, { kind: 'json' });
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
  const parts = partsOf(name);
  let section = root;
  let known = 0;
  for (; known < parts.length - 1; known++) {
    const part = parts[known] ?? '';
    const next = [...section.keys()].find(([key]) => comparable(key) === comparable(part));
    if (next?.[1].kind !== 'section') break;
    section = next[1];
  }
  const nearest = nearestName(parts[known] ?? '', offeredKeys(section).map(variablePart));
  const suggestion = nearest === undefined ? undefined : ENVIRONMENT_PREFIX + parts.with(known, nearest).join('__');
  problems.add('CONFIG_UNKNOWN_KEY', {
    what: `The environment variable ${name} matches no known key.${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
    fix: 'correct its name: `__` stands between levels, `_` between the words of a key; or remove it.',
  });
}

/**
 * The layer of the command line, the highest: each text turned into what its key holds. A mapping or a list is JSON. A path
 * that nobody knows stays in it, so that the check of the keys reports it.
 */
export function readAssignments(assignments: readonly Assignment[], root: SectionShape, problems: Problems): ConfigMap {
  const layer: GrowingMap = new Map();
  for (const { path, text } of assignments) {
    const origin = `--set ${path}`;
    const value = readAssigned(text, shapeAt(root, path.split('.')));
    if (value === undefined) {
      problems.add('CONFIG_INVALID_VALUE', {
        what: `The text of ${origin} is not valid JSON.`,
        fix: `give a JSON object or list, or one value below it: --set ${path}.<key>=<value>.`,
      });
      continue;
    }
    const data = buildTree({ [path]: value }, origin, problems, { dottedKeys: true });
    for (const [key, node] of data) insertNode(layer, [key], node, problems);
  }
  return layer;
}

/** `undefined`: it had to be JSON and is not. */
function readAssigned(text: string, shape: Shape | undefined): unknown {
  if (shape?.kind === 'value') return coerceText(text, shape.text);
  return shape?.kind === 'section' || /^\s*[[{]/.test(text) ? coerceText(text, { kind: 'json' }) : text;
}

function shapeAt(root: SectionShape, path: readonly string[]): Shape | undefined {
  let shape: Shape | undefined = root;
  for (const key of path) shape = shape?.kind === 'section' ? shape.keys().get(key) : undefined;
  return shape;
}

/** The environment variable of a path: `slack.botToken` is `DAEMONRY__SLACK__BOT_TOKEN`. */
export function variableName(path: readonly string[]): string {
  return ENVIRONMENT_PREFIX + path.map(variablePart).join('__');
}

/** A key as a part of a variable's name: `botToken` is `BOT_TOKEN`. */
function variablePart(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
