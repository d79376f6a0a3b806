import type { ServiceIdentifier } from 'inversify';

import type { RunContext, StartupContext } from '../../contracts/contexts';
import { isDaemon } from '../../contracts/ListenerDefinition';
import { currentExecution, type ExecutionContext } from '../../execution/ExecutionContext';
import { isThenable } from '../../execution/PendingCallback';
import type { TestApplication } from '../TestApplication';
import { type Hook, interceptHooks } from './interceptHooks';

/** Milliseconds longer than any run. A timer this far ahead hangs its hook in a way that virtual time knows of. */
export const FOREVER_MS = 1e12;

/** The members of a hook's context that faults use; `disable` and `fail` only where the hook has them. */
export type AnyContext = Partial<Pick<StartupContext, 'disable'> & Pick<RunContext, 'fail'>> &
  Pick<RunContext, 'sleep' | 'clock' | 'requestShutdown' | 'signal'>;

/** One call of a hook or of a task's method. Observers add to it what they want to remember. */
export interface TappedCall {
  /** The name of the listener. */
  readonly listener: string;
  /** `startup`, `ready`, `run`, `shutdown`, or the method of a task. */
  readonly hook: string;
  /** The context the engine gave to the hook. */
  readonly context: AnyContext;
}

/** Hears of every tapped call, and may act at each of its awaits. */
interface TapObserver<C extends TappedCall = TappedCall> {
  /** A call begins. Returns the object that stands for it in the other methods. */
  began(listener: string, hook: string, context: AnyContext): C;
  /**
   * The call has reached an await: its beginning, a `sleep`, an answer of a dependency, or its end.
   *
   * @param where - `as it begins`, `sleep`, `Store.save` or `as it ends`.
   * @param args - the arguments of the dependency's method.
   * @returns a promise to hold the hook up; undefined lets it go on in the same turn of the event loop.
   * @throws whatever the hook shall throw at this point.
   */
  reached(call: C, where: string, args?: readonly unknown[]): Promise<void> | undefined;
  /** The call has settled. */
  ended(call: C, outcome: 'resolved' | 'rejected', error?: unknown): void;
  /** True to leave the hook itself out of the call. @defaultValue false */
  omits?(call: C): boolean;
  /** A method of a dependency is called, inside or outside of a hook. */
  used?(where: string): void;
}

/** The hooks that are tapped, beside the methods of tasks. */
export const TAPPED_HOOKS: readonly string[] = ['startup', 'ready', 'run', 'shutdown'];

/**
 * Watches an application that has not started: the calls of its listeners' hooks (all but `health`) and tasks, every
 * `sleep` in them, and every call that they make to one of `dependencies`.
 */
export class HookTap<C extends TappedCall> {
  readonly #app: TestApplication;
  readonly #observer: TapObserver<C>;
  readonly #calls = new WeakMap<ExecutionContext, C>();

  constructor(app: TestApplication, dependencies: readonly ServiceIdentifier[], observer: TapObserver<C>) {
    this.#app = app;
    this.#observer = observer;
    const entries = app.listeners.list();
    const tapped = new Map(entries.map((entry) => [entry.name, new Set([...TAPPED_HOOKS, ...methodsOf(entry)])]));
    interceptHooks(app, (listener, method, hook) => {
      if (hook === undefined || tapped.get(listener)?.has(method) !== true) return hook;
      return (context) => this.#call(listener, method, context, hook);
    });
    const listeners = new Set<ServiceIdentifier>(entries.map(({ id }) => id));
    for (const id of dependencies) {
      if (!listeners.has(id)) app.container.onActivation(id, (_, instance) => this.#tapDependency(id, instance));
    }
  }

  /** Calls the hook of an earlier call once more, with the same context, as the engine would. */
  repeat({ listener, hook, context }: C): unknown {
    const instance = this.#app.listeners.resolve<Record<string, Hook>>(listener);
    return this.#call(listener, hook, context, (again) => instance[hook]?.(again));
  }

  #call(listener: string, hook: string, context: AnyContext, original: Hook): unknown {
    const call = this.#observer.began(listener, hook, context);
    const execution = currentExecution();
    if (execution !== undefined) this.#calls.set(execution, call);
    return this.#settle(call, () =>
      then(this.#observer.reached(call, 'as it begins'), () =>
        then(this.#observer.omits?.(call) === true ? undefined : original(this.#tapContext(call)), (value) =>
          then(this.#observer.reached(call, 'as it ends'), () => value),
        ),
      ),
    );
  }

  #settle(call: C, work: () => unknown): unknown {
    let result: unknown;
    try {
      result = work();
    } catch (error) {
      this.#observer.ended(call, 'rejected', error);
      throw error;
    }
    if (!isThenable(result)) {
      this.#observer.ended(call, 'resolved');
      return result;
    }
    return Promise.resolve(result).then(
      (value) => {
        this.#observer.ended(call, 'resolved');
        return value;
      },
      (error: unknown) => {
        this.#observer.ended(call, 'rejected', error);
        throw error;
      },
    );
  }

  #tapContext(call: C): Parameters<Hook>[0] {
    const sleep = async (...args: Parameters<AnyContext['sleep']>): Promise<void> => {
      await this.#observer.reached(call, 'sleep');
      await call.context.sleep(...args);
    };
    return new Proxy(call.context as Parameters<Hook>[0], {
      // Getters of the context read its private fields, so they are called on the context and not on the proxy.
      get: (target, key): unknown => (key === 'sleep' ? sleep : Reflect.get(target, key, target)),
    });
  }

  /** Only calls that return a promise are awaits; the others pass unchanged. */
  #tapDependency(id: ServiceIdentifier, instance: unknown): unknown {
    if (typeof instance !== 'object' || instance === null) return instance;
    const name = typeof id === 'function' ? id.name : String(id);
    return new Proxy(instance, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function' || key === 'constructor' || isFixed(target, key)) return value;
        const where = `${name}.${String(key)}`;
        return (...args: unknown[]) => {
          this.#observer.used?.(where);
          const execution = currentExecution();
          const call = execution === undefined ? undefined : this.#calls.get(execution);
          const result: unknown = Reflect.apply(value, target, args);
          if (call === undefined || !isThenable(result)) return result;
          return then(result, (answer) => then(this.#observer.reached(call, where, args), () => answer));
        };
      },
    });
  }
}

type Entry = ReturnType<TestApplication['listeners']['list']>[number];

const methodsOf = (entry: Entry): readonly string[] => (isDaemon(entry) ? entry.tasks.map(({ method }) => method) : []);

/** A proxy must return a property that is neither writable nor configurable as it is. */
function isFixed(target: object, key: PropertyKey): boolean {
  const property = Reflect.getOwnPropertyDescriptor(target, key);
  return property !== undefined && property.configurable === false && property.writable === false;
}

/** Calls `next` with the value: at once, or when the promise has resolved. */
function then(value: unknown, next: (value: unknown) => unknown): unknown {
  return isThenable(value) ? Promise.resolve(value).then(next) : next(value);
}
