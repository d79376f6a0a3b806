import { CommandError, UsageError } from './cliErrors';
import { isPlanError } from './errorText';

/** The exit codes of the commands. `run` ends with that of the application. */
export const EXIT = {
  ok: 0,
  /** The application failed, or the entry file of `run` did; a running application refused, or what it was told to run failed. */
  failed: 1,
  /** The application cannot be loaded or reached, or its plan or configuration is invalid. */
  invalid: 2,
  /** The program was called in a wrong way, or refused to do what it was asked. */
  usage: 64,
} as const;

/** The exit code that an error of a command ends the program with. */
export function exitCodeOf(error: Error): number {
  if (error instanceof UsageError) return EXIT.usage;
  return error instanceof CommandError ? EXIT.invalid : EXIT.failed;
}

/** The exit code of an entry that is run and comes to nothing by this error. */
export const exitCodeOfRun = (error: Error): number => (isPlanError(error) ? EXIT.invalid : EXIT.failed);

/** Ends the process with an exit code as soon as all output is written, even if the entry file keeps handles open. */
export type Finish = (code: number) => void;

/** The exit codes as `--help` lists them; docs/cli.md has the same table. */
export const EXIT_CODES_HELP = `
Exit codes:
  0        success; also when an application ran degraded and stopped cleanly
  1        a fatal startup failure, the death of a fatal daemon, an unhandled error; a running application
           refused, or the run that was triggered did not succeed
  2        the application, or a command of a package, cannot be loaded; an invalid plan or configuration;
           no running application was found, or it does not answer
  3        a shutdown failed, timed out or was cut short
  64       wrong use: an unknown command or option, a missing or invalid argument, existing files in the way
  128 + n  a second signal ended the process at once`;
