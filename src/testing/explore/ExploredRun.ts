import type { ApplicationEventName } from '../../contracts/ApplicationEvents';
import type { BootPlan } from '../../contracts/BootPlan';
import type { ExitReport } from '../../contracts/ExitReport';
import type { RunRecord } from '../../contracts/RunRecord';
import type { ApplicationStatus } from '../../contracts/status';
import type { Fault, Script } from './Script';

/** One event, and where it stands among all that was observed. */
export interface ObservedEvent {
  /** Its place among all events and the beginnings and ends of calls. */
  readonly order: number;
  /** Epoch milliseconds of virtual time. */
  readonly at: number;
  readonly name: ApplicationEventName;
  readonly listener?: string;
  readonly task?: string;
  readonly runId?: string;
  /** As the event carries it. */
  readonly payload: object;
}

/** One call of a listener's hook, or of a task's method. */
export interface ObservedCall {
  readonly listener: string;
  /** `startup`, `ready`, `run`, `shutdown`, or the method of a task. */
  readonly hook: string;
  /** Which call of this hook, from 1. */
  readonly number: number;
  readonly began: number;
  readonly beganAt: number;
  /** Absent when it never settled. */
  readonly ended?: number;
  readonly endedAt?: number;
  readonly outcome?: 'resolved' | 'rejected';
  /** What it threw. */
  readonly error?: unknown;
  readonly runId?: string;
  /** How many awaits it came to. */
  readonly awaits: number;
}

/** One fault that came about. */
export interface ObservedFault {
  readonly order: number;
  readonly fault: Fault;
}

/** A finished run of one schedule: what a property is asked about. */
export interface ExploredRun {
  readonly script: Script;
  readonly plan: BootPlan;
  /** In the order they happened. */
  readonly events: readonly ObservedEvent[];
  /** In the order they began. */
  readonly calls: readonly ObservedCall[];
  /** Those of the script that came about. */
  readonly injected: readonly ObservedFault[];
  /** What deferred disposers did: `db 2`, in the order they were called; of a synthetic application. */
  readonly disposed: readonly string[];
  /** How `start()` settled; absent when it never did. */
  readonly boot?: 'started' | 'rejected';
  /** What `start()` rejected with. */
  readonly bootError?: unknown;
  /** Undefined when the application did not exit: see `exitWithin`. */
  readonly report: ExitReport | undefined;
  /** How much virtual time its stop took, in milliseconds. */
  readonly exitMs?: number;
  /** How it stood at the end. */
  readonly status: ApplicationStatus;
  /** Every record of a listener, oldest first. */
  runs(listener: string): readonly RunRecord[];
  /** The records that triggered runs resolved with; `undefined` for each that never did. */
  readonly triggered: readonly (RunRecord | undefined)[];
  /** What `stop()` and `trigger()` must not reject with, and did; and rejections that nobody handled. */
  readonly unhandled: readonly unknown[];
  /** Events and calls as text, one a line: what to compare, and to print. */
  readonly trace: readonly string[];
}
