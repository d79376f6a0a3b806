/** The next due moment of a task, as it is remembered across restarts. */
export interface RememberedMoment {
  /** The key of the schedule that it belongs to; when the schedule has changed, the moment is ignored. */
  readonly schedule: string;
  /** Epoch milliseconds. */
  readonly nextDue: number;
}

/** Remembers the next due moment of tasks, by `<listener>.<task>`. */
export interface StateStore {
  /**
   * Reads the moments that were saved. Called once, before anything else.
   * @throws StateUnreadableError when they exist and cannot be read.
   */
  load(): Promise<void>;
  /** The moment that was read or set last. */
  get(task: string): RememberedMoment | undefined;
  /** Sets the moment at once, and saves it soon. */
  set(task: string, moment: RememberedMoment): void;
  /** Resolves when every moment is saved; rejects with the error that prevents it. */
  flush(): Promise<void>;
}

/** Keeps due moments in memory. Given to several applications in turn, it makes them restarts of one another. */
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
