import type { FrameworkConfig } from '../contracts/configuration';
import { Problems } from '../errors/Problem';
import { describeConfiguration } from './describeConfiguration';
import type { ConfigLayers } from './layers/ConfigLayers';
import { mergeLayers } from './layers/mergeLayers';
import { sectionOf } from './tree/Shape';
import { resolveFramework } from './options/resolveFramework';

/**
 * The framework's own sections before anything else can be decided, because plugins add to what can be configured. So
 * nothing is reported here: what does not fit falls back to its default.
 */
export function readFramework(layers: ConfigLayers): FrameworkConfig {
  const unreported = new Problems();
  const root = sectionOf('a section', describeConfiguration({ listeners: [], settings: [] }));
  const merged = mergeLayers(layers, root, unreported);
  return resolveFramework(merged, { baseDirectory: layers.baseDirectory, listeners: [] }, unreported).framework;
}
