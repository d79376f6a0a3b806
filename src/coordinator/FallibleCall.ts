import type { RunContext } from '../contracts/contexts';
import { HookCall } from '../execution/HookCall';
import type { ExecutionHost } from '../execution/ExecutionHost';

/** A call whose context can declare the listener failed: of a `run` body, and of a `startup`. */
export class FallibleCall extends HookCall implements RunContext {
  readonly #failed: (error: unknown) => void;

  constructor(host: ExecutionHost, listener: string, hook: 'startup' | 'run', failed: (error: unknown) => void) {
    super(host, listener, hook);
    this.#failed = failed;
  }

  get fail(): (error: unknown) => void {
    return this.#failed;
  }
}
