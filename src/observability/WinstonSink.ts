import { once } from 'node:events';

import type { Logger } from 'winston';

import type { LogFormat } from '../contracts/configuration';
import type { LogEntry, LogSink } from '../contracts/ListenerLogger';
import { formatLogEntry } from './formatLogEntry';
import { jsonLine } from './jsonLine';
import { BRIEF } from './readable';

/** Options of {@link WinstonSink}. */
export interface WinstonSinkOptions {
  /** Returns the format to use; called for each line, since the configuration is loaded after the sink is made. */
  readonly format: () => LogFormat;
  /** Called with each error while lines are written. */
  readonly failed: (error: unknown) => void;
  /** The stream to write to. @defaultValue `process.stdout` */
  readonly stream?: NodeJS.WriteStream;
}

/**
 * Writes lines with winston. Format `auto` means text on a terminal and JSON elsewhere, in lines of 8 KiB at the most. winston is
 * loaded with the first line.
 */
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

  /** Writes one line; nothing for people whose short form of it is empty. */
  log(entry: LogEntry): void {
    if (this.#isReadable && (entry as { readonly [BRIEF]?: string })[BRIEF] === '') return;
    (this.#logger ??= this.#open()).log(entry);
  }

  /** Resolves when everything logged so far has left the process. Logging may go on afterwards. */
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
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- takes 30 ms, which another sink saves
    const { createLogger, format, transports } = require('winston') as typeof import('winston');
    // Without a listener for errors, a reader that closes the pipe (`app | head`) would end the application.
    this.#stream.on('error', this.#failed);
    return createLogger({
      level: 'debug',
      format: format.printf((entry) => this.#formatEntry(entry as unknown as LogEntry)),
      transports: new transports.Stream({ stream: this.#stream, eol: '\n' }),
    });
  }

  #formatEntry(entry: LogEntry): string {
    const { isTTY } = this.#stream;
    if (!this.#isReadable) return jsonLine(entry);
    return formatLogEntry(entry, isTTY && this.#stream.hasColors(), isTTY ? this.#stream.columns : undefined);
  }

  get #isReadable(): boolean {
    const format = this.#format();
    return format === 'text' || (format === 'auto' && this.#stream.isTTY);
  }

  async #drained(): Promise<void> {
    if (this.#stream.writableLength === 0 || this.#stream.destroyed) return;
    // A failed write reaches `failed` through the stream's error event.
    await new Promise<void>((resolve) => this.#stream.write('', () => resolve()));
  }
}
