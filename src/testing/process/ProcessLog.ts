import type { LogEntry } from '../../contracts/ListenerLogger';

/** A text that the message contains, a pattern that it matches, or a condition on the whole entry. */
export type LogMatch = string | RegExp | ((entry: LogEntry) => boolean);

/** How a process ended, in its own words. */
export interface LoggedReport {
  readonly code: number;
  readonly reason: string;
}

const READY = /^Started in /;
const STOPPED = /^Stopped with code (\d+): ([\s\S]*)$/;
const LISTENER_STARTED = /^Started in /;
const LISTENER_STOPPED = /^(Stopped in |Failed to shut down|Shutdown was cut)/;

/** What a process writes, and the log entries in it. */
export class ProcessLog {
  readonly entries: LogEntry[] = [];
  stdout = '';
  stderr = '';
  #rest = '';

  writeStdout(text: string): void {
    this.stdout += text;
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const entry = parseEntry(line);
      if (entry !== undefined) this.entries.push(entry);
    }
  }

  writeStderr(text: string): void {
    this.stderr += text;
  }

  find(match: LogMatch): LogEntry | undefined {
    return this.entries.find(matcherOf(match));
  }

  get ready(): LogEntry | undefined {
    return this.entries.find(({ listener, message }) => listener === undefined && READY.test(message));
  }

  get report(): LoggedReport | undefined {
    for (const { listener, message } of this.entries) {
      const [, code, reason] = (listener === undefined && STOPPED.exec(message)) || [];
      if (code !== undefined && reason !== undefined) return { code: Number(code), reason };
    }
    return undefined;
  }

  get startOrder(): readonly string[] {
    return this.#listenersThat(LISTENER_STARTED);
  }

  get stopOrder(): readonly string[] {
    return this.#listenersThat(LISTENER_STOPPED);
  }

  /** The end of what was written, for messages: at most so many lines of each stream. */
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

/** Each line behind a bar: test runners take a line that begins with `at` for their own stack. */
function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split('\n');
  return lines
    .slice(-count)
    .map((line) => `  | ${line}`)
    .join('\n');
}

/** Undefined for what is no log line: an entry file may print whatever it likes. */
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
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function matcherOf(match: LogMatch): (entry: LogEntry) => boolean {
  if (typeof match === 'function') return match;
  if (typeof match === 'string') return ({ message }) => message.includes(match);
  return ({ message }) => message.search(match) !== -1;
}
