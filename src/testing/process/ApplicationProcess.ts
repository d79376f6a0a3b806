import type { ChildProcess } from 'node:child_process';

import { formatDuration } from '../../contracts/Duration';
import type { LogEntry } from '../../contracts/ListenerLogger';
import { ProcessWaitError } from '../../errors/testingErrors';
import { ProcessLog, type LoggedReport, type LogMatch } from './ProcessLog';

const TAIL = 15;

/** How a process ended, and what it wrote. */
export interface ProcessExit {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** The application's own account; undefined when it never came to stop. */
  readonly report: LoggedReport | undefined;
  /** The listeners that started, in the order in which they had. */
  readonly startOrder: readonly string[];
  /** The listeners that stopped, or failed to, in the order in which they had. */
  readonly stopOrder: readonly string[];
  readonly logs: readonly LogEntry[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessWaitOptions {
  /** How long to wait, in real milliseconds. @defaultValue that of the process */
  readonly patienceMs?: number;
}

/** An entry file that runs as a process of its own. Made by `startProcess`. */
export class ApplicationProcess {
  /** Resolves when the process has ended and everything it wrote is read. Never rejects. */
  readonly exit: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  readonly #entry: string;
  readonly #patienceMs: number;
  readonly #log = new ProcessLog();
  readonly #waiting = new Set<() => void>();
  #ended: string | undefined;

  constructor(child: ChildProcess, entry: string, patienceMs: number) {
    this.#child = child;
    this.#entry = entry;
    this.#patienceMs = patienceMs;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#log.writeStdout(text);
      this.#changed();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log.writeStderr(text);
      this.#changed();
    });
    this.exit = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#log.writeStderr(`${error.stack ?? error.message}\n`);
      });
      child.once('close', (code, signal) => {
        this.#ended =
          signal === null ? `The process ended with code ${String(code)}` : `The process ended by ${signal}`;
        resolve(this.#describeExit(code ?? undefined, signal ?? undefined));
        this.#changed();
      });
    });
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The log so far. Lines that are no log entries of daemonry are in `stdout` only. */
  get logs(): readonly LogEntry[] {
    return this.#log.entries;
  }

  get stdout(): string {
    return this.#log.stdout;
  }

  get stderr(): string {
    return this.#log.stderr;
  }

  /** Resolves once the boot is decided, degraded or not. @throws ProcessWaitError when it is not, or fails. */
  async untilReady(options?: ProcessWaitOptions): Promise<void> {
    await this.#until('the boot to be decided', () => this.#log.ready, options);
  }

  /**
   * Resolves with the first entry that matches, also of what was logged before the call.
   *
   * @throws ProcessWaitError when the process ends without it, or patience does.
   */
  untilLog(match: LogMatch, options?: ProcessWaitOptions): Promise<LogEntry> {
    const awaited = typeof match === 'function' ? 'a log entry that matches' : `the log to say ${String(match)}`;
    return this.#until(awaited, () => this.#log.find(match), options);
  }

  /**
   * Resolves once the condition holds; it is asked whenever the process has written something, and ten times a second.
   *
   * @throws ProcessWaitError when the process ends before, or patience does; what the condition throws.
   */
  async until(condition: () => boolean | Promise<boolean>, options: ProcessWaitOptions = {}): Promise<void> {
    let holds = false;
    let failure: { readonly error: unknown } | undefined;
    let over = false;
    const ask = async (): Promise<void> => {
      while (!over && !holds && failure === undefined) {
        try {
          holds = await condition();
        } catch (error) {
          failure = { error };
        }
        this.#changed();
        if (!holds) await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const asking = ask();
    try {
      await this.#until('a condition to hold', () => (holds || failure !== undefined ? true : undefined), options);
    } finally {
      over = true;
      await asking;
    }
    if (failure !== undefined) throw failure.error;
  }

  /** Sends a signal, such as `'SIGTERM'`. Does nothing once the process has ended. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Sends `SIGTERM`, or another signal, and resolves with how the process ended. */
  async stop(name: NodeJS.Signals = 'SIGTERM', options?: ProcessWaitOptions): Promise<ProcessExit> {
    this.signal(name);
    return this.untilExit(options);
  }

  /** As `kill -9`: nothing of the application runs any more. */
  kill(): Promise<ProcessExit> {
    this.signal('SIGKILL');
    return this.exit;
  }

  /** As `exit`, but @throws ProcessWaitError when patience ends first. */
  async untilExit(options?: ProcessWaitOptions): Promise<ProcessExit> {
    await this.#until('the process to end', () => this.#ended, options);
    return this.exit;
  }

  /** The end of what it wrote, for messages. */
  tail(): string {
    return this.#log.tail(TAIL);
  }

  #describeExit(code: number | undefined, signal: NodeJS.Signals | undefined): ProcessExit {
    const { entries, stdout, stderr, report, startOrder, stopOrder } = this.#log;
    return { code, signal, report, startOrder, stopOrder, logs: entries, stdout, stderr };
  }

  #changed(): void {
    for (const check of this.#waiting) check();
  }

  async #until<T>(
    awaited: string,
    look: () => T | undefined,
    { patienceMs = this.#patienceMs }: ProcessWaitOptions = {},
  ): Promise<T> {
    // Taken here, where the test is still on the stack.
    const { stack: calledAt = '' } = new Error();
    let stop: () => void = () => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        const fail = (happened: string, fix: string): void => {
          const error = new ProcessWaitError(awaited, happened, { entry: this.#entry, tail: this.tail() }, fix);
          error.stack = `${error.name}: ${error.message}\n${calledAt.slice(calledAt.indexOf('\n') + 1)}`;
          reject(error);
        };
        const check = (): void => {
          const value = look();
          if (value !== undefined) resolve(value);
          else if (this.#ended !== undefined) fail(this.#ended, ENDED_FIX);
        };
        const timer = setTimeout(() => {
          fail(`${formatDuration(patienceMs)} have passed`, PATIENCE_FIX);
        }, patienceMs);
        this.#waiting.add(check);
        stop = () => {
          clearTimeout(timer);
          this.#waiting.delete(check);
        };
        check();
      });
    } finally {
      stop();
    }
  }
}

const ENDED_FIX = 'read why in the last lines; `exit` resolves however a process ends.';
const PATIENCE_FIX =
  'read in the last lines how far it came; without any log entry among them, the application does not log as JSON to its ' +
  'standard output. A slow machine needs more patienceMs, and the test a longer timeout than that.';
