import { DaemonryError } from './DaemonryError';

/** An exploration was asked for, and fast-check, which draws and shrinks its schedules, is not installed. */
export class FastCheckMissingError extends DaemonryError {
  constructor(cause: unknown) {
    super('FAST_CHECK_MISSING', {
      what: 'explore() needs the package "fast-check", which is not installed.',
      fix: 'install it: npm install -D fast-check@4. replay() works without it.',
      cause,
    });
  }
}
