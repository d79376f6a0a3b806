import { describeValue } from './plainValue';

/** The parts of an error's message. */
export interface ErrorParts {
  /** One sentence that says what happened. */
  readonly what: string;
  /** Details, shown one a line in this order; those that are undefined are left out. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** One sentence, beginning with a verb, that says what to do; printed after "To fix this:". */
  readonly fix: string;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/** Joins `what`, the facts (one a line) and the fix to one text. */
export function describeParts({ what, facts = {}, fix }: Omit<ErrorParts, 'cause'>): string {
  const lines = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `  ${label}: ${asText(value)}`);
  return [what, ...lines, `To fix this: ${fix}`].join('\n');
}

/** The JSON of a value, whole; of a value that JSON cannot hold, its plain form. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? describeValue(value);
  } catch {
    return describeValue(value);
  }
}

/**
 * The base of every error that daemonry throws, and of your own: a stable `code` to test for, and a message that holds
 * what happened, the facts and the fix. `docs/errors.md` explains the codes of daemonry itself.
 *
 * ```ts
 * class LedgerClosedError extends DaemonryError<'LEDGER_CLOSED'> {
 *   constructor(year: number) {
 *     super('LEDGER_CLOSED', { what: `The ledger of ${year} is closed.`, fix: 'book it in the next year.' });
 *   }
 * }
 * ```
 */
export abstract class DaemonryError<Code extends string = string> extends Error {
  /** One sentence that says what happened. */
  readonly what: string;
  /** The details, in the order in which the message shows them. Empty when there are none. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** One sentence, beginning with a verb, that says what to do. */
  readonly fix: string;

  protected constructor(
    /** Stable: test for it instead of the message. */
    readonly code: Code,
    parts: ErrorParts,
  ) {
    super(describeParts(parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = new.target.name;
    this.what = parts.what;
    this.facts = parts.facts ?? {};
    this.fix = parts.fix;
  }
}
