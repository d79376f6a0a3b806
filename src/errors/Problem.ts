import { describeParts, type ErrorParts, DaemonryError } from './DaemonryError';
import type { ErrorCode } from './ErrorCode';

/** One thing that is wrong with an application before it starts. Plain JSON. */
export interface Problem extends Omit<ErrorParts, 'cause'> {
  readonly code: ErrorCode;
}

/** Gathers problems, so that an author sees all of them at once. */
export class Problems {
  readonly #list: Problem[] = [];

  add(code: ErrorCode, parts: Omit<ErrorParts, 'cause'>): void {
    this.#list.push({ code, ...parts });
  }

  get list(): readonly Problem[] {
    return this.#list;
  }
}

export function describeProblem(problem: Problem): string {
  return `${problem.code}: ${describeParts(problem)}`;
}

/** Thrown by `createApplication`: everything that is wrong with the application, its configuration included. */
export class PlanError extends DaemonryError<'PLAN_INVALID'> {
  constructor(
    application: string,
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
  }
}
