import type { RunEvent } from '../contracts/ApplicationEvents';
import type { RunOutcome, RunRecord } from '../contracts/RunRecord';
import type { RememberedRun } from './TaskHistory';
import type { TaskLabel } from './TaskLabel';

/** What an event says of a run. The record is made when somebody reads it. */
export class RunNotice implements RunEvent {
  readonly listener: string;
  readonly task: string;
  readonly runId: string;
  readonly outcome?: RunOutcome;
  readonly #run: RememberedRun;
  #record: RunRecord | undefined;

  constructor({ listener, task }: TaskLabel, run: RememberedRun) {
    this.listener = listener;
    this.task = task;
    this.runId = run.runId;
    if (run.outcome !== undefined) this.outcome = run.outcome;
    this.#run = run;
  }

  get record(): RunRecord {
    return (this.#record ??= this.#run.record);
  }
}
