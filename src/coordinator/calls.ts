import type { RunContext, Disposer, StartupContext, ShutdownContext } from '../contracts/contexts';
import { HookCall, type CallEnvironment } from '../execution/CallContext';
import { toError } from '../errors/serializeError';

/** A call whose context can declare the listener failed: of a `run` body, and of a `startup`. */
export class FallibleCall extends HookCall implements RunContext {
  readonly #failed: (error: unknown) => void;

  constructor(engine: CallEnvironment, listener: string, hook: 'startup' | 'run', failed: (error: unknown) => void) {
    super(engine, listener, hook);
    this.#failed = failed;
  }

  get fail(): (error: unknown) => void {
    return this.#failed;
  }
}

/** One call of a `startup` hook. */
export class StartupCall extends FallibleCall implements StartupContext {
  readonly #disposers: Disposers;
  #disabledReason: string | undefined;

  constructor(engine: CallEnvironment, listener: string, failed: (error: unknown) => void, disposers: Disposers) {
    super(engine, listener, 'startup', failed);
    this.#disposers = disposers;
  }

  /** Why the listener has disabled itself; the first reason is kept. */
  get disabledReason(): string | undefined {
    return this.#disabledReason;
  }

  get defer(): (disposer: Disposer) => void {
    return (disposer) => {
      this.#disposers.add(disposer);
    };
  }

  get disable(): (reason: string) => void {
    // JavaScript lets the reason be left out, which is no reason to go on.
    return (reason?: string) => {
      this.#disabledReason ??= reason ?? 'no reason given';
    };
  }
}

/** One call of a `shutdown` hook. */
export class ShutdownCall extends HookCall implements ShutdownContext {
  constructor(
    engine: CallEnvironment,
    listener: string,
    readonly reason: string,
  ) {
    super(engine, listener, 'shutdown');
  }
}

/** What a startup gave to `defer`, disposed newest first, one by one. */
export class Disposers {
  readonly #pending: Disposer[] = [];
  readonly #late: (disposal: Promise<readonly Error[]>) => void;
  #disposed = false;

  /** @param late - given the disposal of what is deferred after everything was disposed. */
  constructor(late: (disposal: Promise<readonly Error[]>) => void) {
    this.#late = late;
  }

  add(disposer: Disposer): void {
    this.#pending.push(disposer);
    if (this.#disposed) this.#late(this.#drain());
  }

  /** Resolves with what failed; a failure does not keep the others from being disposed. */
  dispose(): Promise<readonly Error[]> {
    this.#disposed = true;
    return this.#drain();
  }

  async #drain(): Promise<readonly Error[]> {
    const errors: Error[] = [];
    for (let disposer = this.#pending.pop(); disposer !== undefined; disposer = this.#pending.pop()) {
      try {
        await disposer();
      } catch (error) {
        errors.push(toError(error));
      }
    }
    return errors;
  }
}
