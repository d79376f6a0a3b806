import { readFileSync } from 'node:fs';

/** A task of the processes of a storm. */
export interface StormTask {
  readonly listener: string;
  /** `tick`, the name of a further task of that listener, or `run` for a body that one process holds at a time. */
  readonly task: string;
  /** Milliseconds between due moments; absent for a body, and where the moments of a schedule are not looked at. */
  readonly every?: number | undefined;
  /** Its schedule, when it is not the interval `every`. */
  readonly cron?: string;
  readonly overlap?: 'skip' | 'queue-one' | 'allow';
  readonly misfire?: 'skip' | 'run-once';
  readonly delivery?: 'at-most-once' | 'at-least-once';
  readonly maxStarts?: number;
  /** How long a run works, in milliseconds; it has an effect every 100 ms, and one at its end. */
  readonly works?: number;
  /** True when it does not listen to its signal. */
  readonly deaf?: boolean;
}

/** One line of the journal of a process. It is on disk before anything follows from it. */
export type StormFact = { readonly at: number } & (
  | { readonly fact: 'opened' | 'stopping' | 'stopped' }
  | { readonly fact: 'began'; readonly run: StormRun }
  /** `effect`: `commit` let the effect of a run through; `refused`: it did not. */
  | { readonly fact: 'effect' | 'refused' | 'ended'; readonly run: StormRun }
  | { readonly fact: 'record'; readonly task: string; readonly record: StormRecord }
  /** The event loop was that late, in milliseconds. */
  | { readonly fact: 'delay'; readonly ms: number }
  | { readonly fact: 'answer'; readonly text: string }
);

/** A fact before its time is known. */
export type StormNote = StormFact extends infer Fact ? (Fact extends unknown ? Omit<Fact, 'at'> : never) : never;

/** A run of a task, as its handler was given it. */
export interface StormRun {
  /** `listener.task`. */
  readonly task: string;
  readonly tickId: string;
  readonly runId: string;
  /** Epoch milliseconds. */
  readonly scheduledAt: number;
  readonly trigger: string;
  /** A bigint in digits. */
  readonly token: string;
}

/** The parts of a record that the journal keeps. */
export interface StormRecord {
  readonly runId: string;
  readonly tickId: string;
  readonly scheduledAt: string;
  readonly trigger: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly missed?: { readonly from: string; readonly to: string; readonly count: number };
}

/** Something that was done to a process, or to what it needs. */
export interface Deed {
  /** Milliseconds of the monotonic clock that all processes of the machine share. */
  readonly at: number;
  readonly what:
    'kill' | 'stop' | 'freeze' | 'thaw' | 'partition' | 'mend' | 'store-down' | 'store-up' | 'pause' | 'resume';
  /** The process; absent when it is done to all. */
  readonly to?: string;
}

/** One process from its start to its end. */
export interface StormLife {
  readonly name: string;
  /** The end of the process, in the time of the deeds. */
  readonly ended: number;
  /** True when it was killed. */
  readonly killed: boolean;
  readonly code: number | undefined;
  readonly facts: readonly StormFact[];
}

/** Everything that is known of a storm. */
export interface Storm {
  readonly leaseMs: number;
  /** The clock of the store minus the time of the deeds. */
  readonly epoch: number;
  readonly tasks: readonly StormTask[];
  readonly deeds: readonly Deed[];
  readonly lives: readonly StormLife[];
}

/** A promise that a storm has shown not to hold. */
export interface Violation {
  readonly rule:
    | 'started twice'
    | 'two at once'
    | 'fencing token'
    | 'early'
    | 'not shared'
    | 'unaccounted'
    | 'accounted twice'
    | 'take-over'
    | 'hand-over'
    | 'burst'
    | 'exit code';
  readonly text: string;
}

/** Milliseconds of the monotonic clock, which is the same in all processes of a machine, whatever their wall clocks say. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

/** The facts in a journal; a line that is not whole, because its process was killed, is left out. */
export function readJournal(path: string): StormFact[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as StormFact);
}
