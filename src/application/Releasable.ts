import type { Freshness } from './Freshness';
import type { ApplicationState } from '../state/ApplicationState';
import type { LoopWatch } from './watchLoop';

/** The parts that a lifecycle opens before its listeners and ends after them. */
export interface Releasable {
  readonly state: Pick<ApplicationState, 'open' | 'complaints' | 'flush' | 'close'>;
  /** The watch over the event loop; undefined when it is off. */
  readonly watch: LoopWatch | undefined;
  readonly freshness: Freshness;
  /** Disposes the ordinary services; resolves with the errors of those that failed. */
  disposeServices(): Promise<readonly Error[]>;
  flushLogs(limitMs: number): Promise<void>;
  /** Lets go of the container. */
  release(): void;
}
