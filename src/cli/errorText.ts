import { DaemonryError } from '../errors/DaemonryError';
import { PlanError, type Problem } from '../errors/Problem';
import { isErrorLike } from '../errors/foreign';
import { causeOf, codeOf, messageOf, stackOf } from '../errors/serializeError';

/** An error as text for a terminal: with its code, and with the stack where that helps. */
export function errorText(error: Error): string {
  if (!(error instanceof DaemonryError)) return stackOf(error);
  if (error instanceof PlanError) return error.message;
  const cause = causeOf(error);
  const text = `${codeOf(error) ?? 'UNKNOWN'}: ${messageOf(error)}`;
  return isErrorLike(cause) ? [text, '', stackOf(cause)].join('\n') : text;
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
  const { what, facts, fix } = error as DaemonryError;
  return [{ code: codeOf(error) ?? 'UNKNOWN', what, facts, fix }];
}
