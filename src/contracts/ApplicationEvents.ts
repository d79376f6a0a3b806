import type { ExitReport } from './ExitReport';
import type { OperatorAction, OperatorKind } from './Operation';
import type { RunOutcome, RunRecord, SkipReason } from './RunRecord';
import type { SerializedError } from './SerializedError';

/** The point at which a listener failed during the boot. */
export type StartupFailurePhase =
  /** Its constructor, or the factory that it is bound to, threw. */
  | 'construct'
  /** Its `startup` hook failed, or called `fail`. */
  | 'startup'
  /** Its `startup` hook did not end within `startupTimeout`. */
  | 'timeout'
  /** It started, and died before the boot was decided. */
  | 'run'
  /** A listener that it needs failed or is disabled. */
  | 'blocked';

/** A run, as events carry it. Its record is built when it is read. */
export interface RunEvent {
  /** The name of the listener. */
  readonly listener: string;
  /** The name of the task. */
  readonly task: string;
  /** The id of the run, as in its record. */
  readonly runId: string;
  /** Same as `record.outcome`, but does not build the record. Absent while the run is in flight. */
  readonly outcome?: RunOutcome;
  /** Same as `record.reason`, but does not build the record. Present when the due moment was skipped. */
  readonly reason?: SkipReason | undefined;
  /** The number of due moments that were missed: `record.missed.count`, or 0. Does not build the record. */
  readonly missed: number;
  /** Milliseconds from the due moment to the start; undefined for a due moment without a run. Does not build the record. */
  readonly lateMs: number | undefined;
  /** Milliseconds from the start to the outcome; undefined before, and without a run. Does not build the record. */
  readonly durationMs: number | undefined;
  /** The record as it stands when this is first read; later reads return the same object. */
  readonly record: RunRecord;
}

/** Something that an operator did with a listener. */
export interface OperatorEvent {
  /** The name of the listener; absent when it concerns the whole application. */
  readonly listener?: string;
  /** Absent when it concerns every task of the listener. */
  readonly task?: string;
  /** The person or program; absent when nobody was named. */
  readonly by?: string;
  /** Why, if a reason was given. */
  readonly reason?: string;
}

/** A hook or run that was in flight while the event loop stood still. */
export interface CallInFlight {
  /** The name of the listener. */
  readonly listener: string;
  /** The hook: `startup`, `tick`, `shutdown` … */
  readonly hook: string;
  /** The task of a run. */
  readonly task?: string;
  /** The id of a run. */
  readonly runId?: string;
}

/** A standstill of the event loop that is over. */
export interface LoopBlockedEvent extends Partial<CallInFlight> {
  /** How long it stood still, in milliseconds. */
  readonly blockedMs: number;
  /**
   * The hooks and runs that were in flight when it was looked at, 100 at most. Where `listener` is absent, it was one of them,
   * a subscriber of an event, or code that belongs to no listener.
   */
  readonly inFlight: readonly CallInFlight[];
  /** The frames of the code that held it, the innermost first, one a line. */
  readonly stack?: string;
}

/** An act that was asked of `operate`. */
export interface OperationEvent {
  /** The act. */
  readonly action: OperatorAction;
  /** The name of the listener; absent when it concerns the whole application. */
  readonly listener?: string;
  /** The name of the task; absent when it concerns all of the listener. */
  readonly task?: string;
  /** The person or program. */
  readonly by: string;
  /** Whether that is a person or a program. */
  readonly kind: OperatorKind;
  /** Why. */
  readonly reason?: string;
  /** When what was set ends by itself, as ISO text. */
  readonly until?: string;
  /** The key that the caller gave. */
  readonly key?: string;
  /** The value that was set, in words: a schedule, a level, a number of dead letters. */
  readonly value?: string;
  /** The `tickId` of the dead letter that was meant, as it was given. */
  readonly tickId?: string;
  /** Tasks of cluster scope that the act has not reached, as `listener.task`; absent when it has reached all. */
  readonly unreached?: readonly string[];
}

/** The events of an application, by name. */
export interface ApplicationEventMap {
  /** The boot begins, of that many listeners. */
  'application.starting': { readonly listeners: number };
  /** The boot is decided, and ticks are open. */
  'application.started': { readonly startupMs: number };
  /** The application runs without everything that it should be doing; `causes` has one sentence for each failure. */
  'application.degraded': { readonly causes: readonly string[] };
  /** It does everything again that it should be doing, after `application.degraded`. */
  'application.recovered': object;
  /** The stop, or the roll back of a failed boot, begins. */
  'application.stopping': { readonly reason: string };
  /** Everything has stopped; the logs are flushed after this. */
  'application.stopped': { readonly report: ExitReport };
  /** The listener is about to be constructed. */
  'listener.starting': { readonly listener: string };
  /** The startup has succeeded. */
  'listener.started': { readonly listener: string; readonly startupMs: number };
  /** The startup has failed; `fatal`: that aborts the boot, or stops the application. */
  'listener.startup_failed': {
    readonly listener: string;
    readonly phase: StartupFailurePhase;
    readonly fatal: boolean;
    readonly error: SerializedError;
  };
  /** The listener is not started, because the listener `blockedBy` has failed. */
  'listener.blocked': { readonly listener: string; readonly blockedBy: string };
  /** The listener is switched off, has disabled itself, or needs one that is disabled. */
  'listener.disabled': { readonly listener: string; readonly reason: string };
  /** The `run` body ended before the stop, or the listener declared itself failed; `fatal`: the application stops. */
  'listener.died': { readonly listener: string; readonly fatal: boolean; readonly error: SerializedError };
  /** The listener has failed, and is started again at the instant `at`, ISO text; `attempt` counts from 1. */
  'listener.restarting': { readonly listener: string; readonly attempt: number; readonly at: string };
  /** The listener has failed, and its `limit` allows no further restart. */
  'listener.restart_given_up': { readonly listener: string; readonly restarts: number };
  /** A run has outlived its `tickTimeout` and ignores its signal. */
  'listener.stuck': { readonly listener: string; readonly task: string; readonly runId: string };
  /** The work in flight of the listener is being aborted; its shutdown comes next. */
  'listener.stopping': { readonly listener: string };
  /** The listener has been shut down, or its startup gave up because the application stops. */
  'listener.stopped': { readonly listener: string; readonly shutdownMs: number };
  /** The shutdown failed or timed out; `cut` if the grace was used up. */
  'listener.shutdown_failed': { readonly listener: string; readonly error: SerializedError; readonly cut: boolean };
  /** A task is about to be called. */
  'run.started': RunEvent;
  /** The outcome of a run is decided; a handler that outlived its timeout may still be busy. */
  'run.finished': RunEvent;
  /** A due moment, or several missed ones, led to no run. */
  'run.skipped': RunEvent;
  /**
   * The event loop stood still for longer than `watchdog.after`. Emitted when it turns again, since nothing can be while it
   * does not; `listener`, `hook`, `task` and `runId` are those of the code that held it.
   */
  'loop.blocked': LoopBlockedEvent;
  /** The event loop turns again; follows each `loop.blocked`. */
  'loop.recovered': { readonly blockedMs: number };
  /** The task has not succeeded since `since`, ISO text, and must `within` that many milliseconds. */
  'task.stale': { readonly listener: string; readonly task: string; readonly since: string; readonly within: number };
  /** A task that was stale has succeeded. */
  'task.fresh': { readonly listener: string; readonly task: string };
  /** A task is run because somebody asked for it. */
  'operator.triggered': OperatorEvent;
  /** A pause is in force; `until` is ISO text. */
  'operator.paused': OperatorEvent & { readonly until?: string };
  /** A pause was ended, or is over. */
  'operator.resumed': OperatorEvent;
  /** `app.restart()` was called. */
  'operator.restarted': OperatorEvent;
  /** `operate`, or one of its short forms, has carried out an act. */
  'operator.acted': OperationEvent;
  /** `operate`, or one of its short forms, has refused an act. Texts that were given are cut, and may be nonsense. */
  'operator.refused': OperationEvent & { readonly error: SerializedError };
}

/** The name of an event. */
export type ApplicationEventName = keyof ApplicationEventMap;

const EVENT_NAMES = {
  'application.starting': true,
  'application.started': true,
  'application.degraded': true,
  'application.recovered': true,
  'application.stopping': true,
  'application.stopped': true,
  'listener.starting': true,
  'listener.started': true,
  'listener.startup_failed': true,
  'listener.blocked': true,
  'listener.disabled': true,
  'listener.died': true,
  'listener.restarting': true,
  'listener.restart_given_up': true,
  'listener.stuck': true,
  'listener.stopping': true,
  'listener.stopped': true,
  'listener.shutdown_failed': true,
  'run.started': true,
  'run.finished': true,
  'run.skipped': true,
  'loop.blocked': true,
  'loop.recovered': true,
  'task.stale': true,
  'task.fresh': true,
  'operator.triggered': true,
  'operator.paused': true,
  'operator.resumed': true,
  'operator.restarted': true,
  'operator.acted': true,
  'operator.refused': true,
} satisfies Record<ApplicationEventName, true>;

/** The names of all events, for users of JavaScript. */
export const APPLICATION_EVENTS: readonly string[] = Object.keys(EVENT_NAMES);

/** The side of the events that announces them. Its functions work without their object. */
export interface EventSender {
  /**
   * True when somebody listens to such an event: asked first, an event that nobody hears costs no payload.
   *
   * @param outcome - that of the run, for `run.finished`: there are subscribers whom a success does not interest.
   */
  readonly hears: (name: ApplicationEventName, outcome?: RunOutcome) => boolean;
  /** Calls the subscribers. Never throws. */
  readonly emit: <K extends ApplicationEventName>(name: K, payload: ApplicationEventMap[K]) => void;
}

/**
 * The events of one application, in the order in which they happen. Inject it by this class. Events announce, they do not
 * steer: an error of a subscriber is logged and changes nothing.
 */
export abstract class ApplicationEvents {
  /** Calls `fn` for each event of that name. Returns a function that ends the subscription. */
  abstract on<K extends ApplicationEventName>(name: K, fn: (event: ApplicationEventMap[K]) => void): () => void;

  /** Calls `fn` for every event. Returns a function that ends the subscription. */
  abstract onAny(fn: <K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]) => void): () => void;
}
