/** Where a command is called, and where it writes. */
export interface Terminal {
  /** The working directory; relative paths start here. */
  readonly cwd: string;
  /** Writes a text and a line break to the standard output: the answer that was asked for. */
  readonly out: (text: string) => void;
  /** Writes a text and a line break to the standard error: errors and notes. */
  readonly err: (text: string) => void;
}

/** Ends the process with an exit code as soon as all output is written, even if the entry file keeps handles open. */
export type Finish = (code: number) => void;
