import type { LogFormat } from '../contracts/configuration';
import type { LogEntry, LogSink } from '../contracts/ListenerLogger';
import { native } from '../time/native';
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

/** How often it is looked whether the stream has written everything, in milliseconds. */
const LOOK_MS = 10;

type Write = (entry: LogEntry) => void;

/**
 * Writes lines with winston. Format `auto` means text on a terminal and JSON elsewhere, in lines of 8 KiB at the most. winston is
 * loaded with the first line.
 */
export class WinstonSink implements LogSink {
  readonly #stream: NodeJS.WriteStream;
  readonly #format: () => LogFormat;
  readonly #failed: (error: unknown) => void;
  #write: Write | undefined;

  constructor({ format, failed, stream = process.stdout }: WinstonSinkOptions) {
    this.#format = format;
    this.#failed = failed;
    this.#stream = stream;
  }

  /** Writes one line; nothing for people whose short form of it is empty. */
  log(entry: LogEntry): void {
    if (this.#isReadable && (entry as { readonly [BRIEF]?: string })[BRIEF] === '') return;
    (this.#write ??= this.#open())(entry);
  }

  /** Resolves when everything logged so far has left the process. Logging may go on afterwards. */
  async flush(): Promise<void> {
    if (this.#write === undefined) return;
    this.#write = undefined;
    await this.#drained();
    this.#stream.removeListener('error', this.#failed);
  }

  #open(): Write {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- takes 30 ms, which another sink saves
    const { format, transports } = require('winston') as typeof import('winston');
    // Without a listener for errors, a reader that closes the pipe (`app | head`) would end the application.
    this.#stream.on('error', this.#failed);
    const line = format.printf((entry) => this.#formatEntry(entry as unknown as LogEntry));
    const transport = new transports.Stream({ stream: this.#stream, eol: '\n' });
    // Without a logger of winston, whose streams wait for a `process.nextTick` that somebody may have replaced.
    return (entry) => {
      transport.log?.(line.transform({ ...entry }), () => undefined);
    };
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
    // A stream tells `failed` in the next tick that it has failed.
    await new Promise<void>((resolve) => native.nextTick(resolve));
    const stream = this.#stream;
    const isDone = (): boolean => stream.writableLength === 0 || stream.destroyed;
    if (isDone()) return;
    await new Promise<void>((resolve) => {
      const looks = native.setInterval(() => {
        if (isDone()) done();
      }, LOOK_MS);
      const done = (): void => {
        native.clearInterval(looks);
        resolve();
      };
      looks.unref();
      // Called in a tick of `process.nextTick`, where that is still Node's own.
      stream.write('', done);
    });
  }
}
