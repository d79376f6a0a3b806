import type { LogEntry, LogSink } from '../contracts/ListenerLogger';

/** A sink that keeps what is logged, and says so. */
export class LogBook implements LogSink {
  readonly entries: LogEntry[] = [];
  readonly #subscribers = new Set<(entry: LogEntry) => void>();

  log(entry: LogEntry): void {
    this.entries.push(entry);
    for (const subscriber of this.#subscribers) subscriber(entry);
  }

  /** Calls `fn` for each entry from now on. Returns what takes the subscription back. */
  onEntry(fn: (entry: LogEntry) => void): () => void {
    this.#subscribers.add(fn);
    return () => void this.#subscribers.delete(fn);
  }
}
