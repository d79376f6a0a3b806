import type { RememberedMoment, StateStore } from './StateStore';

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
