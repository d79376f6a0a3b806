import { DaemonryError } from './DaemonryError';

/** `start()` rejects with it when the application was stopped before its boot was decided, or before it was started. */
export class BootCancelledError extends DaemonryError {
  constructor(readonly reason: string) {
    super('BOOT_CANCELLED', {
      what: `The boot was cancelled: ${reason}`,
      fix: 'nothing, if the stop was wanted. An application starts once; create another to start again.',
    });
  }
}
