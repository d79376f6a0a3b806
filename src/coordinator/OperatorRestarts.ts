import { RestartError } from '../errors/bootErrors';
import { hindranceOf } from './hindranceOf';
import type { ListenerRuntime } from './ListenerRuntime';

/** Someone who waits for a restart. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The restarts that operators wait for: which can be asked for, and how each ends. */
export class OperatorRestarts {
  readonly #runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly #waiters = new Map<ListenerRuntime, Waiter[]>();

  constructor(runtimes: ReadonlyMap<string, ListenerRuntime>) {
    this.#runtimes = runtimes;
  }

  /** Why a listener cannot be restarted now; undefined if it can. */
  refusal({ name, current, definition }: ListenerRuntime): RestartError | undefined {
    switch (current.state) {
      case 'registered':
      case 'stopped':
      case 'shutdown_failed':
        return new RestartError(name, `it is ${current.state}`);
      case 'disabled':
        return new RestartError(name, `it is disabled: ${current.reason}`);
      case 'starting':
        return undefined;
      default: {
        const hindrance = hindranceOf(definition, this.#runtimes);
        if (hindrance === undefined) return undefined;
        if (hindrance.state === 'disabled') return new RestartError(name, hindrance.reason);
        return new RestartError(name, `it needs "${hindrance.blockedBy}", which does not run`, hindrance.error);
      }
    }
  }

  /** True while someone waits for a restart of the listener. */
  isAwaited(runtime: ListenerRuntime): boolean {
    return this.#waiters.has(runtime);
  }

  /** Resolves when the listener runs; rejects with a RestartError when it does not come to that. */
  whenRunning(runtime: ListenerRuntime): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const waiters = this.#waiters.get(runtime) ?? [];
      waiters.push({ resolve, reject });
      this.#waiters.set(runtime, waiters);
    });
  }

  /** Takes notice of a startup that is decided, or of what hinders it. */
  decided(runtime: ListenerRuntime): void {
    const { current, error } = runtime;
    if (current.state === 'starting' || current.state === 'stopping') return;
    if (current.state === 'running') for (const { resolve } of this.#take(runtime)) resolve();
    else if (current.state === 'disabled') this.#refuse(runtime, `it is disabled: ${current.reason}`);
    else this.#refuse(runtime, `it is ${current.state}`, error);
  }

  /** Rejects all: the application stops. */
  end(): void {
    for (const runtime of [...this.#waiters.keys()]) this.#refuse(runtime, 'the application stops');
  }

  #take(runtime: ListenerRuntime): readonly Waiter[] {
    const waiters = this.#waiters.get(runtime) ?? [];
    this.#waiters.delete(runtime);
    return waiters;
  }

  #refuse(runtime: ListenerRuntime, why: string, cause?: Error): void {
    for (const { reject } of this.#take(runtime)) reject(new RestartError(runtime.name, why, cause));
  }
}
