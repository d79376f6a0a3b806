import type { Problems } from '../../errors/Problem';
import { type ConfigMap, mergeTrees, originOf, type Replaced } from '../tree/ConfigTree';
import type { SectionShape } from '../tree/Shape';
import type { ConfigLayers } from './ConfigLayers';
import { matchEnvironment, readAssignments } from './matchTexts';

/** All layers as one tree, the higher over the lower. Variables and assignments are matched to the keys of `root`. */
export function mergeLayers(layers: ConfigLayers, root: SectionShape, problems: Problems): ConfigMap {
  const environment = matchEnvironment(layers.variables, root, problems);
  const replaced = scheduleReplacement(problems);
  const assigned = readAssignments(layers.assignments ?? [], root, problems);
  const lowestFirst = [...layers.layers.map(({ data }) => data), environment, layers.values.data, assigned];
  return lowestFirst.reduce((lower, upper) => mergeTrees(lower, upper, replaced), new Map() as ConfigMap);
}

/**
 * For merging layers: one that gives `cron` replaces an `interval` from below with what belongs to it, and the other way
 * round. Both in one layer are reported.
 */
function scheduleReplacement(problems: Problems): Replaced {
  return (path, lower, upper) => {
    const isSchedule = path[0] === 'listeners' && (path.length === 2 || (path.length === 4 && path[2] === 'tasks'));
    if (!isSchedule) return [];
    const [interval, cron] = [given(upper, 'interval'), given(upper, 'cron')];
    if (interval !== undefined && cron !== undefined) {
      problems.add('CONFIG_CONFLICT', {
        what: `"${path.join('.')}" is given both "interval" and "cron" in one layer of the configuration.`,
        facts: { interval, cron },
        fix: 'keep the one that says when it is due.',
      });
      return [];
    }
    if (cron !== undefined && given(lower, 'interval') !== undefined) return ['interval', 'mode'];
    if (interval !== undefined && given(lower, 'cron') !== undefined) return ['cron', 'timeZone'];
    return [];
  };
}

/** The origin of a key that is there and not empty. */
function given(map: ConfigMap, key: string): string | undefined {
  const node = map.get(key);
  return node === undefined || ('value' in node && node.value === undefined) ? undefined : originOf(node);
}
