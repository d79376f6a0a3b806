import { DaemonApplication, type ApplicationParts } from '../application/DaemonApplication';
import type { LogEntry } from '../contracts/ListenerLogger';
import type { RunRecord } from '../contracts/RunRecord';
import { Journal } from './Journal';
import type { VirtualClock } from './VirtualClock';

/** An application under virtual time, with what it did and logged at hand. */
export class TestApplication extends DaemonApplication {
  readonly clock: VirtualClock;
  /** Every log line, the levels that are switched off left out; oldest first. */
  readonly logs: readonly LogEntry[];
  readonly #journal: Journal;

  constructor(parts: ApplicationParts, clock: VirtualClock, logs: readonly LogEntry[]) {
    super(parts);
    this.clock = clock;
    this.logs = logs;
    this.#journal = new Journal(parts.events);
  }

  /** Every event so far, in order: `listener.started order_sync`, `run.finished order_sync.tick` … */
  get journal(): readonly string[] {
    return this.#journal.entries;
  }

  /**
   * One run now, as `trigger`: resolves with its record.
   * @throws NotRunningError, UnknownListenerError, UnknownTaskError, AmbiguousTaskError
   */
  tick(name: string, task?: string): Promise<RunRecord> {
    return this.trigger(name, task);
  }
}
