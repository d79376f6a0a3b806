import type { Problems } from '../../errors/Problem';
import { type ConfigMap, originOf } from '../tree/ConfigTree';
import type { Replaced } from '../tree/mergeTrees';

/**
 * For merging layers: one that gives `cron` replaces an `interval` from below with what belongs to it, and the other way
 * round. Both in one layer are reported.
 */
export function scheduleReplacement(problems: Problems): Replaced {
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
