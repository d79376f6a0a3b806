export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a log line says beside its message. An `error` is written with its name, code and cause. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One line, as it reaches a {@link LogSink}. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  /** ISO text. */
  readonly timestamp: string;
  readonly listener?: string;
  readonly task?: string;
  readonly runId?: string;
  /** The plugin that brought the listener. */
  readonly pluginName?: string;
  readonly [field: string]: unknown;
}

/** Where log lines go. A winston `Logger` is one. */
export interface LogSink {
  log(entry: LogEntry): unknown;
  /** Resolves when everything logged so far is written. */
  flush?(): Promise<void>;
}

/**
 * A logger whose lines carry the listener's name, and inside a tick also `task` and `runId`. It comes with every context
 * as `log`; injected by this class, it is the logger of the class that asks.
 */
export abstract class ListenerLogger {
  abstract error(message: string, fields?: LogFields): void;
  abstract warn(message: string, fields?: LogFields): void;
  abstract info(message: string, fields?: LogFields): void;
  abstract debug(message: string, fields?: LogFields): void;
}
