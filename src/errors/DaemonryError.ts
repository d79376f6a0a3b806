import type { ErrorCode } from './ErrorCode';

/** The parts every failure is told in: what happened, the facts, and what to do about it. */
export interface ErrorParts {
  readonly what: string;
  /** Shown one a line, in this order. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly fix: string;
  readonly cause?: unknown;
}

/** `what`, the facts one a line, and the fix, as one text. */
export function describeParts({ what, facts = {}, fix }: Omit<ErrorParts, 'cause'>): string {
  const lines = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `  ${label}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [what, ...lines, `To fix this: ${fix}`].join('\n');
}

/**
 * The base of every error that daemonry throws: a stable `code` to test for, and a message that holds what happened, the
 * facts and the fix. Each code has a heading in `docs/errors.md`.
 */
export abstract class DaemonryError extends Error {
  readonly what: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly fix: string;

  protected constructor(
    readonly code: ErrorCode,
    parts: ErrorParts,
  ) {
    super(describeParts(parts), 'cause' in parts ? { cause: parts.cause } : undefined);
    this.name = new.target.name;
    this.what = parts.what;
    this.facts = parts.facts ?? {};
    this.fix = parts.fix;
  }
}
