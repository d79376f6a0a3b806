import type { Problems } from '../../errors/Problem';
import { scheduleReplacement } from '../options/scheduleReplacement';
import type { ConfigMap } from '../tree/ConfigTree';
import { mergeTrees } from '../tree/mergeTrees';
import type { SectionShape } from '../tree/Shape';
import type { ConfigLayers } from './ConfigLayers';
import { matchEnvironment } from './matchEnvironment';
import { readAssignments } from './readAssignments';

/** All layers as one tree, the higher over the lower. Variables and assignments are matched to the keys of `root`. */
export function mergeLayers(layers: ConfigLayers, root: SectionShape, problems: Problems): ConfigMap {
  const environment = matchEnvironment(layers.variables, root, problems);
  const replaced = scheduleReplacement(problems);
  const assigned = readAssignments(layers.assignments ?? [], root, problems);
  const lowestFirst = [...layers.layers.map(({ data }) => data), environment, layers.values.data, assigned];
  return lowestFirst.reduce((lower, upper) => mergeTrees(lower, upper, replaced), new Map() as ConfigMap);
}
