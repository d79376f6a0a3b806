import type { ErrorCode } from '../../errors/ErrorCode';
import type { TextType } from './textTypes';

/** Which keys are known below a point of the configuration, and what an environment variable's text means there. */
export type Shape =
  | SectionShape
  /** A value that has no keys of its own. */
  | { readonly kind: 'value'; readonly text: TextType }
  /** A mapping whose keys are free, or a value of any form. */
  | { readonly kind: 'open' }
  /** A section of a module that is not loaded: whatever is there is passed over. */
  | { readonly kind: 'ignored' }
  | RefusedShape;

export interface SectionShape {
  readonly kind: 'section';
  /** A function, because settings classes may contain themselves. */
  readonly keys: () => ReadonlyMap<string, Shape>;
  /** What one key is: `an option of a periodic task`. */
  readonly noun: string;
  /** A list: of such mappings. @defaultValue `'mapping'` */
  readonly form?: SectionForm;
  /** Nobody can say which other keys would be known: they are passed over. @defaultValue false */
  readonly passesOverOthers?: boolean;
}

export type SectionForm = 'mapping' | 'list' | 'either';

/** A key that is known, and may not be given. */
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

/** A key as it is compared with a part of a variable's name: without case and underscores. */
export const comparable = (key: string): string => key.replaceAll('_', '').toLowerCase();

export const sectionOf = (noun: string, keys: ReadonlyMap<string, Shape>): SectionShape => ({
  kind: 'section',
  noun,
  keys: () => keys,
});

/** A section whose keys are made when it is looked into: most sections of most applications never are. */
export function lazySectionOf(noun: string, make: () => ReadonlyMap<string, Shape>): SectionShape {
  let keys: ReadonlyMap<string, Shape> | undefined;
  return { kind: 'section', noun, keys: () => (keys ??= make()) };
}
