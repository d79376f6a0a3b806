import type { ChildProcess } from 'node:child_process';

import { formatDuration } from '../../contracts/Duration';
import type { LogEntry } from '../../contracts/ListenerLogger';
import { ProcessWaitError } from '../../errors/testingErrors';
import { afterRealTime } from '../clock/realTime';
import { ProcessLog, type LoggedReport, type LogMatch } from './ProcessLog';
import { describeError, stackOf, toError } from '../../errors/serializeError';

/** The number of lines of each stream that messages show. */
const TAIL = 15;

/** The end of a process, and its output. */
export interface ProcessExit {
  /** The exit code; undefined when a signal ended the process. */
  readonly code: number | undefined;
  /** The signal that ended the process; undefined when it exited by itself. */
  readonly signal: NodeJS.Signals | undefined;
  /** The exit code and reason that the application logged; undefined when it did not get as far as that. */
  readonly report: LoggedReport | undefined;
  /** The listeners that started, in that order. */
  readonly startOrder: readonly string[];
  /** The listeners that stopped or failed to, in that order. */
  readonly stopOrder: readonly string[];
  /** The log entries in standard output, oldest first. */
  readonly logs: readonly LogEntry[];
  /** Everything it wrote to standard output. */
  readonly stdout: string;
  /** Everything it wrote to standard error. */
  readonly stderr: string;
}

/** Options of the waits of {@link ApplicationProcess}. */
export interface ProcessWaitOptions {
  /** Real milliseconds to wait. @defaultValue the `patienceMs` of `startProcess` */
  readonly patienceMs?: number;
}

/** A process that runs an entry file. Made by `startProcess`. */
export class ApplicationProcess {
  /** Resolves when the process has ended and its output is read to the end. Never rejects. */
  readonly exit: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  readonly #entry: string;
  readonly #patienceMs: number;
  readonly #log = new ProcessLog();
  readonly #waiting = new Set<() => void>();
  #ended: string | undefined;

  /** Called by `startProcess`. */
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
        this.#log.writeStderr(`${stackOf(error)}\n`);
      });
      child.once('close', (code, signal) => {
        this.#ended =
          signal === null ? `The process ended with code ${String(code)}` : `The process ended by ${signal}`;
        resolve(this.#describeExit(code ?? undefined, signal ?? undefined));
        this.#changed();
      });
    });
  }

  /** The process id; undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The log entries so far, oldest first. Other lines are in `stdout` only. */
  get logs(): readonly LogEntry[] {
    return this.#log.entries;
  }

  /** Standard output so far. */
  get stdout(): string {
    return this.#log.stdout;
  }

  /** Standard error so far. */
  get stderr(): string {
    return this.#log.stderr;
  }

  /**
   * Resolves once the application has started, degraded or not.
   * @throws ProcessWaitError when the process ends or patience runs out before.
   */
  async untilReady(options?: ProcessWaitOptions): Promise<void> {
    await this.#until('the boot to be decided', () => this.#log.ready, options);
  }

  /**
   * Resolves with the first log entry that matches, including entries from before the call.
   *
   * @throws ProcessWaitError when the process ends or patience runs out before; the error that the condition throws.
   */
  untilLog(match: LogMatch, options?: ProcessWaitOptions): Promise<LogEntry> {
    const awaited = typeof match === 'function' ? 'a log entry that matches' : `the log to say ${String(match)}`;
    return this.#until(awaited, () => this.#log.find(match), options);
  }

  /**
   * Resolves once the condition returns true. It is called at once, and again 100 ms after each answer.
   *
   * @throws ProcessWaitError when the process ends or patience runs out before; the error that the condition throws.
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
        if (!holds) await new Promise<void>((resolve) => void afterRealTime(100, resolve));
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

  /**
   * Sends `SIGTERM`, or another signal, and resolves when the process has ended.
   * @throws ProcessWaitError when patience runs out before.
   */
  async stop(name: NodeJS.Signals = 'SIGTERM', options?: ProcessWaitOptions): Promise<ProcessExit> {
    this.signal(name);
    return this.untilExit(options);
  }

  /** Sends `SIGKILL`, as `kill -9` does: the application cannot react to it. Resolves when the process has ended. */
  kill(): Promise<ProcessExit> {
    this.signal('SIGKILL');
    return this.exit;
  }

  /** Resolves when the process has ended. @throws ProcessWaitError when patience runs out before. */
  async untilExit(options?: ProcessWaitOptions): Promise<ProcessExit> {
    await this.#until('the process to end', () => this.#ended, options);
    return this.exit;
  }

  /** The last lines of its output, for messages. */
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
    // Captured here, while the test is still on the stack.
    const calledAt = stackOf(new Error());
    let stop: () => void = () => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        const fail = (happened: string, fix: string): void => {
          const error = new ProcessWaitError(awaited, happened, { entry: this.#entry, tail: this.tail() }, fix);
          error.stack = `${describeError(error)}\n${calledAt.slice(calledAt.indexOf('\n') + 1)}`;
          reject(error);
        };
        const check = (): void => {
          try {
            const value = look();
            if (value !== undefined) resolve(value);
            else if (this.#ended !== undefined) fail(this.#ended, ENDED_FIX);
          } catch (error) {
            reject(toError(error));
          }
        };
        const takeBack = afterRealTime(patienceMs, () => {
          fail(`${formatDuration(patienceMs)} have passed`, PATIENCE_FIX);
        });
        this.#waiting.add(check);
        stop = () => {
          takeBack();
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
