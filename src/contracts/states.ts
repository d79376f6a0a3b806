export type ApplicationState = 'created' | 'starting' | 'running' | 'degraded' | 'stopping' | 'stopped' | 'failed';

export type ListenerState =
  | 'registered'
  | 'disabled'
  | 'starting'
  | 'running'
  | 'startup_failed'
  | 'blocked'
  | 'died'
  | 'stopping'
  | 'stopped'
  | 'shutdown_failed';
