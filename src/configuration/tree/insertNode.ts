import type { Problems } from '../../errors/Problem';
import { isConfigMap, originOf, type ConfigNode, type GrowingMap } from './ConfigTree';

/** Puts `node` at `path`; a value that is there already, in the same layer, is reported. */
export function insertNode(root: GrowingMap, path: readonly string[], node: ConfigNode, problems: Problems): void {
  let map = root;
  path.slice(0, -1).forEach((key, index) => {
    const next = map.get(key);
    if (next !== undefined && !isConfigMap(next) && next.value !== undefined) {
      reportTwice(path.slice(0, index + 1), next, node, problems);
    }
    const child = isConfigMap(next) ? (next as GrowingMap) : new Map<string, ConfigNode>();
    map.set(key, child);
    map = child;
  });
  const last = path.at(-1) ?? '';
  const existing = map.get(last);
  if (existing === undefined || (!isConfigMap(existing) && existing.value === undefined)) {
    map.set(last, node);
  } else if (isConfigMap(existing) && isConfigMap(node)) {
    for (const [key, child] of node) insertNode(root, [...path, key], child, problems);
  } else {
    reportTwice(path, existing, node, problems);
  }
}

function reportTwice(path: readonly string[], first: ConfigNode, second: ConfigNode, problems: Problems): void {
  problems.add('CONFIG_CONFLICT', {
    what: `"${path.join('.')}" is given twice in one layer of the configuration.`,
    facts: { first: originOf(first), second: originOf(second) },
    fix: 'keep one of them.',
  });
}
