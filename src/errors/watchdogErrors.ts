import { DaemonryError, type ErrorParts } from './DaemonryError';
import { messageOf } from './serializeError';

/** The codes of a {@link WatchdogError}. */
export type WatchdogErrorCode = 'WATCHDOG_FAILED' | 'WATCHDOG_BLIND' | 'WATCHDOG_PORT' | 'WATCHDOG_SYSTEMD';

/** A failure of the watchdog. It is logged, and the application goes on; `docs/errors.md` says what each code means. */
export class WatchdogError extends DaemonryError<WatchdogErrorCode> {
  constructor(code: WatchdogErrorCode, parts: ErrorParts) {
    super(code, parts);
  }
}

/** The thread of the watchdog could not be started, or has ended. */
export const watchdogFailed = (cause: Error): WatchdogError =>
  new WatchdogError('WATCHDOG_FAILED', {
    what: `Nothing watches the event loop: ${messageOf(cause)}`,
    fix: 'allow worker threads (--allow-worker under the permission model), or set "watchdog: false".',
    cause,
  });

/** The code of the thread is not where the package has it. */
export const threadNotFound = (): Error =>
  new Error(
    'its code was bundled by a bundler that does not know of it; leave "daemonry" out of the bundle, or use "daemonry bundle"',
  );

/** The thread cannot look into a process that is blocked. */
export const watchdogBlind = (why: string): WatchdogError =>
  new WatchdogError('WATCHDOG_BLIND', {
    what: `The watchdog sees that the event loop is blocked, but not by whom: ${why}.`,
    fix: 'nothing if that is meant: set "watchdog.stack: false", which says so.',
  });

/** The port of the watchdog cannot be listened on. */
export const watchdogPort = (host: string, port: number, cause: Error): WatchdogError =>
  new WatchdogError('WATCHDOG_PORT', {
    what: `The watchdog does not answer /livez: ${messageOf(cause)}`,
    facts: { host, port },
    fix: 'set "watchdog.port" to a port that is free, and above 1023 for a process without special rights.',
    cause,
  });

/** systemd could not be told. */
export const systemdNotTold = (state: string, cause: Error): WatchdogError =>
  new WatchdogError('WATCHDOG_SYSTEMD', {
    what: `systemd could not be told ${state}: ${messageOf(cause)}`,
    fix: 'install the program "systemd-notify" where the process finds it (PATH), and set NotifyAccess=all in the unit; or set "watchdog.systemd: off" and Type=simple.',
    cause,
  });
