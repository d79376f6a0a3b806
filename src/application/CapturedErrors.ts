import { writeToStderr } from '../observability/standardStreams';

/**
 * Errors that nobody handles, and that Node gives to a callback instead of the handlers of the process: there is no event that
 * tells of them, or of the callback.
 */
export class CapturedErrors {
  #isTold = false;

  /** Says once that there is such a callback. */
  look(): void {
    if (this.#isTold || !process.hasUncaughtExceptionCaptureCallback()) return;
    this.#isTold = true;
    writeToStderr(
      'daemonry: somebody has called process.setUncaughtExceptionCaptureCallback, or entered a domain: errors that nobody ' +
        'handles go there, are not logged, and do not stop the application',
    );
  }
}
