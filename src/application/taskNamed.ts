import type { PeriodicTaskSpec } from '../contracts/entries';
import { AmbiguousTaskError, UnknownTaskError } from '../errors/taskErrors';

/**
 * The task that `task` names among those of a listener: without a name it means `tick`, else the only one.
 * @throws UnknownTaskError, AmbiguousTaskError
 */
export function taskNamed(
  listener: string,
  tasks: readonly PeriodicTaskSpec[],
  task: string | undefined,
): PeriodicTaskSpec {
  const names = tasks.map(({ name }) => name);
  const named = tasks.find(({ name }) => name === (task ?? 'tick'));
  if (named !== undefined) return named;
  const [only] = tasks;
  if (task !== undefined || only === undefined) throw new UnknownTaskError(listener, task ?? 'tick', names);
  if (tasks.length > 1) throw new AmbiguousTaskError(listener, names);
  return only;
}
