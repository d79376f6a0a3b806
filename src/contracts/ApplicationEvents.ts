import type { ExitReport } from './ExitReport';
import type { RunOutcome, RunRecord } from './RunRecord';
import type { SerializedError } from './SerializedError';

export type StartupFailurePhase = 'construct' | 'startup' | 'timeout' | 'run' | 'blocked';

/** A run, as events carry it. Its record is made when it is read. */
export interface RunEvent {
  readonly listener: string;
  readonly task: string;
  readonly runId: string;
  /** That of the record, without making one. Absent while the run is in flight. */
  readonly outcome?: RunOutcome;
  /** As it stands when it is read for the first time. */
  readonly record: RunRecord;
}

export interface OperatorEvent {
  readonly listener: string;
  /** Absent: every task of the listener. */
  readonly task?: string;
  readonly by?: string;
  readonly reason?: string;
}

/** Everything that happens in an application, by name. */
export interface ApplicationEventMap {
  'application.starting': { readonly listeners: number };
  'application.started': { readonly startupMs: number };
  /** The application works, but without what `causes` names. */
  'application.degraded': { readonly causes: readonly string[] };
  'application.stopping': { readonly reason: string };
  'application.stopped': { readonly report: ExitReport };
  'listener.starting': { readonly listener: string };
  'listener.started': { readonly listener: string; readonly startupMs: number };
  'listener.startup_failed': {
    readonly listener: string;
    readonly phase: StartupFailurePhase;
    readonly fatal: boolean;
    readonly error: SerializedError;
  };
  'listener.blocked': { readonly listener: string; readonly blockedBy: string };
  'listener.disabled': { readonly listener: string; readonly reason: string };
  'listener.died': { readonly listener: string; readonly fatal: boolean; readonly error: SerializedError };
  'listener.stuck': { readonly listener: string; readonly task: string; readonly runId: string };
  'listener.stopping': { readonly listener: string };
  'listener.stopped': { readonly listener: string; readonly shutdownMs: number };
  'listener.shutdown_failed': { readonly listener: string; readonly error: SerializedError; readonly cut: boolean };
  'run.started': RunEvent;
  'run.finished': RunEvent;
  'run.skipped': RunEvent;
  'operator.triggered': OperatorEvent;
  'operator.paused': OperatorEvent & { readonly until?: string };
  'operator.resumed': OperatorEvent;
}

export type ApplicationEventName = keyof ApplicationEventMap;

const EVENT_NAMES = {
  'application.starting': true,
  'application.started': true,
  'application.degraded': true,
  'application.stopping': true,
  'application.stopped': true,
  'listener.starting': true,
  'listener.started': true,
  'listener.startup_failed': true,
  'listener.blocked': true,
  'listener.disabled': true,
  'listener.died': true,
  'listener.stuck': true,
  'listener.stopping': true,
  'listener.stopped': true,
  'listener.shutdown_failed': true,
  'run.started': true,
  'run.finished': true,
  'run.skipped': true,
  'operator.triggered': true,
  'operator.paused': true,
  'operator.resumed': true,
} satisfies Record<ApplicationEventName, true>;

/** The names of all events, for users of JavaScript. */
export const APPLICATION_EVENTS: readonly string[] = Object.keys(EVENT_NAMES);

/** What the engine calls to say that something happened. */
export type EmitEvent = <K extends ApplicationEventName>(name: K, payload: ApplicationEventMap[K]) => void;

/**
 * The events of one application, in the order they happen. Events announce; they do not steer: what a subscriber throws is
 * logged and changes nothing.
 */
export abstract class ApplicationEvents {
  /** Calls `fn` for each event of that name. Returns what takes the subscription back. */
  abstract on<K extends ApplicationEventName>(name: K, fn: (event: ApplicationEventMap[K]) => void): () => void;

  /** Calls `fn` for every event. Returns what takes the subscription back. */
  abstract onAny(fn: <K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]) => void): () => void;
}
