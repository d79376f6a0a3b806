import { join } from 'node:path';

import { Clock, durationMs, ListenerLogger, IsDuration, type Duration, Settings } from 'daemonry';
import { injectable } from 'inversify';
import { IsInt, Max, Min } from 'class-validator';

import { DataSettings } from '../shared/settings';
import type { Route } from '../audit_log/routes';
import { SegmentedLog } from '../shared/logs/SegmentedLog';
import {
  type LoggedMessage,
  type Message,
  type MessageChannel,
  type MessageDirection,
  readContent,
  readLoggedMessage,
} from './LoggedMessage';
import { LogWriteError } from '../shared/logs/LogLock';

/** Which messages; each that is left out means any. */
export interface MessageFilter {
  /** Only messages of this direction. */
  readonly direction?: MessageDirection | undefined;
  /** Only messages of this channel. */
  readonly channel?: MessageChannel | undefined;
  /** Only messages of this route. */
  readonly route?: Route | undefined;
}

/** The messages that a scan gives. */
export interface MessageScanOptions extends MessageFilter {
  /** Only messages of this instant or later: epoch milliseconds. */
  readonly since?: number | undefined;
  /** Ends the scan with its reason when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

const FOLDER = 'messages';

/** Settings of the message log, under `message_log`. Its folder is `messages` in `data.directory`. */
@Settings('message_log')
export class MessageLogSettings {
  /** Size in bytes at which a segment is closed and a new one begun. */
  @IsInt()
  @Min(4_096)
  @Max(1_073_741_824)
  readonly segmentBytes: number = 16_777_216;

  /** Number of segments kept, including the one being written; the oldest are removed first. */
  @IsInt()
  @Min(2)
  @Max(10_000)
  readonly keepSegments: number = 16;

  /** Segments whose messages are all older are removed. */
  @IsDuration({ min: '1h', max: '3650d' })
  readonly keepFor: Duration = '90d';
}

/**
 * The log of incoming and outgoing messages, one entry each. Remove secrets from texts before you append them. Damage in it
 * is reported by an event of the audit log.
 */
@injectable()
export class MessageLog {
  readonly #messages: SegmentedLog<LoggedMessage>;

  constructor(settings: MessageLogSettings, data: DataSettings, clock: Clock, log: ListenerLogger) {
    this.#messages = new SegmentedLog<LoggedMessage>({
      directory: join(data.directory, FOLDER),
      segmentBytes: settings.segmentBytes,
      keepSegments: settings.keepSegments,
      keepForMs: durationMs(settings.keepFor),
      parse: readLoggedMessage,
      tellDamage: async (damage) => log.warn('The message log is damaged', { ...damage }),
      WriteError: MessageWriteError,
      clock,
      log,
    });
  }

  /**
   * Appends a message; resolves once it is written. Concurrent appends keep their order. Texts that are too long are cut.
   *
   * @throws MessageWriteError; TypeError for a message that is none
   */
  async append(message: Message): Promise<LoggedMessage> {
    const content = readContent(message);
    return this.#messages.append((stamp) => ({ ...stamp, ...content }));
  }

  /** The messages, oldest first, up to the end of the log at the call. Reads in pieces, from where they may begin. */
  async *scan({ since, signal, ...filter }: MessageScanOptions = {}): AsyncIterable<LoggedMessage> {
    signal?.throwIfAborted();
    const place = await this.#messages.placeBefore({ at: since });
    for await (const item of this.#messages.read(place, signal)) {
      if (item.kind !== 'entry' || !matches(item.entry, filter)) continue;
      if (since === undefined || Date.parse(item.entry.at) >= since) yield item.entry;
    }
  }

  /** The last `count` messages, oldest first. Reads no more of the log than it takes. */
  latest(
    count: number,
    { signal, ...filter }: Omit<MessageScanOptions, 'since'> = {},
  ): Promise<readonly LoggedMessage[]> {
    return this.#messages.latest(count, (message) => matches(message, filter), signal);
  }

  /** Closes the log; called when the application stops. */
  async dispose(): Promise<void> {
    await this.#messages.close();
  }
}

function matches(message: LoggedMessage, { direction, channel, route }: MessageFilter): boolean {
  return (
    (direction === undefined || message.direction === direction) &&
    (channel === undefined || message.channel === channel) &&
    (route === undefined || message.route === route)
  );
}

/** A message could not be appended to the message log. */
export class MessageWriteError extends LogWriteError {}
