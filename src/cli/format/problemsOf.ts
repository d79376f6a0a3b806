import { DaemonryError } from '../../errors/DaemonryError';
import { PlanError, type Problem } from '../../errors/Problem';

/** Everything that is wrong, one problem each. */
export function problemsOf(error: Error): readonly Problem[] {
  if (error instanceof PlanError) return error.problems;
  if (!(error instanceof DaemonryError)) throw error;
  const { code, what, facts, fix } = error;
  return [{ code, what, facts, fix }];
}

/** The error for people; a stack where it tells something. */
export function errorText(error: Error): string {
  if (!(error instanceof DaemonryError)) return error.stack ?? `${error.name}: ${error.message}`;
  if (error instanceof PlanError) return error.message;
  const stack = error.cause instanceof Error ? (error.cause.stack ?? '') : '';
  return [`${error.code}: ${error.message}`, ...(stack === '' ? [] : ['', stack])].join('\n');
}
