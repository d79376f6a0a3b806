/** What one detail of an event may be: read from the table, checked at run time, and the source of its type. */
export type Field =
  | { readonly kind: 'text'; readonly max: number }
  | { readonly kind: 'texts'; readonly max: number; readonly most: number }
  | { readonly kind: 'headers' }
  | { readonly kind: 'number' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly of: readonly string[] };

interface OptionalField<F extends Field = Field> {
  readonly optional: F;
}

export type FieldTable = Readonly<Record<string, Field | OptionalField>>;

type ValueOf<F extends Field> = F extends { kind: 'choice'; of: readonly (infer C)[] }
  ? C
  : F extends { kind: 'text' }
    ? string
    : F extends { kind: 'texts' }
      ? readonly string[]
      : F extends { kind: 'headers' }
        ? Readonly<Record<string, string>>
        : F extends { kind: 'number' }
          ? number
          : F extends { kind: 'boolean' }
            ? boolean
            : never;

type Flat<T> = { readonly [K in keyof T]: T[K] };

/** The type of the details that a row of the table describes. */
export type DetailsOf<E extends FieldTable> = Flat<
  { [K in keyof E as E[K] extends Field ? K : never]: E[K] extends Field ? ValueOf<E[K]> : never } & {
    [K in keyof E as E[K] extends OptionalField ? K : never]?: E[K] extends OptionalField<infer F>
      ? ValueOf<F> | undefined
      : never;
  }
>;

/** Longer texts are cut. */
const TEXT_MAX = 2_048;

/** A text; longer than `max` characters, it is cut. */
export const text = (max = TEXT_MAX) => ({ kind: 'text', max }) as const;
/** At most `most` texts; those beyond are left out. */
export const texts = (most = 100, max = 256) => ({ kind: 'texts', max, most }) as const;
/** Headers of a request, without credentials. */
export const headers = { kind: 'headers' } as const;
export const number = { kind: 'number' } as const;
export const boolean = { kind: 'boolean' } as const;
export const choice = <const C extends string>(...of: readonly C[]) => ({ kind: 'choice', of }) as const;
export const optional = <const F extends Field>(field: F) => ({ optional: field }) as const;
