import { inspect } from 'node:util';

import { describeParts, type ErrorParts, DaemonryError } from './DaemonryError';
import type { ErrorCode } from './ErrorCode';
import { asItIs, shorten } from './foreign';

/** One problem that keeps an application from starting. Plain JSON. */
export interface Problem extends Omit<ErrorParts, 'cause'> {
  /** A stable code; each has a heading in `docs/errors.md`. */
  readonly code: ErrorCode;
}

/** Collects problems, so that all of them are reported at once. */
export class Problems {
  readonly #list: Problem[] = [];

  /** Adds a problem. */
  add(code: ErrorCode, parts: Omit<ErrorParts, 'cause'>): void {
    this.#list.push({ code, ...parts });
  }

  /** The problems in the order in which they were added. */
  get list(): readonly Problem[] {
    return this.#list;
  }
}

/** A problem as text: code, what happened, facts and fix. */
export function describeProblem(problem: Problem): string {
  return `${problem.code}: ${describeParts(problem)}`;
}

const LONGEST_VALUE = 100;
const SHOWN = { depth: 1, breakLength: Infinity, maxArrayLength: 5, customInspect: false } as const;

/**
 * A value as problems show it: one line, shortened, and without running code of the value.
 *
 * @param redact - removes secrets from a text, before it is shortened. @defaultValue it may show what it is
 */
export function showValue(value: unknown, redact = asItIs): string {
  const short = { ...SHOWN, maxStringLength: LONGEST_VALUE };
  if (typeof value === 'string') return inspect(redact(value), short);
  if (redact === asItIs) return inspect(value, short);
  // A text in it that is shortened first would end with a part of a secret.
  const whole = inspect(value, { ...SHOWN, maxStringLength: Infinity });
  return redact(whole) === whole ? inspect(value, short) : shorten(whole, LONGEST_VALUE, redact);
}

/** `createApplication` rejects with it: all problems of the application, those of its configuration included. */
export class PlanError extends DaemonryError<'PLAN_INVALID'> {
  constructor(
    application: string,
    /** The problems, in the order in which the message lists them. */
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('PLAN_INVALID', {
      what: [
        `The application "${application}" cannot start: ${count}.`,
        ...problems.map((problem, index) => `${index + 1}. ${describeProblem(problem)}`.replaceAll('\n', '\n   ')),
      ].join('\n'),
      fix: 'correct what is listed above; nothing was constructed and nothing was started.',
    });
    // The message holds both: an uncaught error is printed with all its enumerable properties below the message.
    const hidden = { enumerable: false };
    Object.defineProperties(this, { what: hidden, problems: hidden });
  }
}
