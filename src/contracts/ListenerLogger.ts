/** The log levels, most severe first. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** One of the log levels `error`, `warn`, `info`, `debug`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The structured data of a log line. A field `error` is written with its name, code, stack and causes. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * The key of a log field that limits a line that may come often. Its lines are counted by `place`, whatever their texts:
 * beyond `most` in a minute they are left out, and one line says how many there were.
 */
export const LIMITED = Symbol('daemonry.limited');

/** The value of a {@link LIMITED} field. */
export interface LineLimit {
  readonly place: string;
  readonly most: number;
}

/**
 * Fields for a line that may come often, such as `log.warn('no answer', { error, ...limited('orders: no answer') })`. The lines of
 * a place are limited to `most` in a minute, whatever their texts and levels; one line then says how many were left out, and shows
 * the last of them.
 *
 * @param place - any text; lines of all listeners that give the same one are counted together.
 * @param most - @defaultValue 5
 */
export const limited = (place: string, most = 5): LogFields => ({ [LIMITED]: { place, most } satisfies LineLimit });

/** One log line, as a {@link LogSink} receives it: plain JSON data with secrets redacted. */
export interface LogEntry {
  /** The severity. */
  readonly level: LogLevel;
  /** The text. */
  readonly message: string;
  /** The time of the line, as ISO text. */
  readonly timestamp: string;
  /** The name of the listener that logged it. */
  readonly listener?: string;
  /** The task in whose run it was logged. */
  readonly task?: string;
  /** The id of that run. */
  readonly runId?: string;
  /** The plugin that the listener belongs to. */
  readonly pluginName?: string;
  /** The fields given by the caller. */
  readonly [field: string]: unknown;
}

/** Receives the log lines of an application. A winston `Logger` can be used as one. */
export interface LogSink {
  /** Writes one line. If it returns a promise, `flush` waits for it. Errors are written to stderr. */
  log(entry: LogEntry): unknown;
  /** Resolves when everything logged so far is written. */
  flush?(): Promise<void>;
}

/**
 * Writes log lines that carry the listener's name, and during a tick also `task` and `runId`. Every context has one as
 * `log`. Injected by this class into a constructor, it logs under the name of the injecting class.
 */
export abstract class ListenerLogger {
  /** Logs a failure that somebody should look at. */
  abstract error(message: string, fields?: LogFields): void;
  /** Logs something unexpected that the application can live with. */
  abstract warn(message: string, fields?: LogFields): void;
  /** Logs normal operation. The default level: `debug` lines are not written unless configured. */
  abstract info(message: string, fields?: LogFields): void;
  /** Logs details for finding errors. */
  abstract debug(message: string, fields?: LogFields): void;
}
