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
   * Takes the moments for this application alone, and reads those that were saved. Called once, before anything else.
   * @throws StateInUseError when another process has them. StateUnreadableError when they exist and cannot be read.
   */
  load(): Promise<void>;
  /** The moment that was read or set last. */
  get(task: string): RememberedMoment | undefined;
  /** Sets the moment at once, and saves it soon. */
  set(task: string, moment: RememberedMoment): void;
  /**
   * Saves everything, whether or not it has changed, to show that it can be saved. Resolves when it is; rejects with the
   * error that prevents it. Undefined when nothing has to be saved outside of memory.
   */
  prove(): Promise<void> | undefined;
  /** Why the newest moments are not saved, one sentence; undefined while they are. */
  readonly complaint: string | undefined;
  /** Saves every moment and lets go of them. Resolves when that is done; rejects with the error that prevents it. */
  close(): Promise<void>;
}

/** Keeps due moments in memory. Given to several applications in turn, it makes them restarts of one another. */
export class MemoryStateStore implements StateStore {
  readonly complaint = undefined;
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

  prove(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
