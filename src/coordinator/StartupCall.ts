import type { Disposer, StartupContext } from '../contracts/contexts';
import type { ExecutionHost } from '../execution/ExecutionHost';
import type { Disposers } from './Disposers';
import { FallibleCall } from './FallibleCall';

/** One call of a `startup` hook. */
export class StartupCall extends FallibleCall implements StartupContext {
  readonly #disposers: Disposers;
  #disabledReason: string | undefined;

  constructor(host: ExecutionHost, listener: string, failed: (error: unknown) => void, disposers: Disposers) {
    super(host, listener, 'startup', failed);
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
