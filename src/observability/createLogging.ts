import type { FrameworkConfig } from '../contracts/configuration';
import {
  LOG_LEVELS,
  type ListenerLogger,
  type LogEntry,
  type LogFields,
  type LogLevel,
  type LogSink,
} from '../contracts/ListenerLogger';
import type { Redactor } from '../contracts/Redactor';
import { FailureReports } from './FailureReports';
import { READABLE } from './readable';
import { type LineWriter, ScopedLogger } from './ScopedLogger';
import { toLogValue } from './toLogValue';
import { WinstonSink } from './WinstonSink';

export type LoggingConfig = FrameworkConfig['logging'];

export interface LoggingOptions {
  /** In force until {@link Logging.configure}. @defaultValue level `info`, format `auto` */
  readonly config?: LoggingConfig;
  /** Where lines go. @defaultValue stdout, through winston */
  readonly sink?: LogSink;
  /** @defaultValue nothing is redacted until {@link Logging.configure} */
  readonly redact?: Redactor;
  /** Epoch milliseconds, of each line. @defaultValue `Date.now` */
  readonly now?: () => number;
  /** Where failures of the logging itself are told. @defaultValue `process.stderr` */
  readonly stderr?: { write(text: string): unknown };
}

/** The log of one application. */
export interface Logging {
  /** The logger of a listener, or of nobody in particular; `bound` is carried by every line. */
  logger(listener?: string, bound?: LogFields): ListenerLogger;
  /** Sets levels, format and redaction, for the lines that follow. Loggers already handed out obey as well. */
  configure(config: LoggingConfig, redact?: Redactor): void;
  /** Stamps `pluginName` on the lines of the listeners that plugins have brought. */
  own(owners: ReadonlyMap<string, string>): void;
  /** Whether a line of that level would be written. Cheap: ask before making a line that costs something. */
  enabled(level: LogLevel, listener?: string): boolean;
  /** Resolves when everything logged so far is written. Never rejects; lines may be logged afterwards. */
  flush(): Promise<void>;
}

const DEFAULTS: LoggingConfig = { level: 'info', format: 'auto', levels: {} };
const NOTHING_REDACTED: Redactor = { text: (text) => text, data: (data) => data };
/** What a line says of itself; a field of such a name is written as `_name`. */
const RESERVED = new Set(['timestamp', 'level', 'message', 'listener', 'task', 'runId', 'pluginName']);

/** The log of one application. A sink or a redactor that fails never fails the caller: stderr is told, once per failure. */
export function createLogging(options: LoggingOptions = {}): Logging {
  return new SinkLogging(options);
}

class SinkLogging implements Logging, LineWriter {
  readonly #failures: FailureReports;
  readonly #sink: LogSink;
  readonly #now: () => number;
  readonly #pending = new Set<Promise<void>>();
  #config: LoggingConfig;
  #redact: Redactor;
  #threshold = 0;
  #thresholds = new Map<string, number>();
  #owners: ReadonlyMap<unknown, string> = new Map();

  constructor({ config = DEFAULTS, sink, redact = NOTHING_REDACTED, now = Date.now, stderr }: LoggingOptions) {
    this.#failures = new FailureReports(stderr ?? process.stderr);
    this.#now = now;
    this.#config = config;
    this.#redact = redact;
    this.#sink = sink ?? new WinstonSink({ format: () => this.#config.format, failed: this.#sinkFailed });
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
  }

  own(owners: ReadonlyMap<string, string>): void {
    this.#owners = owners;
  }

  enabled(level: LogLevel, listener?: string): boolean {
    const own = listener === undefined ? undefined : this.#thresholds.get(listener);
    return LOG_LEVELS.indexOf(level) <= (own ?? this.#threshold);
  }

  write(level: LogLevel, message: string, scope: LogFields, fields: LogFields | undefined): void {
    try {
      this.#deliver(this.#entry(level, message, scope, fields));
    } catch (error) {
      this.#sinkFailed(error);
    }
  }

  async flush(): Promise<void> {
    try {
      await Promise.all(this.#pending);
      await this.#sink.flush?.();
    } catch (error) {
      this.#sinkFailed(error);
    }
  }

  readonly #sinkFailed = (error: unknown): void => {
    this.#failures.report('a log line could not be written', error);
  };

  #entry(level: LogLevel, message: unknown, scope: LogFields, fields: LogFields | undefined): LogEntry {
    // JavaScript, and `any`, let an error come where a text or fields belong: `catch (e) { log.error(e) }`.
    const text = message instanceof Error ? message.message : String(message);
    const errors = { ...(message instanceof Error ? { error: message } : {}) };
    const given = fields instanceof Error ? { ...errors, error: fields } : { ...errors, ...fields };
    const renamed = Object.entries(given).map(([key, value]) => [RESERVED.has(key) ? `_${key}` : key, value]);
    const pluginName = this.#owners.get(scope['listener']);
    const owned = pluginName === undefined ? scope : { ...scope, pluginName };
    const data = toLogValue({ ...owned, ...(Object.fromEntries(renamed) as LogFields) }) as LogFields;
    const readable = (fields as { readonly [READABLE]?: string } | undefined)?.[READABLE];
    return {
      timestamp: new Date(this.#now()).toISOString(),
      level,
      message: this.#redact.text(text),
      ...this.#redact.data(data),
      ...(readable === undefined ? {} : { [READABLE]: this.#redact.text(readable) }),
    };
  }

  #deliver(entry: LogEntry): void {
    const result = this.#sink.log(entry);
    if (!(result instanceof Promise)) return;
    const written = result.then(() => undefined, this.#sinkFailed).finally(() => this.#pending.delete(written));
    this.#pending.add(written);
  }
}
