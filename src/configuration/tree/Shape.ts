import type { ErrorCode } from '../../errors/ErrorCode';
import type { TextType } from './textTypes';

/** The keys that are known below a point of the configuration, and how a text is read there. */
export type Shape =
  | SectionShape
  /** A value that has no keys of its own. */
  | { readonly kind: 'value'; readonly text: TextType }
  /** A mapping with free keys, or a value of any form. */
  | { readonly kind: 'open' }
  /** Not checked, because the code that reads it is not there to say what it knows. */
  | { readonly kind: 'ignored' }
  /** Merged and checked with another part of the configuration, and left out of this one. */
  | { readonly kind: 'elsewhere' }
  | RefusedShape;

export interface SectionShape {
  readonly kind: 'section';
  /** The known keys. A function, because settings classes may contain themselves. */
  readonly keys: () => ReadonlyMap<string, Shape>;
  /** Names one key in problems: `an option of a periodic task`. */
  readonly noun: string;
  /** `'list'`: a list of such mappings. @defaultValue `'mapping'` */
  readonly form?: SectionForm;
  /** Set if a text may stand in place of the mapping. @defaultValue a text is reported */
  readonly orText?: TextType;
  /** How keys that are not known are treated; `'unknown'` reports them. @defaultValue `'unknown'` */
  readonly others?: 'unknown' | 'ignored' | 'elsewhere';
  /** Keys that would be known if another module were loaded, with the import path of that module. */
  readonly unloaded?: () => ReadonlyMap<string, string>;
}

export type SectionForm = 'mapping' | 'list' | 'either';

/** A known key that must not be given. */
export interface RefusedShape {
  readonly kind: 'refused';
  readonly code: ErrorCode;
  readonly why: string;
  readonly fix: string;
}

/** The keys that an operator may give. */
export function offeredKeys(section: SectionShape): readonly string[] {
  return [...section.keys()].filter(([, { kind }]) => kind !== 'refused' && kind !== 'ignored').map(([key]) => key);
}

/** The shape of one key of a section; undefined for a key that has to be reported as unknown. */
export function shapeOfKey(section: SectionShape, key: string): Shape | undefined {
  return section.keys().get(key) ?? shapeOfOthers(section);
}

export function shapeOfOthers({ others = 'unknown' }: SectionShape): Shape | undefined {
  return others === 'unknown' ? undefined : { kind: others };
}

/** Strips case and underscores, so that a key can be compared with a part of a variable's name. */
export const comparable = (key: string): string => key.replaceAll('_', '').toLowerCase();

export const sectionOf = (noun: string, keys: ReadonlyMap<string, Shape>): SectionShape => ({
  kind: 'section',
  noun,
  keys: () => keys,
});

/** A section whose keys are made when they are first asked for: most sections of most applications never are. */
export function lazySectionOf(noun: string, make: () => ReadonlyMap<string, Shape>): SectionShape {
  let keys: ReadonlyMap<string, Shape> | undefined;
  return { kind: 'section', noun, keys: () => (keys ??= make()) };
}
