/** Where a command of the `daemonry` program is called, and where it writes. */
export interface Terminal {
  /** The working directory; relative paths start here. */
  readonly cwd: string;
  /** Writes a text and a line break to the standard output: the answer that was asked for. */
  readonly out: (text: string) => void;
  /** Writes a text and a line break to the standard error: errors and notes. */
  readonly err: (text: string) => void;
}

/**
 * The exports of a module that a package declares as a command of the `daemonry` program, under `daemonry.commands` in
 * its package.json.
 */
export interface CommandModule {
  /**
   * Runs the command; the process ends when it is done, even if handles are open. An error that it throws is printed,
   * and the exit code is 1.
   *
   * @param args - the arguments after the name of the command, as they were typed.
   * @returns the exit code, 0 to 255, or a promise of it; `undefined` means 0.
   */
  readonly run: (args: readonly string[], terminal: Terminal) => number | undefined | Promise<number | undefined>;
}
