import type { TickContext } from '../contracts/contexts';
import type { PeriodicTaskSpec } from '../contracts/entries';
import { NoTaskMethodError } from '../errors/taskErrors';

/**
 * Calls the method of a task on the instance of its listener.
 *
 * @throws NoTaskMethodError when the instance has none: a factory may return another object than the class makes.
 */
export function callTask(
  hooks: object,
  listener: string,
  { name, method }: Pick<PeriodicTaskSpec, 'name' | 'method'>,
  context: TickContext,
): unknown {
  // Each listener has a class of its own, at which the cache of a plain look-up misses.
  const handler: unknown = Reflect.get(hooks, method);
  if (typeof handler !== 'function') throw new NoTaskMethodError(listener, name, method);
  return (handler as (context: TickContext) => unknown).call(hooks, context);
}
