import { ListenerLogger, type LogFields, type LogLevel } from '../contracts/ListenerLogger';
import { currentExecution } from '../execution/ExecutionContext';

/** Where a {@link ScopedLogger} sends its lines. */
export interface LineWriter {
  enabled(level: LogLevel, listener?: string): boolean;
  write(level: LogLevel, message: string, scope: LogFields, fields: LogFields | undefined): void;
}

/**
 * A logger of one listener, or of nobody in particular. Its lines carry the listener, the bound fields, and the task and
 * run of the tick they are written in.
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

  // Authors take contexts and loggers apart (`{ log: { info } }`), so the methods must not need their object.

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
      // A service's own logger, used by somebody's tick: the run is that listener's.
      within: execution?.listener === listener ? undefined : execution?.listener,
      ...this.#bound,
    };
    this.#writer.write(level, message, scope, fields);
  }
}
