import { once } from 'node:events';

import type { Logger } from 'winston';

import type { LogFormat } from '../contracts/configuration';
import type { LogEntry, LogSink } from '../contracts/ListenerLogger';
import { formatLogEntry } from './formatLogEntry';

export interface WinstonSinkOptions {
  /** Asked for each line: the format is known only once the configuration is. */
  readonly format: () => LogFormat;
  /** Told what goes wrong while lines are written. */
  readonly failed: (error: unknown) => void;
  /** @defaultValue `process.stdout` */
  readonly stream?: NodeJS.WriteStream;
}

/** Writes lines through winston: readable ones on a terminal, JSON elsewhere. winston is loaded by the first line. */
export class WinstonSink implements LogSink {
  readonly #stream: NodeJS.WriteStream;
  readonly #format: () => LogFormat;
  readonly #failed: (error: unknown) => void;
  #logger: Logger | undefined;

  constructor({ format, failed, stream = process.stdout }: WinstonSinkOptions) {
    this.#format = format;
    this.#failed = failed;
    this.#stream = stream;
  }

  log(entry: LogEntry): void {
    (this.#logger ??= this.#open()).log(entry);
  }

  /** Resolves when everything logged so far has left the process. Lines may be logged afterwards. */
  async flush(): Promise<void> {
    const logger = this.#logger;
    if (logger === undefined) return;
    this.#logger = undefined;
    const finished = once(logger, 'finish');
    logger.end();
    await finished;
    await this.#drained();
    this.#stream.removeListener('error', this.#failed);
  }

  #open(): Logger {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- 30 ms that an application with its own sink saves
    const { createLogger, format, transports } = require('winston') as typeof import('winston');
    // A reader that goes away (`app | head`) must not end the application.
    this.#stream.on('error', this.#failed);
    return createLogger({
      level: 'debug',
      format: format.printf((entry) => this.#formatEntry(entry as unknown as LogEntry)),
      transports: new transports.Stream({ stream: this.#stream, eol: '\n' }),
    });
  }

  #formatEntry(entry: LogEntry): string {
    const format = this.#format();
    const readable = format === 'text' || (format === 'auto' && this.#stream.isTTY);
    return readable ? formatLogEntry(entry, this.#stream.isTTY && this.#stream.hasColors()) : JSON.stringify(entry);
  }

  async #drained(): Promise<void> {
    if (this.#stream.writableLength === 0 || this.#stream.destroyed) return;
    // A failed write is told by the stream's error event.
    await new Promise<void>((resolve) => this.#stream.write('', () => resolve()));
  }
}
