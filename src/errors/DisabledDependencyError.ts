import { DaemonryError } from './DaemonryError';

/** The cause of a `BootError` when a fatal listener needs one that has disabled itself. */
export class DisabledDependencyError extends DaemonryError {
  constructor(
    readonly listenerName: string,
    readonly disabledName: string,
    reason: string | undefined,
  ) {
    super('DISABLED_DEPENDENCY', {
      what: `"${listenerName}" is fatal, and needs "${disabledName}", which is disabled.`,
      facts: { reason },
      fix: `remove the reason; or have "${listenerName}" take it by @Available, so that it starts without it.`,
    });
  }
}
