import { type AnyClass, settingsMetadata } from '../../contracts/metadata';
import { Problems } from '../../errors/Problem';
import type { ConfigurationSchema } from '../describeConfiguration';
import { type SettingsDescription, settingsDescriber } from './describeSettings';
import { isForbiddenKey } from '../tree/buildTree';
import { RESERVED_SECTIONS } from '../options/framework';
import { reportBrokenSettings } from './validateSettings';
import { sectionOf, type Shape } from '../tree/Shape';

/** A settings class and its key in the configuration. */
export interface PlacedSettings {
  readonly key: string;
  readonly description: SettingsDescription;
}

type SettingsToPlace = Pick<ConfigurationSchema, 'settings' | 'unreadSettings' | 'mayHaveOtherSettings'>;

/** The keys of the top level, the sections above settings by their paths, and how the keys of those are treated that are not known. */
interface Places {
  readonly known: Map<string, Shape>;
  readonly sections: Map<string, Map<string, Shape>>;
  readonly others: 'unknown' | 'ignored';
}

/**
 * Adds each settings class to the known keys. A class without a key, or with one that is taken, is reported and left out. The
 * sections of classes that are not read are not checked.
 */
export function placeSettings(
  { settings: classes, unreadSettings = [], mayHaveOtherSettings = false }: SettingsToPlace,
  known: Map<string, Shape>,
  problems: Problems,
): readonly PlacedSettings[] {
  const describe = settingsDescriber(problems);
  const sections = new Map<string, Map<string, Shape>>();
  const owners = new Map<string, AnyClass>();
  const others = mayHaveOtherSettings ? 'ignored' : 'unknown';
  const place = (key: string, shape: Shape): void => {
    placeAt(key.split('.'), shape, { known, sections, others });
  };
  const placed = [...new Set(classes)].flatMap((type) => {
    const key = usableKey(type, owners, problems);
    if (key === undefined) return [];
    try {
      const description = describe(type);
      owners.set(key, type);
      place(key, description.shape);
      return [{ key, description }];
    } catch (error) {
      reportBrokenSettings(type, error, problems);
      // The configured values may be right: nobody can tell, so they are not reported.
      place(key, { kind: 'ignored' });
      return [];
    }
  });
  for (const type of unreadSettings) {
    const key = usableKey(type, owners, new Problems());
    if (key === undefined) continue;
    owners.set(key, type);
    place(key, { kind: 'ignored' });
  }
  return placed;
}

/** Adds the shape at a path. The sections on the way hold settings only, because reserved sections are refused before. */
function placeAt(path: readonly string[], shape: Shape, { known, sections, others }: Places): void {
  let keys = known;
  path.slice(0, -1).forEach((key, index) => {
    const prefix = path.slice(0, index + 1).join('.');
    const below = sections.get(prefix) ?? new Map<string, Shape>();
    sections.set(prefix, below);
    keys.set(key, { ...sectionOf(`a key of "${prefix}"`, below), others });
    keys = below;
  });
  keys.set(path.at(-1) ?? '', shape);
}

function usableKey(type: AnyClass, owners: ReadonlyMap<string, AnyClass>, problems: Problems): string | undefined {
  const key: unknown = settingsMetadata(type)?.key;
  const facts = { class: type.name, key };
  if (typeof key !== 'string') {
    problems.add('MISUSED_DECORATOR', {
      what: `${type.name} is used as a settings class, and has no @Settings key.`,
      facts: { class: type.name },
      fix: "put @Settings('key') on the class itself: it is not inherited.",
    });
    return undefined;
  }
  if (
    key.split('.').some((part) => !/^[A-Za-z][A-Za-z0-9_-]*$/.test(part) || part.includes('__') || isForbiddenKey(part))
  ) {
    problems.add('INVALID_NAME', {
      what: `"${key}" cannot be the key of ${type.name}.`,
      facts: { class: type.name },
      fix: 'give words of letters, digits and single underscores, with a dot between levels.',
    });
    return undefined;
  }
  const reserved = RESERVED_SECTIONS.find((section) => section === key.split('.')[0]);
  if (reserved !== undefined) {
    problems.add('CONFIG_KEY_COLLISION', {
      what: `${type.name} has the settings key "${key}", and the section "${reserved}" is the framework's own.`,
      facts,
      fix: 'give it another key.',
    });
    return undefined;
  }
  const other = [...owners].find(([taken]) => `${taken}.`.startsWith(`${key}.`) || `${key}.`.startsWith(`${taken}.`));
  if (other !== undefined) {
    const [taken, owner] = other;
    problems.add('CONFIG_KEY_COLLISION', {
      what: `The settings classes ${owner.name} ("${taken}") and ${type.name} ("${key}") share a key.`,
      fix: 'give one of them another key.',
    });
    return undefined;
  }
  return key;
}
