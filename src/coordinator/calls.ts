import type { ClusterState } from '../contracts/ClusterEngine';
import type { Disposer, RunContext, ShutdownContext, StartupContext } from '../contracts/contexts';
import { limited } from '../contracts/ListenerLogger';
import { textOf, toError } from '../errors/serializeError';
import { RunRevokedError } from '../errors/taskErrors';
import { HookCall, type CallEnvironment } from '../execution/CallContext';
import { refusalOf } from '../execution/PendingCallback';
import type { ListenerHooks } from '../contracts/hooks';

/** One call of a `startup` hook. */
export class StartupCall extends HookCall implements StartupContext {
  /** Disposes what the startup defers. */
  readonly disposers: Disposers;
  readonly #failedLater: (error: Error) => void;
  #failure: Error | undefined;
  #disabledReason: string | undefined;
  #isConcluded = false;

  /** @param failedLater - told when the listener calls `fail` after {@link conclude}. */
  constructor(
    environment: CallEnvironment,
    listener: string,
    disposers: Disposers,
    failedLater: (error: Error) => void,
  ) {
    super(environment, listener, 'startup');
    this.disposers = disposers;
    this.#failedLater = failedLater;
  }

  /** Why the listener has declared its startup failed; the first error is kept. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Why the listener has disabled itself; the first reason is kept. */
  get disabledReason(): string | undefined {
    return this.#disabledReason;
  }

  get defer(): (disposer: Disposer) => void {
    return (disposer) => {
      this.disposers.add(disposer);
    };
  }

  get disable(): (reason: string) => void {
    // JavaScript lets the reason be left out, which is no reason to go on.
    return (reason?: string) => {
      const text = reason === undefined ? 'no reason given' : textOf(reason);
      if (this.#isConcluded) {
        const message = 'disable() was called after its startup was over, and changes nothing: use fail(error) there';
        this.log.warn(message, { reason: text, ...limited(`late disable ${this.listener}`) });
      } else this.#disabledReason ??= text;
    };
  }

  get fail(): (error: unknown) => void {
    return (thrown) => {
      const error = toError(thrown);
      if (this.#isConcluded) this.#failedLater(error);
      else this.abort((this.#failure ??= error));
    };
  }

  /** Ends the startup: when the listener calls `fail` from now on, it has died. Returns {@link failure}. */
  conclude(): Error | undefined {
    this.#isConcluded = true;
    return this.#failure;
  }
}

/** One call of a hook that nobody awaits at once: `ready`, or the `run` body. */
export class BackgroundCall extends HookCall {
  #ended: Promise<void> = Promise.resolve();

  /** Settles when the hook has, and never rejects. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /**
   * Calls the hook.
   *
   * @param failed - called with what the hook throws or rejects with.
   * @param returned - called when the hook has ended without an error.
   */
  begin(hook: () => void | Promise<void>, failed: (error: unknown) => void, returned?: () => void): void {
    this.#ended = this.execute(hook).then(returned, failed);
  }
}

/** One call of a `run` body. */
export class RunCall extends BackgroundCall implements RunContext {
  readonly #failed: (error: unknown) => void;

  /** @param failed - called when the listener declares itself failed. */
  constructor(environment: CallEnvironment, listener: string, failed: (error: unknown) => void) {
    super(environment, listener, 'run');
    this.#failed = failed;
  }

  get fail(): (error: unknown) => void {
    return this.#failed;
  }

  get fencingToken(): bigint | undefined {
    return undefined;
  }

  get commit(): <T>(fn: () => T) => T {
    return (fn) => {
      const reason = this.isSettled ? 'it is over' : this.revocation();
      if (reason !== undefined)
        throw new RunRevokedError(`${this.listener}.run`, reason, 'Await in it all that it has begun.');
      return fn();
    };
  }

  /** Why a body that goes on may not commit any more, or undefined. */
  protected revocation(): string | undefined {
    return undefined;
  }
}

/** A `run` body: one call of it, or with cluster scope as many as this process has been its holder. */
export interface RunBody {
  /** Settles when the body has, after {@link abort}, and never rejects. */
  readonly ended: Promise<void>;
  /** The holder; with cluster scope only. */
  readonly cluster?: ClusterState;
  abort(reason: Error): void;
  /** True when `error` is only the answer to the abort. */
  isAbortedBy(error: unknown): boolean;
}

/** One call of a `shutdown` hook. */
export class ShutdownCall extends HookCall implements ShutdownContext {
  constructor(
    environment: CallEnvironment,
    listener: string,
    readonly reason: string,
  ) {
    super(environment, listener, 'shutdown');
  }
}

/** Waits for disposals that nobody else waits for. */
interface LateDisposals {
  ownDisposal(listener: string, disposal: Promise<readonly Error[]>): void;
}

/** The disposers that a startup gave to `defer`: they are called newest first, one by one. */
export class Disposers {
  readonly #listener: string;
  readonly #late: LateDisposals;
  #pending: Disposer[] | undefined;
  #isClosed = false;

  /** @param late - given the disposal of what is deferred once these are closed. */
  constructor(listener: string, late: LateDisposals) {
    this.#listener = listener;
    this.#late = late;
  }

  add(disposer: Disposer): void {
    (this.#pending ??= []).push(disposer);
    if (this.#isClosed) this.#late.ownDisposal(this.#listener, this.dispose());
  }

  /** From now on, whatever is added is disposed at once. Returns false when there is nothing to dispose. */
  close(): boolean {
    this.#isClosed = true;
    return this.#pending !== undefined && this.#pending.length > 0;
  }

  /** Calls them; resolves with the errors of those that failed. */
  async dispose(): Promise<readonly Error[]> {
    const errors: Error[] = [];
    for (let disposer = this.#pending?.pop(); disposer !== undefined; disposer = this.#pending?.pop()) {
      try {
        const refusal = refusalOf(await disposer(), { listener: this.#listener, hook: 'defer' });
        if (refusal !== undefined) throw refusal;
      } catch (error) {
        errors.push(toError(error));
      }
    }
    return errors;
  }
}

/** A hook that is called as a method of the object it was found on: `hook.call(hooks, context)`. */
type Hook<K extends keyof ListenerHooks> = NonNullable<ListenerHooks[K]>;

/**
 * The hook of that name; undefined when there is none. One that is there and cannot be read is a hook that throws why. A plain
 * property access costs several times as much here: each listener has a class of its own, which no inline cache has seen before.
 */
export function hookOf<K extends keyof ListenerHooks>(hooks: ListenerHooks, name: K): Hook<K> | undefined {
  try {
    const hook: unknown = Reflect.get(hooks, name);
    return typeof hook === 'function' ? (hook as Hook<K>) : undefined;
  } catch (error) {
    // There are proxies that throw for what they do not have.
    if (!mayHave(hooks, name)) return undefined;
    return () => {
      throw error;
    };
  }
}

function mayHave(hooks: ListenerHooks, name: string): boolean {
  try {
    return name in hooks;
  } catch {
    // The caller has the error of the hook itself.
    return true;
  }
}
