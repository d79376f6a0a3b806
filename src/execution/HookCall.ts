import { CallContext } from './CallContext';
import type { ExecutionHost } from './ExecutionHost';

/** One call of a listener's hook, and the context it is given. */
export class HookCall extends CallContext {
  constructor(host: ExecutionHost, listener: string, hook: string) {
    super(host, listener, hook, `${listener}.${hook}`);
  }
}
