import type { DaemonryError } from '../errors/DaemonryError';
import { type Problem, showValue } from '../errors/Problem';
import { isErrorLike } from '../errors/foreign';
import { causeOf, codeOf, messageOf, stackOf } from '../errors/serializeError';

/** An error as text for a terminal: with its code, and with the stack where that helps. */
export function errorText(error: Error): string {
  if (!isExplained(error)) return stackOf(error);
  // Whole, however many problems it has.
  // eslint-disable-next-line daemonry/foreign-errors -- its own class, perhaps of the copy in a bundle
  if (isPlanError(error)) return error.message;
  const cause = causeOf(error);
  const text = `${codeOf(error) ?? 'UNKNOWN'}: ${messageOf(error)}`;
  return isErrorLike(cause) ? [text, '', stackOf(cause)].join('\n') : text;
}

/** A problem as `--json` prints it. Its code is one of the engine's, or of a module or application. */
type ToldProblem = Omit<Problem, 'code'> & { readonly code: string };

/** An error as the list of problems that `--json` prints: those of a `PlanError`, else the error itself as one problem. */
export function problemsOf(error: Error): readonly ToldProblem[] {
  if (isPlanError(error)) return error.problems;
  if (isExplained(error)) {
    const { what, facts, fix } = error;
    return [{ code: codeOf(error) ?? 'UNKNOWN', what, facts, fix }];
  }
  const what = messageOf(error) === '' ? showValue(error) : messageOf(error);
  return [{ code: codeOf(error) ?? 'UNKNOWN', what, fix: 'remove the cause; the stack says where it was thrown.' }];
}

/** True for a `DaemonryError`, also one of the copy of the engine that is part of a bundle. */
const isExplained = (error: Error): error is DaemonryError =>
  typeof (error as Partial<DaemonryError>).what === 'string' &&
  typeof (error as Partial<DaemonryError>).fix === 'string';

/** True for a `PlanError`, also one of the copy of the engine that is part of a bundle. */
export const isPlanError = (error: Error): error is DaemonryError & { readonly problems: readonly ToldProblem[] } =>
  codeOf(error) === 'PLAN_INVALID' && Array.isArray((error as { readonly problems?: unknown }).problems);
