import { type Clock, durationMs, instantMs, isDuration } from 'daemonry';

/** Longest text of a query parameter, in characters. */
const LONGEST_TEXT = 256;

/** A parameter of a query: how its text is read, and why it is needed if it is. */
export interface Parameter<T> {
  /** Present if the parameter must be given: the sentence that follows `"name" is missing: `. */
  readonly needed?: string;
  /** Returns the value, or the rest of a sentence that begins with the name of the parameter. */
  readonly read: (text: string) => { readonly value: T } | { readonly problem: string };
}

type Parameters = Readonly<Record<string, Parameter<unknown>>>;

type Values<P extends Parameters> = {
  readonly [K in keyof P]?: P[K] extends Parameter<infer T> ? T : never;
};

/** The values of a query, or every problem that it has. */
export type ParsedQuery<P extends Parameters> =
  { readonly ok: true; readonly values: Values<P> } | { readonly ok: false; readonly problems: readonly string[] };

/** Any text that is not empty. @param needed - makes it a parameter that must be given. */
export const text = (needed?: string): Parameter<string> => ({
  ...(needed === undefined ? {} : { needed }),
  read: (value) => ({ value }),
});

/** A whole number. */
export const whole = (least: number, most: number): Parameter<number> => ({
  read: (given) => {
    const value = Number(given);
    if (/^\d+$/.test(given) && value >= least && value <= most) return { value };
    return { problem: `must be a whole number from ${least} to ${most}, not "${given}".` };
  },
});

/** One of several words. */
export const oneOf = <const T extends string>(...words: readonly T[]): Parameter<T> => ({
  read: (given) => {
    const value = words.find((word) => word === given);
    return value === undefined ? { problem: `must be one of ${words.join(', ')}, not "${given}".` } : { value };
  },
});

/** An instant as ISO text with its offset, or a day, which begins at midnight UTC; it becomes ISO text in UTC. */
export const instant = (needed?: string): Parameter<string> => ({
  ...(needed === undefined ? {} : { needed }),
  read: (given) => {
    const value = isoTextOf(() => instantMs(given));
    return value === undefined ? { problem: `must be ${AN_INSTANT}, not "${given}".` } : { value };
  },
});

/** {@link instant}, or a duration before now, such as `12h`. @param clock - what now is read from */
export const instantOrAgo = (clock: Pick<Clock, 'now'>): Parameter<string> => ({
  read: (given) => {
    const value = isoTextOf(() => (isDuration(given) ? clock.now() - durationMs(given) : instantMs(given)));
    return value === undefined
      ? { problem: `must be ${AN_INSTANT}, or a duration before now such as 12h, not "${given}".` }
      : { value };
  },
});

const AN_INSTANT = 'an instant such as 2030-01-31T08:00:00Z';

function isoTextOf(read: () => number): string | undefined {
  try {
    return new Date(read()).toISOString();
  } catch {
    // Anything that is no instant is told of as one problem among others.
    return undefined;
  }
}

/** Reads a query by its parameters; reports everything that is wrong with it. */
export function parseQuery<P extends Parameters>(
  given: Readonly<Record<string, unknown>>,
  parameters: P,
): ParsedQuery<P> {
  const known = Object.keys(parameters);
  const problems = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => `"${name.slice(0, LONGEST_TEXT)}" is not a parameter; ${knownAre(known)}`);

  const values: Record<string, unknown> = {};
  for (const [name, { needed, read }] of Object.entries(parameters)) {
    const value = given[name];
    if (value === undefined) {
      if (needed !== undefined) problems.push(`"${name}" is missing: ${needed}`);
      continue;
    }
    const problem = problemOf(value);
    const result = problem === undefined ? read(value as string) : { problem };
    if ('problem' in result) problems.push(`"${name}" ${result.problem}`);
    else values[name] = result.value;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, values: values as Values<P> };
}

const knownAre = (known: readonly string[]): string =>
  known.length === 0 ? 'there are none.' : `known are ${known.join(', ')}.`;

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'is given more than once.';
  if (value === '') return 'is empty.';
  return value.length > LONGEST_TEXT ? `is longer than ${LONGEST_TEXT} characters.` : undefined;
}
