/** What is remembered of a task across restarts. */
export interface RememberedMoment {
  /** The key of the schedule it belongs to: with another schedule it means nothing. */
  readonly schedule: string;
  /** Epoch milliseconds. */
  readonly nextDue: number;
}

/** Remembers the next due moment of tasks, by `<listener>.<task>`. */
export interface StateStore {
  /**
   * Reads what is remembered. Called once, before anything else.
   * @throws StateUnreadableError when there is something that cannot be read.
   */
  load(): Promise<void>;
  get(task: string): RememberedMoment | undefined;
  /** Remembers at once; it is written soon. */
  set(task: string, moment: RememberedMoment): void;
  /** Resolves when what is remembered is written. @throws what keeps it from being written. */
  flush(): Promise<void>;
}

/** Remembers for as long as it lives itself: give one to several applications in turn, and they are restarts of one. */
export class MemoryStateStore implements StateStore {
  readonly #moments = new Map<string, RememberedMoment>();

  load(): Promise<void> {
    return Promise.resolve();
  }

  get(task: string): RememberedMoment | undefined {
    return this.#moments.get(task);
  }

  set(task: string, moment: RememberedMoment): void {
    this.#moments.set(task, moment);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }
}
