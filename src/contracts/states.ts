/** The state of an application. `degraded` is `running` without everything that it should be doing. */
export type ApplicationState =
  /** Planned, and not started. */
  | 'created'
  /** The boot is in flight. */
  | 'starting'
  | 'running'
  /** Running, though a listener failed, is blocked, has died or is stuck. */
  | 'degraded'
  | 'stopping'
  | 'stopped'
  /** The boot failed, and everything that had started is stopped again. */
  | 'failed';

/** The state of a listener. */
export type ListenerState =
  /** Not started yet, or never started because the application stopped first. */
  | 'registered'
  /** Switched off by the configuration, by itself, or because it needs a disabled listener. */
  | 'disabled'
  | 'starting'
  | 'running'
  | 'startup_failed'
  /** It failed, and waits to be started again. */
  | 'backing_off'
  /** Not started, because a listener that it needs does not run. It is started once that does. */
  | 'blocked'
  /** Its `run` body ended, or it declared itself failed. It is shut down to be started again, or at the stop. */
  | 'died'
  | 'stopping'
  | 'stopped'
  /** Its shutdown failed, timed out or was cut. */
  | 'shutdown_failed';
