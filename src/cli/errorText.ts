import { DaemonryError } from '../errors/DaemonryError';
import { PlanError, type Problem } from '../errors/Problem';

/** An error as text for a terminal: with its code, and with the stack where that helps. */
export function errorText(error: Error): string {
  if (!(error instanceof DaemonryError)) return error.stack ?? `${error.name}: ${error.message}`;
  if (error instanceof PlanError) return error.message;
  const stack = error.cause instanceof Error ? (error.cause.stack ?? '') : '';
  return [`${error.code}: ${error.message}`, ...(stack === '' ? [] : ['', stack])].join('\n');
}

/** A problem as `--json` prints it. Its code is one of the engine's, or of a module or application. */
type ToldProblem = Omit<Problem, 'code'> & { readonly code: string };

/**
 * An error as the list of problems that `--json` prints: those of a `PlanError`, else the error itself as one problem.
 *
 * @throws the error itself when it is no `DaemonryError`.
 */
export function problemsOf(error: Error): readonly ToldProblem[] {
  if (error instanceof PlanError) return error.problems;
  if (!(error instanceof DaemonryError)) throw error;
  const { code, what, facts, fix } = error as DaemonryError;
  return [{ code, what, facts, fix }];
}
