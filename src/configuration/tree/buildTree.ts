import type { Problems } from '../../errors/Problem';
import { INEXACT } from './textTypes';
import { isPlainObject, type ConfigMap, type ConfigNode, type GrowingMap, insertNode } from './ConfigTree';

const DEEPEST = 32;
const MOST_NODES = 100_000;

interface Reading {
  readonly origin: string;
  readonly secret: boolean;
  readonly bigints: boolean;
  readonly problems: Problems;
  readonly ancestors: Set<object>;
  nodes: number;
  tooLarge: boolean;
}

interface TreeOptions {
  /** True if a key of the top level may be a dotted path. @defaultValue false */
  readonly dottedKeys?: boolean;
  /** True if no value of the tree may be shown. @defaultValue false */
  readonly secret?: boolean;
  /** True if integers come as BigInts, so that one that would be rounded is seen. @defaultValue false */
  readonly bigints?: boolean;
}

/**
 * Converts the data of one layer, or of an object inside a list, to a tree. The data is copied.
 *
 * Keys that are refused, values that are not plain data, cycles, and data that is too deep or too large are reported and
 * left out.
 */
export function buildTree(
  data: unknown,
  origin: string,
  problems: Problems,
  { dottedKeys = false, secret = false, bigints = false }: TreeOptions = {},
): ConfigMap {
  const reading: Reading = { origin, secret, bigints, problems, ancestors: new Set(), nodes: 0, tooLarge: false };
  const root: GrowingMap = new Map();
  if (data === undefined || data === null) return root;
  if (!isMapping(data)) {
    problems.add('CONFIG_INVALID_VALUE', {
      what: 'Configuration has to be a mapping of keys to values, and this is not one.',
      facts: { from: origin, found: kindOf(data) },
      fix: 'write `key: value` pairs at the top level.',
    });
    return root;
  }
  reading.ancestors.add(data);
  for (const [key, value] of entriesOf(data)) {
    const path = dottedKeys ? key.split('.') : [key];
    if (!isUsablePath(path, key, reading)) continue;
    const node = readNode(value, path, reading);
    if (node !== undefined) insertNode(root, path, node, problems);
  }
  return root;
}

function readNode(value: unknown, path: readonly string[], reading: Reading): ConfigNode | undefined {
  if (isMapping(value)) {
    return inside(value, path, reading, () => {
      const map: GrowingMap = new Map();
      for (const [key, child] of entriesOf(value)) {
        const childPath = [...path, key];
        if (!isUsablePath([key], childPath.join('.'), reading)) continue;
        const node = readNode(child, childPath, reading);
        if (node !== undefined) map.set(key, node);
      }
      return map;
    });
  }
  const plain = readPlain(value, path, reading);
  return plain === REFUSED
    ? undefined
    : { value: plain, origin: reading.origin, ...(reading.secret && { secret: true }) };
}

const REFUSED = Symbol('refused');

/** Copies a value that is not a mapping of the tree: a scalar, or a list with its items. */
function readPlain(value: unknown, path: readonly string[], reading: Reading): unknown {
  reading.nodes++;
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === INEXACT) return refuseInexact(path, reading);
  if (typeof value === 'bigint' && reading.bigints) return readInteger(value, path, reading);
  if (Array.isArray(value)) {
    return inside(value, path, reading, () =>
      value
        .map((item: unknown, index) => readPlain(item, [...path, String(index)], reading))
        .filter((item) => item !== REFUSED),
    );
  }
  if (isMapping(value)) {
    return inside(value, path, reading, () => {
      const entries = [...entriesOf(value)]
        .filter(([key]) => isUsablePath([key], [...path, key].join('.'), reading))
        .map(([key, child]) => [key, readPlain(child, [...path, key], reading)] as const);
      return Object.fromEntries(entries.filter(([, child]) => child !== REFUSED && child !== undefined));
    });
  }
  reading.problems.add('CONFIG_INVALID_VALUE', {
    what: `The configured value of "${path.join('.')}" is not plain data.`,
    facts: { from: reading.origin, found: kindOf(value) },
    fix: 'give a text, a number, true or false, a list, or a mapping of these.',
  });
  return REFUSED;
}

/** An integer that no number of JavaScript is equal to would silently become another one: of an id, that of somebody else. */
function readInteger(value: bigint, path: readonly string[], reading: Reading): unknown {
  return BigInt(Number(value)) === value ? Number(value) : refuseInexact(path, reading);
}

function refuseInexact(path: readonly string[], { origin, problems }: Reading): typeof REFUSED {
  reportInexact(`The configured value of "${path.join('.')}"`, origin, problems);
  return REFUSED;
}

/** Reports a number that would be rounded to another integer. */
export function reportInexact(what: string, origin: string, problems: Problems): undefined {
  problems.add('CONFIG_INVALID_VALUE', {
    what: `${what} is a number that cannot be held exactly.`,
    facts: { from: origin },
    fix: 'put it between quotes, so that it is a text; integers are exact up to 9007199254740991.',
  });
}

/** Runs `read` for the content of `container`, unless it contains itself, or is too deep or too large. */
function inside<T>(container: object, path: readonly string[], reading: Reading, read: () => T): T | undefined {
  const tooMuch = reading.ancestors.has(container)
    ? 'it contains itself'
    : path.length > DEEPEST
      ? `it is nested more than ${DEEPEST} levels deep`
      : reading.nodes > MOST_NODES
        ? `the layer has more than ${MOST_NODES} values`
        : undefined;
  if (tooMuch !== undefined) {
    if (reading.tooLarge) return undefined;
    reading.tooLarge = reading.nodes > MOST_NODES;
    const shown = path.length > 8 ? `${path.slice(0, 8).join('.')}…` : path.join('.');
    reading.problems.add('CONFIG_INVALID_VALUE', {
      what: `"${shown}" cannot be read as configuration: ${tooMuch}.`,
      facts: { from: reading.origin },
      fix: 'give it as a small, finite structure.',
    });
    return undefined;
  }
  reading.nodes++;
  reading.ancestors.add(container);
  try {
    return read();
  } finally {
    reading.ancestors.delete(container);
  }
}

function isUsablePath(keys: readonly string[], shown: string, { origin, problems }: Reading): boolean {
  const forbidden = keys.find(isForbiddenKey);
  if (forbidden !== undefined) {
    reportForbiddenKey(forbidden, shown, origin, problems);
    return false;
  }
  if (keys.includes('')) {
    problems.add('CONFIG_UNKNOWN_KEY', {
      what: `"${shown}" is not a path: a part of it is empty.`,
      facts: { from: origin },
      fix: 'write names with one dot between them.',
    });
    return false;
  }
  return true;
}

function isMapping(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Map]' || isPlainObject(value);
}

function entriesOf(mapping: object): Iterable<readonly [string, unknown]> {
  if (Object.prototype.toString.call(mapping) !== '[object Map]') return Object.entries(mapping);
  return [...(mapping as Map<unknown, unknown>)].map(([key, value]) => [String(key), value] as const);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return Object.prototype.toString.call(value).slice(8, -1);
  return typeof value;
}

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const isForbiddenKey = (key: string): boolean => FORBIDDEN_KEYS.has(key);

export function reportForbiddenKey(key: string, path: string, origin: string, problems: Problems): void {
  problems.add('CONFIG_FORBIDDEN_KEY', {
    what: `The key "${key}" is refused in configuration.`,
    facts: { path, from: origin },
    fix: 'remove it: it has a meaning of its own in JavaScript, and no option is called so.',
  });
}
