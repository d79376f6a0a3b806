import type { FrameworkConfig } from '../contracts/configuration';
import type { PlanWarning } from '../contracts/BootPlan';
import type { Problems } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import type { PluginRecord } from './PluginRecord';

type Wanted = Pick<FrameworkConfig['plugins'], 'enabled' | 'disabled'>;

/** The outcome of enabling and disabling plugins. */
export interface SelectedPlugins {
  /** The plugins to load, by priority, without those that are refused. */
  readonly enabled: readonly PluginRecord[];
  readonly warnings: readonly PlanWarning[];
}

/**
 * Enables and disables plugins by name; `disabled` wins. An enabled name that no plugin has, or two plugins have, is
 * reported.
 *
 * @param lookedIn - the folder that was searched, for the problem of an unknown name.
 */
export function selectPlugins(
  records: readonly PluginRecord[],
  { enabled, disabled }: Wanted,
  lookedIn: string,
  problems: Problems,
): SelectedPlugins {
  const off = new Set(disabled);
  const names = records.map(({ name }) => name);
  const chosen: PluginRecord[] = [];
  for (const [index, name] of [...new Set(enabled)].entries()) {
    const [record, other] = records.filter((candidate) => candidate.name === name);
    if (off.has(name)) {
      if (record !== undefined) record.priority = index + 1;
    } else if (record === undefined) {
      problems.add('PLUGIN_UNKNOWN', {
        what: `The plugin "${name}" is enabled, and not installed.${didYouMean(name, names)}`,
        facts: {
          installed: names.join(', ') || 'none',
          'looked in': lookedIn,
          refused: records.flatMap(({ state, reason }) => (state === 'refused' ? [reason] : [])).join(' ') || undefined,
        },
        fix: 'correct the name in plugins.enabled, or install the package that brings the plugin, among the dependencies of the application.',
      });
    } else if (other !== undefined) {
      problems.add('PLUGIN_AMBIGUOUS', {
        what: `Two packages bring a plugin "${name}".`,
        facts: { first: record.label, second: other.label },
        fix: 'remove one of the two packages, or its folder from plugins.paths.',
      });
    } else {
      record.priority = index + 1;
      if (record.state !== 'refused') {
        record.enable();
        chosen.push(record);
      }
    }
  }
  for (const record of records) if (off.has(record.name)) record.disable('plugins.disabled names it');
  const unknown = disabled.filter((name) => !names.includes(name));
  return {
    enabled: chosen,
    warnings: unknown.map((name) => ({
      code: 'PLUGIN_UNKNOWN',
      message: `plugins.disabled names "${name}", which is not installed.${didYouMean(name, names)}`,
    })),
  };
}
