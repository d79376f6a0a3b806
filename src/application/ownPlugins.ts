import type { ConfigLayer } from '../configuration/layers/ConfigLayers';
import { toTree } from '../configuration/tree/ConfigTree';
import type { Plugin } from '../contracts/Plugin';
import type { PluginSources } from '../plugins/loadPlugins';
import type { ApplicationOptions } from './ApplicationOptions';

/** What an application says of its plugins in code: where they come from, and the lowest layer of the configuration. */
export function ownPlugins(
  options: ApplicationOptions['plugins'] = {},
  fallback?: string | false,
): PluginSources & { readonly layers: readonly ConfigLayer[] } {
  const { from = fallback, enabled, ...others } = isList(options) ? { from: fallback, enabled: options } : options;
  const given = (enabled ?? []).filter((item): item is Plugin => typeof item !== 'string');
  const names = enabled?.map((item) => (typeof item === 'string' ? item : item.name));
  const configured = Object.entries({ ...others, enabled: names }).filter(([, value]) => value !== undefined);
  const origin = 'createApplication';
  const data = toTree({ plugins: Object.fromEntries(configured) }, { origin });
  return {
    ...(from === undefined ? {} : { from }),
    given,
    layers: configured.length === 0 ? [] : [{ origin, data }],
  };
}

const isList = (options: NonNullable<ApplicationOptions['plugins']>): options is readonly (string | Plugin)[] =>
  Array.isArray(options);
