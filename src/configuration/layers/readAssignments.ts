import type { Problems } from '../../errors/Problem';
import type { Assignment } from '../../contracts/CommandLine';
import { buildTree } from '../tree/buildTree';
import { coerceText } from '../tree/coerceText';
import type { ConfigMap, GrowingMap } from '../tree/ConfigTree';
import { insertNode } from '../tree/insertNode';
import type { SectionShape, Shape } from '../tree/Shape';

/**
 * The layer of the command line, the highest: each text turned into what its key holds. A mapping or a list is JSON. A path
 * that nobody knows stays in it, so that the check of the keys reports it.
 */
export function readAssignments(assignments: readonly Assignment[], root: SectionShape, problems: Problems): ConfigMap {
  const layer: GrowingMap = new Map();
  for (const { path, text } of assignments) {
    const origin = `--set ${path}`;
    const value = readText(text, shapeAt(root, path.split('.')));
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
function readText(text: string, shape: Shape | undefined): unknown {
  if (shape?.kind === 'value') return coerceText(text, shape.text);
  return shape?.kind === 'section' || /^\s*[[{]/.test(text) ? coerceText(text, { kind: 'json' }) : text;
}

function shapeAt(root: SectionShape, path: readonly string[]): Shape | undefined {
  let shape: Shape | undefined = root;
  for (const key of path) shape = shape?.kind === 'section' ? shape.keys().get(key) : undefined;
  return shape;
}
