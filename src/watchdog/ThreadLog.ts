import { writeSync } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';

import type { CallInFlight } from '../contracts/ApplicationEvents';
import type { FrameworkConfig } from '../contracts/configuration';
import { LOG_LEVELS, type LogEntry, type LogFields, type LogLevel } from '../contracts/ListenerLogger';
import { codeOf } from '../errors/serializeError';
import { toPlainValue } from '../errors/plainValue';
import { formatLogEntry } from '../observability/formatLogEntry';
import { LineLimits } from '../observability/LineLimits';
import { READABLE } from '../observability/readable';
import type { Levels } from './messages';

/** Milliseconds for which a pipe is tried again whose reader does not read. */
const PATIENCE_MS = 1_000;
const PAUSE_MS = 10;
/** The lines of one listener in a minute. */
const MOST_LINES = 20;

/** The parts of a line about a standstill. */
export interface StandstillLine {
  readonly message: string;
  readonly since: string;
  readonly blockedMs: number;
  readonly owner: Partial<CallInFlight>;
  readonly inFlight: readonly CallInFlight[];
  readonly stack: string | undefined;
}

/** The log of an application while its own thread cannot write: the same format, the same levels, to the same place. */
export class ThreadLog {
  readonly #output: number;
  readonly #format: FrameworkConfig['logging']['format'];
  readonly #redact: (text: string) => string;
  readonly #limits: LineLimits;
  /** Written anew when an operator sets one. */
  levels: Levels;

  constructor(output: number, logging: FrameworkConfig['logging'], redact: (text: string) => string) {
    this.#output = output;
    this.#format = logging.format;
    this.levels = logging;
    this.#redact = redact;
    this.#limits = new LineLimits({
      later: (ms, fn) => {
        const timer = setTimeout(fn, ms);
        return { cancel: () => clearTimeout(timer) };
      },
      say: ({ level, message, scope, fields }) => this.#write(level, message, scope, fields),
    });
  }

  /** Writes a line, unless its level is switched off, or there were many of its listener. Never throws. */
  write(level: LogLevel, line: StandstillLine): void {
    const { message, since, blockedMs, inFlight, stack } = line;
    const { listener, task, runId, hook } = line.owner;
    const threshold = this.levels.levels[listener ?? ''] ?? this.levels.level;
    if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(threshold)) return;
    const scope = { listener, task, runId };
    const fields = { hook, since, blockedMs, inFlight, stack, [READABLE]: readable(line) };
    if (this.#limits.take(`${level} ${listener ?? ''}`, MOST_LINES, { level, message, scope, fields })) {
      this.#write(level, message, scope, fields);
    }
  }

  /** Says how many lines were left out. */
  end(): void {
    this.#limits.end();
  }

  #write(level: LogLevel, message: string, scope: LogFields, fields: LogFields): void {
    const options = { redact: this.#redact, byKey: true };
    const text = (fields as { readonly [READABLE]?: string })[READABLE];
    const entry = {
      timestamp: new Date().toISOString(),
      level,
      message: this.#redact(message),
      ...(toPlainValue(scope, options) as LogFields),
      ...(toPlainValue(fields, options) as LogFields),
      ...(text === undefined ? {} : { [READABLE]: this.#redact(text) }),
    };
    writeAll(this.#output, `${this.#textOf(entry)}\n`);
  }

  #textOf(entry: LogEntry): string {
    const format = this.#format;
    const isTerminal = isatty(this.#output);
    if (format === 'json' || (format === 'auto' && !isTerminal)) return JSON.stringify(entry);
    return formatLogEntry(entry, isTerminal && WriteStream.prototype.hasColors());
  }
}

const nameOf = ({ listener, task, hook }: CallInFlight): string => `${listener}.${task ?? hook}`;

function readable({ inFlight, stack }: StandstillLine): string {
  const calls = inFlight.map((call) => `in flight: ${nameOf(call)}${call.runId === undefined ? '' : ` ${call.runId}`}`);
  return [...(stack === undefined ? [] : [stack]), ...calls].join('\n');
}

/** Writes at once, past all streams: those of a thread are written by the application's thread, which is blocked. */
function writeAll(output: number, text: string): void {
  const bytes = Buffer.from(text);
  const until = Date.now() + PATIENCE_MS;
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(output, bytes, written);
    } catch (error) {
      // A full pipe has to be read first. Of one without a reader nobody is left to be told.
      if (codeOf(error) !== 'EAGAIN' || Date.now() > until) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
