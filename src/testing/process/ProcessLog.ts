import type { LogEntry } from '../../contracts/ListenerLogger';
import { nameOf } from '../../errors/serializeError';

/** Selects log entries: by a text in the message, a pattern that the message matches, or a condition on the entry. */
export type LogMatch = string | RegExp | ((entry: LogEntry) => boolean);

/** The exit code and reason that a process has logged as it stopped. */
export interface LoggedReport {
  /** The exit code of the application. */
  readonly code: number;
  /** The reason of the stop, as given to `stop()` or `requestShutdown()`. */
  readonly reason: string;
}

const READY = /^Started in /;
const STOPPED = /^Stopped with code (\d+): ([\s\S]*)$/;
const LISTENER_STARTED = /^Started in /;
const LISTENER_STOPPED = /^(Stopped in |Failed to shut down|Shutdown was cut)/;

/** The output of a process, and the log entries in it. */
export class ProcessLog {
  /** The log entries in standard output, oldest first. */
  readonly entries: LogEntry[] = [];
  /** Standard output so far. */
  stdout = '';
  /** Standard error so far. */
  stderr = '';
  #rest = '';

  /** Adds a piece of standard output. */
  writeStdout(text: string): void {
    this.stdout += text;
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const entry = parseEntry(line);
      if (entry !== undefined) this.entries.push(entry);
    }
  }

  /** Adds a piece of standard error. */
  writeStderr(text: string): void {
    this.stderr += text;
  }

  /** The first entry that matches. */
  find(match: LogMatch): LogEntry | undefined {
    return this.entries.find(matcherOf(match));
  }

  /** The entry that says that the boot is decided. */
  get ready(): LogEntry | undefined {
    return this.entries.find(({ listener, message }) => listener === undefined && READY.test(message));
  }

  /** The exit code and reason of the last entry; undefined when the application has not stopped. */
  get report(): LoggedReport | undefined {
    for (const { listener, message } of this.entries) {
      const [, code, reason] = (listener === undefined && STOPPED.exec(message)) || [];
      if (code !== undefined && reason !== undefined) return { code: Number(code), reason };
    }
    return undefined;
  }

  /** The listeners that have started, in that order. */
  get startOrder(): readonly string[] {
    return this.#listenersThat(LISTENER_STARTED);
  }

  /** The listeners that have stopped or failed to, in that order. */
  get stopOrder(): readonly string[] {
    return this.#listenersThat(LISTENER_STOPPED);
  }

  /** The last lines of each stream, at most `lines` of each, for messages. */
  tail(lines: number): string {
    const parts = [
      ['standard output', this.stdout],
      ['standard error', this.stderr],
    ] as const;
    return parts
      .filter(([, text]) => text.trim() !== '')
      .map(([name, text]) => `${name}:\n${lastLines(text, lines)}`)
      .join('\n');
  }

  #listenersThat(did: RegExp): string[] {
    return this.entries.flatMap(({ listener, message }) =>
      listener !== undefined && did.test(message) ? [listener] : [],
    );
  }
}

/** The last lines, each behind a bar: a test runner takes a line that begins with `at` for a stack frame. */
function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split('\n');
  return lines
    .slice(-count)
    .map((line) => `  | ${line}`)
    .join('\n');
}

/** The log entry in a line; undefined for other output of the program. */
function parseEntry(line: string): LogEntry | undefined {
  if (!line.startsWith('{')) return undefined;
  const value = parseJson(line);
  const { level, message, timestamp } = (value ?? {}) as Partial<LogEntry>;
  const complete = typeof level === 'string' && typeof message === 'string' && typeof timestamp === 'string';
  return complete ? (value as LogEntry) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (nameOf(error) === 'SyntaxError') return undefined;
    throw error;
  }
}

function matcherOf(match: LogMatch): (entry: LogEntry) => boolean {
  if (typeof match === 'function') return match;
  if (typeof match === 'string') return ({ message }) => message.includes(match);
  return ({ message }) => message.search(match) !== -1;
}
