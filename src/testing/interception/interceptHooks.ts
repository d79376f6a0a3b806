import type { DaemonApplication } from '../../application/DaemonApplication';
import type { HookContext } from '../../contracts/contexts';
import type { ListenerHooks } from '../../contracts/hooks';

/** A hook of a listener, or the method of a task, bound to its instance. */
export type Hook = (context: HookContext) => unknown;

/**
 * Decides what the engine calls as `method` of `listener`. Asked each time the engine looks the method up.
 *
 * @param hook - the method itself; undefined when the listener has none of that name.
 * @returns the function to call, usually `hook` or one around it; undefined for none.
 */
export type HookInterceptor = (listener: string, method: string, hook: Hook | undefined) => Hook | undefined;

/**
 * Puts `intercept` between the engine and every listener that is constructed from now on; of several interceptors the
 * latest is outermost. Faults, `explore` and `certify` reach hooks through this function and no other way: classes and
 * instances stay as they are, and a call that a listener makes to its own method is not intercepted.
 */
export function interceptHooks(app: DaemonApplication, intercept: HookInterceptor): void {
  app.interpose((listener, instance) => {
    // Days of virtual time ask for the same method tens of thousands of times.
    const known = new Map<string, { readonly value: unknown; readonly hook: Hook }>();
    const bound = (key: string, value: unknown): Hook | undefined => {
      if (typeof value !== 'function') return undefined;
      let entry = known.get(key);
      if (entry?.value !== value) known.set(key, (entry = { value, hook: value.bind(instance) as Hook }));
      return entry.hook;
    };
    return new Proxy<ListenerHooks>(
      {},
      {
        has: (_, key) => key in instance,
        get: (_, key): unknown => {
          const value: unknown = Reflect.get(instance, key, instance);
          if (typeof key !== 'string') return value;
          return intercept(listener, key, bound(key, value));
        },
      },
    );
  });
}
