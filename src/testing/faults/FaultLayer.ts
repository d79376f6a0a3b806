import type { HookContext } from '../../contracts/contexts';
import type { Duration } from '../../contracts/Duration';
import type { ListenerHooks } from '../../contracts/hooks';
import { currentExecution } from '../../execution/ExecutionContext';

/** What is to happen in place of a hook. */
export interface Fault {
  /** Waits as long first, on the application's clock, and gives up when the signal is aborted. */
  readonly delay?: Duration;
  /** Then: throws what it returns, never settles, or calls the hook itself. */
  readonly then: (() => Error) | 'hang' | 'proceed';
  /** How many calls it is for. */
  times: number;
}

type Hook = (context: HookContext) => unknown;

/** Stands between the engine and the hooks of listeners, and lets through what has no fault. */
export class FaultLayer {
  readonly #faults = new Map<string, Map<string, Fault>>();

  /** @param method - the name of the hook, or of a task's method. A later fault of a method replaces an earlier one. */
  set(listener: string, method: string, fault: Fault): void {
    const faults = this.#faults.get(listener) ?? new Map<string, Fault>();
    this.#faults.set(listener, faults.set(method, fault));
  }

  get(listener: string, method: string): Fault | undefined {
    return this.#faults.get(listener)?.get(method);
  }

  clear(listener: string): void {
    this.#faults.delete(listener);
  }

  /** What the hooks of `instance` are called on: each looks for a fault when it is called for. */
  readonly hooksOf = (listener: string, instance: ListenerHooks): ListenerHooks => {
    return new Proxy<ListenerHooks>(
      {},
      {
        get: (_, key) => {
          const value: unknown = Reflect.get(instance, key, instance);
          const hook = typeof value === 'function' ? (value.bind(instance) as Hook) : undefined;
          const fault = typeof key === 'string' ? this.get(listener, key) : undefined;
          if (fault === undefined || fault.times <= 0) return hook ?? value;
          return (context: HookContext): unknown => {
            fault.times--;
            return strike(fault, hook, context);
          };
        },
      },
    );
  };
}

function strike({ delay, then }: Fault, hook: Hook | undefined, context: HookContext): unknown {
  const end = (): unknown => {
    if (then === 'proceed') return hook?.(context);
    if (then !== 'hang') throw then();
    // It stands still on purpose: virtual time need not wait to see whether it settles.
    currentExecution()?.callback.waiting();
    return new Promise(() => undefined);
  };
  return delay === undefined ? end() : context.sleep(delay).then(end);
}
