import type { Problems } from '../../errors/Problem';
import { type ConfigMap, type ConfigNode, isConfigMap, mergeTrees, originOf, type Replaced } from '../tree/ConfigTree';
import { type SectionShape, shapeOfKey } from '../tree/Shape';
import type { ConfigLayers } from './ConfigLayers';
import { matchAssignments, matchEnvironment } from './matchTexts';

/**
 * Merges one part of the configuration: the keys of all layers that `root` does not leave to another part, the higher
 * layer over the lower. Environment variables and `--set` assignments are matched to the keys of `root`.
 */
export function mergeLayers(layers: ConfigLayers, root: SectionShape, problems: Problems): ConfigMap {
  const environment = matchEnvironment(layers.variables, root, problems);
  const assigned = matchAssignments(layers.assignments ?? [], root, problems);
  const replaced = scheduleReplacement(problems);
  return [...layers.layers.map(({ data }) => data), environment, layers.values.data, assigned]
    .map((tree) => partOf(tree, root))
    .reduce((lower, upper) => mergeTrees(lower, upper, replaced), new Map() as ConfigMap);
}

/** Leaves out the keys of a layer that `section` leaves to another part. */
function partOf(tree: ConfigMap, section: SectionShape): ConfigMap {
  const part = new Map<string, ConfigNode>();
  for (const [key, node] of tree) {
    const shape = shapeOfKey(section, key);
    if (shape?.kind === 'elsewhere') continue;
    if (shape?.kind !== 'section') part.set(key, node);
    else if (isConfigMap(node)) part.set(key, partOf(node, shape));
    // A section that is split between two parts is reported once when it is no mapping: by the part with its own keys.
    else if (shape.others !== 'elsewhere') part.set(key, node);
  }
  return part;
}

/**
 * Rule for merging the options of listeners and tasks: a layer that gives `cron` replaces an `interval` from below with
 * the options that belong to it, and the other way round. Both in one layer are reported.
 */
function scheduleReplacement(problems: Problems): Replaced {
  return (path, lower, upper) => {
    const isSchedule = path[0] === 'listeners' && (path.length === 2 || (path.length === 4 && path[2] === 'tasks'));
    if (!isSchedule) return [];
    const [interval, cron] = [originOfKey(upper, 'interval'), originOfKey(upper, 'cron')];
    if (interval !== undefined && cron !== undefined) {
      problems.add('CONFIG_CONFLICT', {
        what: `"${path.join('.')}" is given both "interval" and "cron" in one layer of the configuration.`,
        facts: { interval, cron },
        fix: 'keep the one that says when it is due.',
      });
      return [];
    }
    if (cron !== undefined && originOfKey(lower, 'interval') !== undefined) return ['interval', 'mode'];
    if (interval !== undefined && originOfKey(lower, 'cron') !== undefined) return ['cron', 'timeZone'];
    return [];
  };
}

/** The origin of a key that is there and not empty. */
function originOfKey(map: ConfigMap, key: string): string | undefined {
  const node = map.get(key);
  return node === undefined || ('value' in node && node.value === undefined) ? undefined : originOf(node);
}
