import type { StartupFailurePhase } from '../contracts/ApplicationEvents';
import { DaemonryError } from './DaemonryError';

export interface BootFailure {
  readonly listenerName: string;
  readonly phase: StartupFailurePhase;
  readonly cause: Error;
  /** The listener that failed, when the fatal one is only blocked by it. */
  readonly blockedBy?: string;
  /** Everything that went wrong, the roll back included; the cause is the first. */
  readonly errors: readonly Error[];
}

/** `start()` rejects with it after a fatal startup failure; what had started is stopped again by then. */
export class BootError extends DaemonryError implements BootFailure {
  declare readonly cause: Error;
  readonly listenerName: string;
  readonly phase: StartupFailurePhase;
  readonly blockedBy?: string;
  readonly errors: readonly Error[];

  constructor({ listenerName, phase, cause, blockedBy, errors }: BootFailure) {
    super('BOOT_FAILED', {
      what: `The boot was aborted: "${listenerName}" failed to start, and that is fatal.`,
      facts: {
        phase,
        'blocked by': blockedBy,
        cause: `${cause.name}: ${cause.message}`,
        ...(errors.length > 1
          ? { 'also failed': errors.slice(1).map((error) => `${error.name}: ${error.message}`) }
          : {}),
      },
      fix: 'remove the cause; or, if the application is of use without it, declare it @BackgroundDaemon({ fatalOnStartupFailure: false }).',
      cause,
    });
    this.listenerName = listenerName;
    this.phase = phase;
    this.errors = errors;
    if (blockedBy !== undefined) this.blockedBy = blockedBy;
  }
}
