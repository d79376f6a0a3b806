import type { FrameworkConfig } from '../contracts/configuration';
import {
  LIMITED,
  type LineLimit,
  LOG_LEVELS,
  type ListenerLogger,
  type LogEntry,
  type LogFields,
  type LogLevel,
  type LogSink,
} from '../contracts/ListenerLogger';
import type { Redactor } from '../contracts/Redactor';
import { asItIs, isErrorLike, readOptional } from '../errors/foreign';
import { describeValue, entryBudget, toPlainValue } from '../errors/plainValue';
import { describeError, messageOf } from '../errors/serializeError';
import { isThenable, settlementOf } from '../execution/PendingCallback';
import { formatDuration } from '../time/duration';
import { native } from '../time/native';
import { isWorthSaying, LineLimits } from './LineLimits';
import { BRIEF, READABLE } from './readable';
import { type LineWriter, ScopedLogger } from './ScopedLogger';
import { writeToStderr } from './standardStreams';
import { WinstonSink } from './WinstonSink';

/** The `logging` section of the configuration. */
export type LoggingConfig = FrameworkConfig['logging'];

/** Options of {@link createLogging}. */
export interface LoggingOptions {
  /** Used until {@link Logging.configure} is called. @defaultValue level `info`, format `auto` */
  readonly config?: LoggingConfig;
  /** Receives the lines. @defaultValue a {@link WinstonSink} on stdout */
  readonly sink?: LogSink;
  /** Redacts secrets. @defaultValue nothing is redacted until {@link Logging.configure} is called */
  readonly redact?: Redactor;
  /** The time of a line, in epoch milliseconds. @defaultValue `Date.now` */
  readonly now?: () => number;
  /** Calls `fn` in that many milliseconds; used to count what is left out. @defaultValue a timer that holds no process open */
  readonly later?: (ms: number, fn: () => void) => { cancel(): void };
  /** Receives a message when logging itself fails. @defaultValue `process.stderr` */
  readonly stderr?: { write(text: string): unknown };
}

/** The log of one application. */
export interface Logging {
  /** A logger for one listener, or without a listener; `bound` is added to the fields of every line. */
  logger(listener?: string, bound?: LogFields): ListenerLogger;
  /** Changes levels, format and redaction for all following lines, also of loggers that exist already. */
  configure(config: LoggingConfig, redact?: Redactor): void;
  /** Sets which listeners belong to plugins, as listener name → plugin name; their lines get the field `pluginName`. */
  own(owners: ReadonlyMap<string, string>): void;
  /** True if a line of that level would be written. Cheap; call it before building an expensive line. */
  enabled(level: LogLevel, listener?: string): boolean;
  /** True if a line of that level would be written for any listener at all. */
  enabledAnywhere(level: LogLevel): boolean;
  /** Says how many lines of a limited place were left out and have not been counted yet. */
  sayLeftOut(): void;
  /**
   * Resolves when everything logged so far is written, or after `limitMs` milliseconds of real time, which is reported.
   * Never rejects; logging may go on afterwards. @defaultValue 5 seconds
   */
  flush(limitMs?: number): Promise<void>;
}

/** A sink that hangs must not hang the end of a process, whose exit code is decided by then. */
const DEFAULT_FLUSH_MS = 5_000;
/** A longer delay of a timer is over at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const DEFAULTS: LoggingConfig = { level: 'info', format: 'auto', levels: {} };
const NOTHING_REDACTED: Redactor = { text: asItIs, data: (data) => data };
/** The keys of a log line's own values; a field with one of these names is written as `_name`. */
const RESERVED = new Set(['timestamp', 'level', 'message', 'listener', 'task', 'runId', 'pluginName']);

/**
 * Creates the log of one application. A failing sink or redactor never throws into the code that logs: the 1st, 2nd, 4th,
 * 8th … failure is written to stderr.
 */
export function createLogging(options: LoggingOptions = {}): Logging {
  return new SinkLogging(options);
}

class SinkLogging implements Logging, LineWriter {
  readonly #failures: FailureReports;
  readonly #limits: LineLimits;
  readonly #sink: LogSink;
  readonly #now: () => number;
  readonly #pending = new Set<Promise<void>>();
  #config: LoggingConfig;
  #redact: Redactor;
  #threshold = 0;
  #highestThreshold = 0;
  #thresholds = new Map<string, number>();
  #owners: ReadonlyMap<unknown, string> = new Map();

  constructor({
    config = DEFAULTS,
    sink,
    redact = NOTHING_REDACTED,
    now = native.now,
    later = realTimer,
    stderr,
  }: LoggingOptions) {
    this.#failures = new FailureReports(stderr);
    this.#now = now;
    this.#config = config;
    this.#redact = redact;
    this.#sink = sink ?? new WinstonSink({ format: () => this.#config.format, failed: this.#sinkFailed });
    this.#limits = new LineLimits({
      later,
      say: ({ level, message, scope, fields }) => {
        this.#write(level, message, scope, fields);
      },
    });
    this.configure(config);
  }

  logger(listener?: string, bound?: LogFields): ListenerLogger {
    return new ScopedLogger(this, listener, bound);
  }

  configure(config: LoggingConfig, redact: Redactor = this.#redact): void {
    this.#config = config;
    this.#redact = redact;
    this.#threshold = LOG_LEVELS.indexOf(config.level);
    this.#thresholds = new Map(
      Object.entries(config.levels).map(([listener, level]) => [listener, LOG_LEVELS.indexOf(level)]),
    );
    this.#highestThreshold = Math.max(this.#threshold, ...this.#thresholds.values());
  }

  own(owners: ReadonlyMap<string, string>): void {
    this.#owners = owners;
  }

  enabled(level: LogLevel, listener?: string): boolean {
    const own = listener === undefined ? undefined : this.#thresholds.get(listener);
    return LOG_LEVELS.indexOf(level) <= (own ?? this.#threshold);
  }

  enabledAnywhere(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) <= this.#highestThreshold;
  }

  write(level: LogLevel, message: string, scope: LogFields, fields: LogFields | undefined): void {
    const limit = limitOf(fields);
    if (fields === undefined || limit === undefined) this.#write(level, message, scope, fields);
    else if (this.#limits.take(limit.place, limit.most, { level, message, scope, fields }))
      this.#write(level, message, scope, fields);
  }

  sayLeftOut(): void {
    this.#limits.end();
  }

  #write(level: LogLevel, message: string, scope: LogFields, fields: LogFields | undefined): void {
    try {
      this.#deliver(this.#entry(level, message, scope, fields));
    } catch (error) {
      this.#sinkFailed(error);
    }
  }

  async flush(limitMs = DEFAULT_FLUSH_MS): Promise<void> {
    this.sayLeftOut();
    this.#failures.sayLeftOut();
    const written = Promise.all(this.#pending)
      .then(() => this.#sink.flush?.())
      .catch(this.#sinkFailed);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = native.setTimeout(
        () => {
          const error = new Error(`the sink has not taken them within ${formatDuration(limitMs)}`);
          this.#failures.report('the last log lines may be lost', error);
          resolve();
        },
        Math.min(limitMs, LONGEST_TIMER_MS),
      );
    });
    await Promise.race([written, late]);
    native.clearTimeout(timer);
  }

  readonly #sinkFailed = (error: unknown): void => {
    this.#failures.report('a log line could not be written', error);
  };

  #entry(level: LogLevel, message: unknown, scope: LogFields, fields: LogFields | undefined): LogEntry {
    const { text: redact } = this.#redact;
    const budget = entryBudget();
    const options = { redact, byKey: true, budget };
    const pluginName = this.#owners.get(scope['listener']);
    const owned = pluginName === undefined ? scope : { ...scope, pluginName };
    const textAt = (key: symbol): LogFields => {
      const text = fields === undefined ? undefined : readOptional(fields, key);
      return typeof text === 'string' ? { [key]: redact(text) } : {};
    };
    return {
      timestamp: new Date(this.#now()).toISOString(),
      level,
      message: isErrorLike(message) ? messageOf(message, redact) : describeValue(message, { redact, budget }),
      ...(toPlainValue(owned, options) as LogFields),
      // In JavaScript, or with `any`, an error may be passed as the message or as the fields:
      // `catch (e) { log.error(e) }`.
      ...(isErrorLike(message) ? { error: toPlainValue(message, options) } : {}),
      ...(fields === undefined ? {} : fieldsOf(fields, toPlainValue(fields, options))),
      ...textAt(READABLE),
      ...textAt(BRIEF),
    };
  }

  #deliver(entry: LogEntry): void {
    const result = this.#sink.log(entry);
    if (!isThenable(result)) return;
    const settled = settlementOf(result).then(() => undefined, this.#sinkFailed);
    const written = settled.finally(() => this.#pending.delete(written));
    this.#pending.add(written);
  }
}

/** The fields of a line in their plain form, with keys that are not those of the line itself. */
function fieldsOf(given: object, plain: unknown): LogFields {
  if (isErrorLike(given)) return { error: plain };
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return { value: plain };
  const entries: [string, unknown][] = Object.entries(plain);
  return Object.fromEntries(entries.map(([key, value]) => [RESERVED.has(key) ? `_${key}` : key, value]));
}

const limitOf = (fields: LogFields | undefined): LineLimit | undefined =>
  fields === undefined ? undefined : (readOptional(fields, LIMITED) as LineLimit | undefined);

function realTimer(ms: number, fn: () => void): { cancel(): void } {
  const timer = native.setTimeout(fn, ms).unref();
  return {
    cancel() {
      native.clearTimeout(timer);
    },
  };
}

/** Writes the 1st, 2nd, 4th, 8th … failure of each kind of the logging itself, and at the end how many there were. */
class FailureReports {
  readonly #output: { write(text: string): unknown } | undefined;
  readonly #kinds = new Map<string, { count: number; leftOut: unknown }>();

  constructor(output: { write(text: string): unknown } | undefined) {
    this.#output = output;
  }

  report(what: string, error: unknown): void {
    const kind = this.#kinds.get(what) ?? { count: 0, leftOut: undefined };
    this.#kinds.set(what, kind);
    kind.count++;
    kind.leftOut = isWorthSaying(kind.count) ? undefined : error;
    if (kind.leftOut === undefined) this.#write(what, error, kind.count);
  }

  sayLeftOut(): void {
    for (const [what, kind] of this.#kinds) {
      if (kind.leftOut === undefined) continue;
      this.#write(what, kind.leftOut, kind.count);
      kind.leftOut = undefined;
    }
  }

  #write(what: string, error: unknown, count: number): void {
    const times = count === 1 ? '' : ` (${count} times so far)`;
    const text = `daemonry: ${what}${times}: ${describeError(error)}`;
    // Opening the stream loads all of Node's streams, so it is opened when there is something to write.
    if (this.#output === undefined) writeToStderr(text);
    else this.#output.write(`${text}\n`);
  }
}
