import type { RunContext, StartupContext } from '../../contracts/contexts';
import { isDaemon } from '../../contracts/ListenerDefinition';
import { currentExecution, type ExecutionContext } from '../../execution/ExecutionContext';
import { isThenable } from '../../execution/PendingCallback';
import type { ServiceIdentifier } from 'inversify';
import type { TestApplication } from '../TestApplication';

/** Longer than any run: what waits for it hangs, and virtual time knows that it does. */
export const FOREVER_MS = 1e12;

/** What the context of a hook has, whichever hook it is. */
export type AnyContext = Partial<Pick<StartupContext, 'disable'> & Pick<RunContext, 'fail'>> &
  Pick<RunContext, 'sleep' | 'clock' | 'requestShutdown'>;

const HOOKS = ['startup', 'ready', 'run', 'shutdown'] as const;

/** A call that goes on, as the tap knows it. */
export interface TappedCall {
  readonly listener: string;
  readonly hook: string;
  readonly context: AnyContext & { readonly signal: AbortSignal };
}

/** What hears of every hook, and may act at each of its awaits. What `reached` throws, the hook throws. */
export interface TapObserver<C extends TappedCall = TappedCall> {
  began(listener: string, hook: string, context: C['context']): C;
  /**
   * Returns a promise to hold the hook up, or undefined to let it go on within the same turn.
   * @param args - what a dependency was called with.
   */
  reached(call: C, where: string, args?: readonly unknown[]): Promise<void> | undefined;
  ended(call: C, outcome: 'resolved' | 'rejected', error?: unknown): void;
  /** The hook is not called. @defaultValue it is */
  omits?(call: C): boolean;
  /** A dependency is called, whoever does. */
  used?(where: string): void;
}

type Method = (...args: unknown[]) => unknown;

/**
 * Stands between an application that has not started and its listeners: their hooks and tasks, every `sleep` in them, and
 * every call that they make to one of `dependencies`.
 */
export class HookTap<C extends TappedCall> {
  readonly #observer: TapObserver<C>;
  readonly #calls = new WeakMap<ExecutionContext, C>();

  constructor(app: TestApplication, dependencies: readonly ServiceIdentifier[], observer: TapObserver<C>) {
    this.#observer = observer;
    for (const entry of app.listeners.list()) {
      const tasks = isDaemon(entry) ? entry.tasks.map((task) => task.method) : [];
      app.container.onActivation(entry.id, (_context, instance) => {
        for (const hook of [...HOOKS, ...tasks]) this.#tap(instance, entry.name, hook);
        return instance;
      });
    }
    const listeners = new Set(app.listeners.list().map(({ id }) => id));
    for (const id of dependencies) {
      if (listeners.has(id as never)) continue;
      app.container.onActivation(id, (_context, instance) => this.#tapDependency(id, instance));
    }
  }

  #tap(instance: object, listener: string, hook: string): void {
    const original = (instance as Record<string, unknown>)[hook];
    if (typeof original !== 'function') return;
    Object.defineProperty(instance, hook, {
      configurable: true,
      writable: true,
      value: (context: C['context']) => this.#call(listener, hook, context, original.bind(instance) as Method),
    });
  }

  #call(listener: string, hook: string, context: C['context'], original: Method): unknown {
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

  #tapContext(call: C): C['context'] {
    const sleep = async (...args: Parameters<AnyContext['sleep']>): Promise<void> => {
      await this.#observer.reached(call, 'sleep');
      await call.context.sleep(...args);
    };
    return new Proxy(call.context, {
      // The context's own fields are private: they are read of the object itself.
      get: (target, key): unknown => (key === 'sleep' ? sleep : Reflect.get(target, key, target)),
    });
  }

  /** Calls that answer at once are no awaits: they are let through as they are. */
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

/** A proxy has to show what cannot be changed as it is. */
function isFixed(target: object, key: PropertyKey): boolean {
  const property = Reflect.getOwnPropertyDescriptor(target, key);
  return property !== undefined && property.configurable === false && property.writable === false;
}

/** Goes on at once after what is no promise. */
function then(value: unknown, next: (value: unknown) => unknown): unknown {
  return isThenable(value) ? Promise.resolve(value).then(next) : next(value);
}
