import type { HealthContext, ReadyContext, RunContext, ShutdownContext, StartupContext, TickContext } from './contexts';

/** A listener with work to do before it, and what needs it, can run. */
export interface OnStartup {
  /** Resolves when the listener is ready for those that need it. Within `startupTimeout`. */
  startup(context: StartupContext): void | Promise<void>;
}

/** A listener that wants to know when the application runs. */
export interface OnReady {
  /** Called once, when the boot of all listeners is decided. Not awaited by `start()`; a failure is logged and kept in the status. */
  ready(context: ReadyContext): void | Promise<void>;
}

/** A listener with a long-running body. */
export interface OnRun {
  /**
   * Called after startup, not awaited by the boot, aborted and awaited at the stop. When it rejects, or returns before the
   * stop, the listener has died.
   */
  run(context: RunContext): Promise<void>;
}

/** A daemon with a schedule. */
export interface OnTick {
  /** Does the work of one due moment, within `tickTimeout`. An error is recorded and stops nothing. */
  tick(context: TickContext): void | Promise<void>;
}

/** A listener that knows whether it is able to work. */
export interface OnHealth {
  /**
   * Answers within 2 s, or counts as down. The answer is cached for 1 s. Not asked if the object has the method only since after
   * its startup.
   */
  health(context: HealthContext): HealthAnswer | Promise<HealthAnswer>;
}

/** A listener with something to close or to write at the end. */
export interface OnShutdown {
  /** Called at the stop, newest listener first, and only when its startup had succeeded. Within `shutdownTimeout`. */
  shutdown(context: ShutdownContext): void | Promise<void>;
}

/** An answer of a `health` hook with data. */
export interface HealthReport {
  /** `down`: the application is not ready. */
  readonly status: 'up' | 'down';
  /** Shown in `app.health()`; data that is not plain JSON is made so. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The answer of a `health` hook. */
export type HealthAnswer = 'up' | 'down' | HealthReport;

/** The hooks a listener may have, all of them optional. */
export type ListenerHooks = Partial<OnStartup & OnReady & OnRun & OnTick & OnHealth & OnShutdown>;

/** The names of the hooks, in the order of a listener's life. */
export const HOOK_NAMES = [
  'startup',
  'ready',
  'run',
  'tick',
  'health',
  'shutdown',
] as const satisfies readonly (keyof ListenerHooks)[];
