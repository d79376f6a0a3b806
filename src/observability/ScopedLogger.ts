import { ListenerLogger, type LogFields, type LogLevel } from '../contracts/ListenerLogger';
import { currentExecution } from '../execution/ExecutionContext';

/** Receives the lines of a {@link ScopedLogger}. */
export interface LineWriter {
  /** True if a line of that level, of that listener, would be written. */
  enabled(level: LogLevel, listener?: string): boolean;
  /** Writes a line; `scope` holds the listener, task and run, `fields` the fields given by the caller. */
  write(level: LogLevel, message: string, scope: LogFields, fields: LogFields | undefined): void;
}

/**
 * A logger for one listener, or without a listener of its own. Every line gets the listener, the bound fields, and the
 * task and run of the tick in whose async context it is written.
 */
export class ScopedLogger extends ListenerLogger {
  readonly #writer: LineWriter;
  readonly #listener: string | undefined;
  readonly #bound: LogFields;

  constructor(writer: LineWriter, listener?: string, bound: LogFields = {}) {
    super();
    this.#writer = writer;
    this.#listener = listener;
    this.#bound = bound;
  }

  // Arrow functions, because authors destructure loggers: `({ log: { info } }) => …`.

  readonly error = (message: string, fields?: LogFields): void => {
    this.#log('error', message, fields);
  };

  readonly warn = (message: string, fields?: LogFields): void => {
    this.#log('warn', message, fields);
  };

  readonly info = (message: string, fields?: LogFields): void => {
    this.#log('info', message, fields);
  };

  readonly debug = (message: string, fields?: LogFields): void => {
    this.#log('debug', message, fields);
  };

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (this.#listener !== undefined && !this.#writer.enabled(level, this.#listener)) return;
    const execution = currentExecution();
    const listener = this.#listener ?? execution?.listener;
    if (this.#listener === undefined && !this.#writer.enabled(level, listener)) return;
    const scope: LogFields = {
      listener,
      task: execution?.task,
      runId: execution?.runId,
      // Set when the logger of one class is used during a tick of another listener.
      within: execution?.listener === listener ? undefined : execution?.listener,
      ...this.#bound,
    };
    this.#writer.write(level, message, scope, fields);
  }
}
