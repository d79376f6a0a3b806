import type { HealthContext, ReadyContext, RunContext, ShutdownContext, StartupContext, TickContext } from './contexts';

/** Resolves when the listener is ready for those that need it. */
export interface OnStartup {
  startup(context: StartupContext): void | Promise<void>;
}

/** Called once, when the boot of all listeners is decided. Not awaited by `start()`. */
export interface OnReady {
  ready(context: ReadyContext): void | Promise<void>;
}

/**
 * A long-running body: called after startup, not awaited by the boot, aborted and awaited at the stop. When it rejects,
 * or returns before the stop, the listener has died.
 */
export interface OnRun {
  run(context: RunContext): Promise<void>;
}

/** The work of one due moment. */
export interface OnTick {
  tick(context: TickContext): void | Promise<void>;
}

/** Says whether the listener is able to work: within 2 s; the answer is cached for 1 s. */
export interface OnHealth {
  health(context: HealthContext): HealthAnswer | Promise<HealthAnswer>;
}

/** Called at the stop, newest listener first, and only when its startup had succeeded. */
export interface OnShutdown {
  shutdown(context: ShutdownContext): void | Promise<void>;
}

export interface HealthReport {
  readonly status: 'up' | 'down';
  readonly details?: Readonly<Record<string, unknown>>;
}

export type HealthAnswer = 'up' | 'down' | HealthReport;

/** The hooks a listener may have, all of them optional. */
export type ListenerHooks = Partial<OnStartup & OnReady & OnRun & OnTick & OnHealth & OnShutdown>;
