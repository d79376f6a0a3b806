import { hostname } from 'node:os';

import type { SqlValue } from '../contracts/StateDatabase';
import type { SqliteState } from '../state/SqliteState';
import type { DirectStatements } from '../state/Transaction';
import { isoText } from '../time/instant';
import type { WaitingRun } from './historyRows';
import {
  ADD_RUN,
  ADD_SESSION,
  ADDED_AT_ONCE,
  addSuccesses,
  FREE_PLACE,
  LARGEST_PLACE,
  LATEST,
  NEWEST,
  SCHEDULE,
  SET_AHEAD,
  SUCCEEDED,
} from './historyTables';

/** Adds the rows of the runs of this session, each in its place in time. */
export class SessionRows {
  readonly #database: SqliteState;
  readonly #sessionId: string;
  #session: number | undefined;
  #addsSuccesses = '';
  /** The instant of the newest run that may have the place of one of this session; undefined until it is read. */
  #newestBefore: number | undefined;
  #place = 0;

  constructor(database: SqliteState, sessionId: string) {
    this.#database = database;
    this.#sessionId = sessionId;
  }

  /** Is called before rows are added. */
  async prepare(): Promise<void> {
    if (this.#session === undefined) {
      const added = await this.#database.run(ADD_SESSION, [this.#sessionId, hostname(), process.pid]);
      this.#session = added.lastInsertRowid;
      this.#addsSuccesses = addSuccesses(this.#session);
    }
    this.#newestBefore ??= (await this.#database.get<{ at: number | null }>(NEWEST))?.at ?? -Infinity;
  }

  /** @throws Error if a run began at an instant that does not fit into an id. */
  add(statements: DirectStatements, runs: readonly WaitingRun[]): void {
    const misfit = runs.find(({ at }) => Math.abs(at) > LATEST);
    if (misfit !== undefined) {
      throw new Error(`a run began at ${isoText(misfit.at)}; they can be kept up to ${isoText(LATEST)}`);
    }
    const before = this.#newestBefore ?? Infinity;
    if (runs.some(({ at }) => at <= before)) {
      // The clock was set back, or is one of a test.
      statements.run(SET_AHEAD, [before, this.#session ?? null]);
      for (const run of runs) {
        this.#addOne(statements, run, statements.get<{ place: number }>(FREE_PLACE, [run.at])?.place ?? 0);
      }
      return;
    }
    let successes: WaitingRun[] = [];
    for (const run of runs) {
      if (run.outcome !== SUCCEEDED || run.cause !== SCHEDULE || run.more !== null) {
        this.#addOne(statements, run, this.#nextPlace());
      } else if (successes.push(run) === ADDED_AT_ONCE) {
        this.#addSuccesses(statements, successes);
        successes = [];
      }
    }
    for (const run of successes) this.#addOne(statements, run, this.#nextPlace());
  }

  #addSuccesses(statements: DirectStatements, runs: readonly WaitingRun[]): void {
    const parameters: SqlValue[] = [];
    for (const { series, at, run, late, took } of runs) {
      parameters.push(at, this.#nextPlace(), series.id ?? null, run, late, took);
    }
    statements.run(this.#addsSuccesses, parameters);
  }

  #addOne(statements: DirectStatements, waiting: WaitingRun, place: number): void {
    const { series, at, run, cause, late, took, outcome, more } = waiting;
    const session = this.#session ?? null;
    statements.run(ADD_RUN, [at, place, series.id ?? null, session, run, cause, late, took, outcome, more]);
  }

  /** No two rows of a session have the same, unless there are a million between them. */
  #nextPlace(): number {
    if (this.#place < LARGEST_PLACE) return this.#place++;
    this.#place = 0;
    this.#newestBefore = undefined;
    return LARGEST_PLACE;
  }
}
