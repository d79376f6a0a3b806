import type { Clock } from '../contracts/Clock';
import type { ListenerLogger, LogFields } from '../contracts/ListenerLogger';

/** What the contexts of hooks and runs need of their application. */
export interface ExecutionHost {
  readonly sessionId: string;
  readonly clock: Clock;
  /** A logger whose lines carry the listener's name and `bound`. */
  logger(listener: string, bound?: LogFields): ListenerLogger;
  requestShutdown(reason: string): void;
}
