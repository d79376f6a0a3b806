import type { PeriodicTaskSpec } from '../contracts/entries';
import type { SkipReason } from '../contracts/RunRecord';
import type { Moment } from './runs';

/** `draining`: no run begins, and due moments are recorded as skipped. `closed`: no due moment is kept. */
export type Gate = 'open' | 'draining' | 'closed';

const NEXT_GATES: Readonly<Record<Gate, readonly Gate[]>> = {
  open: ['draining', 'closed'],
  draining: ['closed'],
  closed: [],
};

/** True if a task may move from one gate to the other. */
export const mayMove = (from: Gate, to: Gate): boolean => NEXT_GATES[from].includes(to);

/** The condition of a task when a moment is decided. */
interface TaskCondition {
  readonly gate: Gate;
  readonly isPaused: boolean;
  /** True while a listener that the daemon needs does not run. */
  readonly isWithheld: boolean;
  /** The number of runs in flight. */
  readonly inFlight: number;
  /** True if a moment waits for the end of the run in flight. */
  readonly hasQueued: boolean;
}

/** For a moment: its run begins, waits for the end of the run in flight, or is skipped for that reason. */
type Decision = 'begin' | 'queue' | SkipReason;

/** Decides about one moment of a task. A run that is triggered ignores a pause, and obeys everything else. */
export function decideMoment(
  trigger: Moment['trigger'],
  { gate, isPaused, isWithheld, inFlight, hasQueued }: TaskCondition,
  overlap: PeriodicTaskSpec['overlap'],
): Decision {
  if (gate !== 'open') return 'draining';
  if (isPaused && trigger !== 'manual') return 'paused';
  if (isWithheld) return 'dependency';
  if (inFlight === 0) return 'begin';
  switch (overlap) {
    case 'skip':
      return 'overlap';
    case 'queue-one':
      return hasQueued ? 'overlap' : 'queue';
    case 'allow':
      return 'begin';
  }
}

/** True if the moment gets a run, now or later. */
export const getsRun = (decision: Decision): decision is 'begin' | 'queue' =>
  decision === 'begin' || decision === 'queue';
