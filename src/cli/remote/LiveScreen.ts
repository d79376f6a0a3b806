import type { ReadStream, WriteStream } from 'node:tty';

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const CTRL_C = '\u0003';
const QUIT = ['q', 'Q', CTRL_C];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal that shows one screen, redrawn in place, until `q`, Ctrl-C or a signal. */
export class LiveScreen {
  /** Aborts when the person wants to leave. */
  readonly left: AbortSignal;
  readonly #leaving = new AbortController();
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #resized: () => void;

  /**
   * Takes over the terminal.
   *
   * @param resized - called when it has another size.
   */
  constructor(input: ReadStream, output: WriteStream, resized: () => void) {
    this.#input = input;
    this.#output = output;
    this.#resized = resized;
    this.left = this.#leaving.signal;
    output.write(ENTER);
    output.on('resize', resized);
    input.setRawMode(true).on('data', this.#read).on('end', this.#leave).resume();
    for (const signal of SIGNALS) process.once(signal, this.#leave);
    process.once('exit', this.#restore);
  }

  /** Shows these lines in place of those before. */
  draw(lines: readonly string[]): void {
    if (this.left.aborted) return;
    this.#output.write(HOME + lines.map((line) => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW);
  }

  /** Gives the terminal back as it was. */
  close(): void {
    this.#leave();
    this.#output.off('resize', this.#resized);
    this.#input.off('data', this.#read).off('end', this.#leave).pause();
    for (const signal of SIGNALS) process.off(signal, this.#leave);
    process.off('exit', this.#restore);
    this.#restore();
  }

  readonly #leave = (): void => {
    this.#leaving.abort();
  };

  readonly #read = (chunk: Buffer | string): void => {
    const typed = String(chunk);
    if (QUIT.some((key) => typed.includes(key))) this.#leave();
  };

  readonly #restore = (): void => {
    this.#input.setRawMode(false);
    this.#output.write(LEAVE);
  };
}
