import type { ApplicationEventName } from '../../contracts/ApplicationEvents';
import type { BootPlan } from '../../contracts/BootPlan';
import type { ExitReport } from '../../contracts/ExitReport';
import type { RunRecord } from '../../contracts/RunRecord';
import type { ApplicationStatus } from '../../contracts/status';
import type { Fault, Script } from './Script';

/** An event of the application. */
export interface ObservedEvent {
  /** Its place among all events, injected faults, and beginnings and ends of calls. */
  readonly order: number;
  /** Epoch milliseconds of virtual time. */
  readonly at: number;
  /** The name of the event. */
  readonly name: ApplicationEventName;
  /** The listener it is about, if any. */
  readonly listener?: string;
  /** The task it is about, if any. */
  readonly task?: string;
  /** The run it is about, if any. */
  readonly runId?: string;
  /** The payload of the event, unchanged. */
  readonly payload: object;
}

/** A call that the engine made to a listener's hook, or to a task's method. */
export interface ObservedCall {
  /** The name of the listener. */
  readonly listener: string;
  /** `startup`, `ready`, `run`, `shutdown`, or the method of a task. */
  readonly hook: string;
  /** Counts the calls of this hook, from 1. */
  readonly number: number;
  /** The place of its beginning among everything observed; see {@link ObservedEvent.order}. */
  readonly began: number;
  /** Epoch milliseconds of virtual time. */
  readonly beganAt: number;
  /** The place of its end; absent when it never settled. */
  readonly ended?: number;
  /** Epoch milliseconds of virtual time; absent when it never settled. */
  readonly endedAt?: number;
  /** Absent when it never settled. */
  readonly outcome?: 'resolved' | 'rejected';
  /** The error of a rejected call. */
  readonly error?: unknown;
  /** The run that a task's call belongs to; absent for hooks. */
  readonly runId?: string;
  /** The number of awaits it reached. */
  readonly awaits: number;
}

/** A fault that was injected. */
export interface ObservedFault {
  /** Its place among everything observed; see {@link ObservedEvent.order}. */
  readonly order: number;
  /** The fault of the script. */
  readonly fault: Fault;
}

/** The record of one schedule from start to exit, which a property judges. */
export interface ExploredRun {
  /** The schedule that was run. */
  readonly script: Script;
  /** The plan of the application. */
  readonly plan: BootPlan;
  /** The events, oldest first. */
  readonly events: readonly ObservedEvent[];
  /** The calls of hooks and tasks, in the order they began. */
  readonly calls: readonly ObservedCall[];
  /** The faults of the script that were injected, in order. */
  readonly injected: readonly ObservedFault[];
  /** For a synthetic application: its deferred disposers in the order they were called, each as `db 2`. */
  readonly disposed: readonly string[];
  /** The outcome of `start()`; absent when it never settled. */
  readonly boot?: 'started' | 'rejected';
  /** The error with which `start()` rejected. */
  readonly bootError?: unknown;
  /** The exit report; undefined when the application did not exit within `exitWithin`. */
  readonly report: ExitReport | undefined;
  /** Virtual milliseconds from the beginning of the stop to its end; absent when it has not ended. */
  readonly exitMs?: number;
  /** The status at the end. */
  readonly status: ApplicationStatus;
  /** The run records of a listener, oldest first. */
  runs(listener: string): readonly RunRecord[];
  /** The records of triggered runs, in the order of the triggers; `undefined` for each that never settled. */
  readonly triggered: readonly (RunRecord | undefined)[];
  /** Errors with which `stop()` or `trigger()` rejected although they must not, and unhandled errors of listeners. */
  readonly unhandled: readonly unknown[];
  /** Events, faults and calls as text, one a line, to compare and to print. */
  readonly trace: readonly string[];
}
