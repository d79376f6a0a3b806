import { describeParts, type ErrorParts } from './DaemonryError';
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
