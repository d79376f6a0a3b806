import type { Problems } from '../errors/Problem';
import type { ConfigurableListener } from './ConfigurationSchema';
import { RESERVED_SECTIONS } from './options/frameworkTable';
import { comparable, type SectionShape, type Shape } from './tree/Shape';

/**
 * Reports known keys side by side that a variable of the environment could not tell apart: sections, listeners, tasks of a
 * listener, fields of settings.
 */
export function checkCollisions(
  sections: ReadonlyMap<string, Shape>,
  listeners: readonly ConfigurableListener[],
  problems: Problems,
): void {
  const check = (keys: Iterable<string>, path: string): void => {
    const byComparable = new Map<string, string>();
    for (const key of keys) {
      const other = byComparable.get(comparable(key));
      if (other !== undefined) {
        problems.add('CONFIG_KEY_COLLISION', {
          what: `The keys "${path}${other}" and "${path}${key}" differ in case and underscores only.`,
          fix: 'rename one of them: in the environment they would be one key.',
        });
      }
      byComparable.set(comparable(key), key);
    }
  };

  // A settings class may contain itself.
  const seen = new Set<SectionShape>();
  const checkSettings = (section: SectionShape, path: string): void => {
    if (seen.has(section)) return;
    seen.add(section);
    check(section.keys().keys(), path);
    for (const [key, shape] of section.keys()) {
      if (shape.kind === 'section') checkSettings(shape, `${path}${key}.`);
    }
  };

  const known = [...sections].filter(([, { kind }]) => kind !== 'ignored');
  check(
    known.map(([key]) => key),
    '',
  );
  check(
    listeners.map(({ name }) => name),
    'listeners.',
  );
  for (const { name, tasks } of listeners) {
    if (tasks.length > 1) check(tasks, `listeners.${name}.tasks.`);
  }
  const reserved: readonly string[] = RESERVED_SECTIONS;
  for (const [key, shape] of known) {
    if (shape.kind === 'section' && !reserved.includes(key)) checkSettings(shape, `${key}.`);
  }
}
