import type { ApplicationEvents, RunEvent } from '../contracts/ApplicationEvents';
import { type HistoryPage, type HistoryQuery, RunHistory } from '../contracts/RunHistory';
import type { RunRecord } from '../contracts/RunRecord';
import { messageOf, toError } from '../errors/serializeError';
import type { EarlierRuns } from '../scheduling/InMemoryRunLedger';
import type { ApplicationState } from '../state/ApplicationState';
import type { Backlog, WriteBehind } from '../state/WriteBehind';
import type * as historySteps from './historySteps';
import { OWNER, STEP_COUNT } from './historyVersion';
import type * as stateHistory from './StateHistory';

/** The parts of a {@link HistoryOnDemand}. */
export interface HistoryParts extends Omit<stateHistory.StateHistoryOptions, 'database' | 'flush' | 'config'> {
  readonly state: ApplicationState;
  readonly events: Pick<ApplicationEvents, 'on'>;
  /** Durations are in milliseconds. */
  readonly config: stateHistory.StateHistoryOptions['config'] & { readonly flush: number };
}

/**
 * Keeps every run that is decided, and every due moment that is skipped, in the state database. What reads and writes the
 * tables is loaded when it is first needed: a boot does not wait for it, unless the tables are to be made.
 */
export class HistoryOnDemand extends RunHistory implements Backlog {
  readonly what = 'runs of the history';
  readonly consequence = 'The application goes on without.';
  readonly #parts: HistoryParts;
  readonly #writes: WriteBehind;
  #hasEarlier = false;
  #made: stateHistory.StateHistory | undefined;
  /** Runs that came while the code could not be loaded. */
  #lost = 0;
  #whyLost: string | undefined;

  constructor(parts: HistoryParts) {
    super();
    const { state, config, events } = parts;
    this.#parts = parts;
    this.#writes = state.writeBehind(this, config.flush);
    events.on('run.finished', this.#add);
    events.on('run.skipped', this.#add);
  }

  get size(): number {
    return this.#made?.size ?? 0;
  }

  get dropped(): number {
    return this.#lost + (this.#made?.dropped ?? 0);
  }

  get whyDropped(): string | undefined {
    return this.#whyLost;
  }

  async load(): Promise<void> {
    await this.#parts.state.database.migrateLazily(OWNER, STEP_COUNT, () => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- most boots find the tables made
      return (require('./historySteps') as typeof historySteps).STEPS;
    });
    this.#hasEarlier = true;
  }

  write(): Promise<void> {
    return this.#get().write();
  }

  async query(query: HistoryQuery = {}): Promise<HistoryPage> {
    return this.#get().query(query);
  }

  /** Same as `StateHistory.recordOf`. */
  async recordOf(listener: string, task: string, at: number, isDue: boolean): Promise<RunRecord | undefined> {
    return this.#get().recordOf(listener, task, at, isDue);
  }

  /** True while {@link takeEarlier} has more to give. */
  get hasEarlier(): boolean {
    return this.#hasEarlier && this.#parts.state.database.isOpen;
  }

  /** Same as `StateHistory.takeEarlier`. */
  takeEarlier(most?: number): readonly (EarlierRuns & { readonly listener: string; readonly task: string })[] {
    // What cannot be read is not tried again.
    this.#hasEarlier = false;
    const earlier = this.#get().takeEarlier(most);
    this.#hasEarlier = earlier.length === most;
    return earlier;
  }

  readonly #add = (event: RunEvent): void => {
    let history: stateHistory.StateHistory;
    try {
      history = this.#get();
    } catch (error) {
      this.#lost++;
      this.#whyLost = messageOf(error);
      this.#writes.complain(toError(error));
      return;
    }
    history.add(event);
    this.#writes.grown();
  };

  #get(): stateHistory.StateHistory {
    return (this.#made ??= this.#make());
  }

  #make(): stateHistory.StateHistory {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- see the class
    const { StateHistory } = require('./StateHistory') as typeof stateHistory;
    return new StateHistory({ ...this.#parts, database: this.#parts.state.database, flush: () => this.#flush() });
  }

  /** Never rejects: {@link WriteBehind} tells of what cannot be written. */
  #flush(): Promise<void> {
    return this.#writes.complaint === undefined ? this.#writes.flush().catch(() => undefined) : Promise.resolve();
  }
}
