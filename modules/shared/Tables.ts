import type { MigrationStep, StateDatabase } from 'daemonry';

/** The tables of one owner in the state database. They are made, or brought up to date, when they are first used. */
export class Tables {
  #ready: Promise<void> | undefined;

  /** @param owner - the name of the module, with which the names of its tables begin. */
  constructor(
    private readonly state: StateDatabase,
    private readonly owner: string,
    private readonly steps: readonly MigrationStep[],
  ) {}

  /** Resolves once the tables can be used. @throws StateError; the next call tries again. */
  ready(): Promise<void> {
    this.#ready ??= this.state.migrate(this.owner, this.steps).catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }
}
