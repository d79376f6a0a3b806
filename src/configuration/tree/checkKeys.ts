import type { Problems } from '../../errors/Problem';
import { nearestName } from '../../errors/suggest';
import {
  isConfigMap,
  isPlainObject,
  originOf,
  type ConfigMap,
  type ConfigNode,
  type ConfiguredValue,
  toTree,
} from './ConfigTree';
import { offeredKeys, type SectionShape, type Shape, shapeOfKey } from './Shape';

/** Number of unknown keys that are each reported; the others are counted. */
export const MOST_UNKNOWN = 100;

/**
 * Reports every key of the merged configuration that is not known or not allowed, and every value that has to be a mapping
 * or a list and is not.
 *
 * @returns the paths whose value has the wrong form.
 */
export function checkKeys(root: ConfigMap, shape: SectionShape, problems: Problems): ReadonlySet<string> {
  const misshapen = new Set<string>();
  let unknown = 0;

  const visit = (node: ConfigNode, known: Shape, path: string): void => {
    switch (known.kind) {
      case 'ignored':
      case 'elsewhere':
      case 'open':
      case 'value':
        return;
      case 'refused':
        if (!isConfigMap(node) && node.value === undefined) return;
        problems.add(known.code, {
          what: `"${path}" cannot be configured: ${known.why}`,
          facts: { from: originOf(node) },
          fix: known.fix,
        });
        return;
      case 'section':
        if (isConfigMap(node)) visitMapping(node, known, path);
        else if (node.value !== undefined) visitValue(node, known, path);
    }
  };

  const visitMapping = (map: ConfigMap, section: SectionShape, path: string): void => {
    if (section.form === 'list') return reportForm(path, 'a list', originOf(map));
    for (const [key, node] of map) {
      const childPath = path === '' ? key : `${path}.${key}`;
      const known = shapeOfKey(section, key);
      if (known !== undefined) visit(node, known, childPath);
      // Left empty, it is as if it were not there.
      else if (!isConfigMap(node) && node.value === undefined) continue;
      else if (++unknown <= MOST_UNKNOWN) reportUnknown(key, childPath, section, originOf(node));
    }
  };

  const visitValue = ({ value, origin }: ConfiguredValue, section: SectionShape, path: string): void => {
    // The rule of the option says whether it is the right one.
    if (section.orText !== undefined) return;
    const form = section.form ?? 'mapping';
    if (form === 'mapping' || !Array.isArray(value)) {
      return reportForm(path, form === 'list' ? 'a list' : 'a mapping', origin);
    }
    value.forEach((item: unknown, index) => {
      const itemPath = `${path}[${index}]`;
      if (!isPlainObject(item)) reportForm(itemPath, 'a mapping', origin);
      else visitMapping(toTree(item, { origin }), { ...section, form: 'mapping' }, itemPath);
    });
  };

  const reportForm = (path: string, expected: string, origin: string | undefined): void => {
    misshapen.add(path);
    problems.add('CONFIG_INVALID_VALUE', {
      what: `The configured value of "${path}" is not ${expected}.`,
      facts: { from: origin },
      fix: `give ${expected}.`,
    });
  };

  const reportUnknown = (key: string, path: string, section: SectionShape, origin: string | undefined): void => {
    const unloaded = section.unloaded?.() ?? new Map<string, string>();
    const reader = unloaded.get(key);
    if (reader !== undefined) {
      problems.add('CONFIG_UNKNOWN_KEY', {
        what: `"${path}" is configured, and nothing in this application reads it: ${describeUnloaded(key, reader)}`,
        facts: { from: origin },
        fix: fixOfUnloaded(reader),
      });
      return;
    }
    const known = offeredKeys(section);
    const meant = nearestName(key, [...known, ...unloaded.keys()]);
    const suggestion = meant === undefined ? '' : ` Did you mean "${meant}"?`;
    const meantReader = unloaded.get(meant ?? '');
    const unloadedToo = meantReader === undefined ? '' : ` ${describeUnloaded(meant ?? '', meantReader)}`;
    const dotted = path === key || !key.includes('.') ? '' : ' A dotted path works at the top level only.';
    problems.add('CONFIG_UNKNOWN_KEY', {
      what: `"${path}" is configured, and "${key}" is not ${section.noun}.${suggestion}${unloadedToo}${dotted}`,
      facts: { from: origin, known: known.length === 0 ? 'none' : [...known].sort().join(', ') },
      fix: 'correct the key or remove it.',
    });
  };

  visitMapping(root, shape, '');
  reportMoreUnknown('keys', unknown, problems);
  return misshapen;
}

/** Says how many unknown keys or variables are not reported one by one. */
export function reportMoreUnknown(what: string, count: number, problems: Problems): void {
  if (count <= MOST_UNKNOWN) return;
  problems.add('CONFIG_UNKNOWN_KEY', {
    what: `${count - MOST_UNKNOWN} more ${what} are not known.`,
    fix: 'correct those above first; something else than a configuration may have been read.',
  });
}

/** Why a key that an installed module reads is not known: that module is not loaded. */
export const describeUnloaded = (key: string, module: string): string =>
  `"${key}" is a section of the module "${module}", which is not loaded.`;

export const fixOfUnloaded = (module: string): string =>
  `load the module "${module}" (\`modules\` of createApplication), or remove the section.`;
