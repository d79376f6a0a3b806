/** How a command ends; `run` ends as the application does. */
export const EXIT = {
  ok: 0,
  /** The application failed, or the entry file of `run` did. */
  failed: 1,
  /** The application is not right: it cannot be loaded, or its plan or configuration is invalid. */
  invalid: 2,
  /** The command was not understood, or refuses to do what it was asked. */
  usage: 64,
} as const;

export const EXIT_CODES_HELP = `
Exit codes:
  0        clean, also when the application ran degraded
  1        a fatal startup failure, a fatal daemon that died, an unhandled error
  2        the application is not right: it cannot be loaded, or its plan or configuration is invalid
  3        a shutdown failed, timed out or was cut
  64       wrong use of this program: an unknown command or option, a missing or refused argument, files in the way
  128 + n  a second signal ended it at once`;
