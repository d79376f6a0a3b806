import { hostname } from 'node:os';

import type { SqlValue } from '../contracts/StateDatabase';
import type { SqliteState } from '../state/SqliteState';
import type { DirectStatements } from '../state/Transaction';
import { isoText } from '../time/instant';
import type { RunValues } from './historyRows';
import {
  ADD_RUN,
  ADD_RUNS,
  ADD_SESSION,
  ADDED_AT_ONCE,
  FREE_PLACE,
  LARGEST_PLACE,
  LATEST,
  NEWEST,
  SET_AHEAD,
} from './historyTables';
import type { RunSeries } from './Retention';

/** Parameters of a row. */
const PARAMETERS = 10;

/** A run on its way to the database. */
export interface WaitingRun {
  readonly series: RunSeries;
  readonly values: RunValues;
}

/** Adds the rows of the runs of this session, each in its place in time. */
export class SessionRows {
  readonly #database: SqliteState;
  readonly #sessionId: string;
  #session: number | undefined;
  /** The instant of the newest run that may have the place of one of this session; undefined until it is read. */
  #newestBefore: number | undefined;
  #place = 0;

  constructor(database: SqliteState, sessionId: string) {
    this.#database = database;
    this.#sessionId = sessionId;
  }

  /** Is called before rows are added. */
  async prepare(): Promise<void> {
    this.#session ??= (
      await this.#database.run(ADD_SESSION, [this.#sessionId, hostname(), process.pid])
    ).lastInsertRowid;
    this.#newestBefore ??= (await this.#database.get<{ at: number | null }>(NEWEST))?.at ?? -Infinity;
  }

  /** @throws Error if a run began at an instant that does not fit into an id. */
  add(statements: DirectStatements, runs: readonly WaitingRun[]): void {
    const { values } = runs.find(({ values: [at] }) => Math.abs(at) > LATEST) ?? {};
    if (values !== undefined) {
      throw new Error(`a run began at ${isoText(values[0])}; they can be kept up to ${isoText(LATEST)}`);
    }
    const before = this.#newestBefore ?? Infinity;
    if (runs.some(({ values: [at] }) => at <= before)) {
      // The clock was set back, or is one of a test.
      statements.run(SET_AHEAD, [before, this.#session ?? null]);
      for (const run of runs) {
        const place = statements.get<{ place: number }>(FREE_PLACE, [run.values[0]])?.place ?? 0;
        this.#addOne(statements, run, place);
      }
      return;
    }
    const many = runs.length - (runs.length % ADDED_AT_ONCE);
    let parameters: SqlValue[] = [];
    for (let index = 0; index < many; index++) {
      this.#push(parameters, runs[index] as WaitingRun, this.#nextPlace());
      if (parameters.length < ADDED_AT_ONCE * PARAMETERS) continue;
      statements.run(ADD_RUNS, parameters);
      parameters = [];
    }
    for (const run of runs.slice(many)) this.#addOne(statements, run, this.#nextPlace());
  }

  #addOne(statements: DirectStatements, run: WaitingRun, place: number): void {
    const parameters: SqlValue[] = [];
    this.#push(parameters, run, place);
    statements.run(ADD_RUN, parameters);
  }

  #push(parameters: SqlValue[], { series, values }: WaitingRun, place: number): void {
    const [at, run, cause, late, took, outcome, more] = values;
    parameters.push(at, place, series.id ?? null, this.#session ?? null, run, cause, late, took, outcome, more);
  }

  /** No two rows of a session have the same, unless there are a million between them. */
  #nextPlace(): number {
    if (this.#place < LARGEST_PLACE) return this.#place++;
    this.#place = 0;
    this.#newestBefore = undefined;
    return LARGEST_PLACE;
  }
}
