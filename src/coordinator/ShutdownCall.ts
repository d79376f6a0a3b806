import type { ShutdownContext } from '../contracts/contexts';
import { HookCall } from '../execution/HookCall';
import type { ExecutionHost } from '../execution/ExecutionHost';

/** One call of a `shutdown` hook. */
export class ShutdownCall extends HookCall implements ShutdownContext {
  constructor(
    host: ExecutionHost,
    listener: string,
    readonly reason: string,
  ) {
    super(host, listener, 'shutdown');
  }
}
