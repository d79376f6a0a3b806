/** Where a command is called from and where it writes. */
export interface Terminal {
  /** Relative paths start here. */
  readonly cwd: string;
  /** To the standard output: what was asked for. A line break is added. */
  readonly out: (text: string) => void;
  /** To the standard error: what is wrong, and notes. A line break is added. */
  readonly err: (text: string) => void;
}
