import type { ListenerHooks } from '../contracts/hooks';

/** A hook that is called as a method of the object it was found on: `hook.call(hooks, context)`. */
type Hook<K extends keyof ListenerHooks> = NonNullable<ListenerHooks[K]>;

/**
 * The hook of that name; undefined when there is none. A plain property access costs several times as much here: each
 * listener has a class of its own, which no inline cache has seen before.
 */
export function hookOf<K extends keyof ListenerHooks>(hooks: ListenerHooks, name: K): Hook<K> | undefined {
  const hook: unknown = Reflect.get(hooks, name);
  return typeof hook === 'function' ? (hook as Hook<K>) : undefined;
}
