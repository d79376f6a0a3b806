import type { RunRecord, RunTrigger } from '../contracts/RunRecord';
import { isoText } from '../time/instant';

/** The names of a task. */
export interface TaskLabel {
  readonly listener: string;
  readonly task: string;
  /** `<listener>.<task>` */
  readonly path: string;
}

export function tickIdOf(path: string, runId: string, trigger: RunTrigger, scheduledAt: number): string {
  return `${path}@${trigger === 'manual' ? `manual:${runId}` : isoText(scheduledAt)}`;
}

/** A due moment, or what an operator asked for: what a run is made of. */
export interface Moment {
  readonly trigger: RunTrigger;
  /** Epoch milliseconds. */
  readonly scheduledAt: number;
  /** Told what became of it. */
  readonly decided?: (record: RunRecord) => void;
}
