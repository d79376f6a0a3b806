import {
  Clock,
  durationMs,
  IsDuration,
  type Duration,
  ListenerLogger,
  messageOf,
  Settings,
  type SqlStatements,
  type SqlValue,
  StateDatabase,
  StateTables,
  StateError,
} from 'daemonry';
import { injectable } from 'inversify';
import { IsInt, Max, Min } from 'class-validator';

import type { Route } from '../audit_log/routes';
import {
  type LoggedMessage,
  type Message,
  type MessageChannel,
  type MessageDirection,
  readContent,
  readLoggedMessage,
} from './LoggedMessage';

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

/** Settings of the message log, under `message_log`. */
@Settings('message_log')
export class MessageLogSettings {
  /** Number of messages kept; the oldest are removed first. */
  @IsInt()
  @Min(1_000)
  @Max(100_000_000)
  readonly keepRows: number = 250_000;

  /** Messages that are older are removed, the oldest first. */
  @IsDuration({ min: '1h', max: '3650d' })
  readonly keepFor: Duration = '90d';
}

/** Tables of the messages. */
export const MESSAGE_TABLES = new StateTables('message_log', [
  {
    sql: `
      CREATE TABLE message_log_messages (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, direction TEXT NOT NULL, channel TEXT NOT NULL,
        route TEXT NOT NULL, content TEXT NOT NULL) STRICT;
      CREATE INDEX message_log_messages_by_time ON message_log_messages (at);
      CREATE INDEX message_log_messages_by_direction ON message_log_messages (direction, sequence);
      CREATE INDEX message_log_messages_by_channel ON message_log_messages (channel, sequence);
      CREATE INDEX message_log_messages_by_route ON message_log_messages (route, sequence);`,
  },
]);

type MessageRow = { readonly sequence: number; readonly at: number; readonly content: string };

interface MessageRange extends MessageScanOptions {
  readonly after: number;
  readonly until: number;
  readonly isDescending?: boolean;
}

interface PendingMessage {
  readonly content: ReturnType<typeof readContent>;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Messages that wait while nothing can be written. */
const MOST_WAITING = 1_000;

/** Rows of one statement, so that none holds the loop for long. */
const PAGE = 200;
/** Rows that one append removes at most. */
const MOST_REMOVED = 500;

/**
 * The log of incoming and outgoing messages, one entry each, in the state database. Remove secrets from texts before you
 * append them.
 */
@injectable()
export class MessageLog {
  #hasWarned = false;
  #waiting: PendingMessage[] = [];
  #lost = 0;

  constructor(
    private readonly settings: MessageLogSettings,
    private readonly state: StateDatabase,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
  ) {}

  /**
   * Appends a message; resolves once it is stored. Concurrent appends keep their order. Texts that are too long are cut.
   *
   * @throws StateError; TypeError for a message that is none
   */
  async append(message: Message): Promise<LoggedMessage> {
    return this.#write(this.#pending(message));
  }

  /**
   * Like {@link append}, but never rejects. Use it where the message has come or gone whether or not it is on record. While the
   * database cannot be written, the message waits in memory, which is logged once, and is written before the next one that can
   * be; no more than 1000 wait.
   */
  async tell(message: Message): Promise<void> {
    let pending: PendingMessage | undefined;
    try {
      pending = this.#pending(message);
      await this.#write(pending);
    } catch (error) {
      if (pending === undefined || !(error instanceof StateError)) {
        this.log.error('The message log lacks a message', { error });
        return;
      }
      this.#waiting.push(pending);
      if (this.#waiting.length === 1)
        this.log.error('The message log cannot be written: messages wait in memory until it can', { error });
      if (this.#waiting.length > MOST_WAITING) {
        this.#waiting.shift();
        this.#lost++;
      }
    }
  }

  #pending(message: Message): PendingMessage {
    return { content: readContent(message), at: Math.floor(this.clock.now()) };
  }

  /** Writes those that wait, and then this one. */
  async #write(message: PendingMessage): Promise<LoggedMessage> {
    const late = this.#waiting;
    this.#waiting = [];
    try {
      const written = await this.state.transaction(async (statements) => {
        for (const each of late) await this.#append(statements, each);
        return this.#append(statements, message);
      });
      if (late.length > 0) this.log.info('The message log is written again', { late: late.length, lost: this.#lost });
      this.#lost = 0;
      return written;
    } catch (error) {
      this.#waiting = [...late, ...this.#waiting];
      throw error;
    }
  }

  async #append(statements: SqlStatements, { content, at }: PendingMessage): Promise<LoggedMessage> {
    const { direction, channel, route } = content;
    const { lastInsertRowid: sequence } = await statements.run(
      'INSERT INTO message_log_messages (at, direction, channel, route, content) VALUES (?, ?, ?, ?, ?)',
      [at, direction, channel, route, JSON.stringify(content)],
    );
    // Up to the first that is to be kept: a clock that was wrong for a while removes nothing behind it.
    const oldest = await statements.get<{ sequence: number }>(
      'SELECT sequence FROM message_log_messages ORDER BY sequence LIMIT 1',
    );
    const end = Math.min((oldest?.sequence ?? sequence) + MOST_REMOVED, sequence);
    const kept = await statements.get<{ sequence: number }>(
      'SELECT sequence FROM message_log_messages WHERE sequence > ? AND sequence <= ? AND +at >= ? ORDER BY sequence LIMIT 1',
      [sequence - this.settings.keepRows, end, at - durationMs(this.settings.keepFor)],
    );
    await statements.run('DELETE FROM message_log_messages WHERE sequence < ?', [kept?.sequence ?? end]);
    return { sequence, at: new Date(at).toISOString(), ...content };
  }

  /** The messages, oldest first, up to the end of the log at the call. Reads some at a time. @throws StateError */
  async *scan(options: MessageScanOptions = {}): AsyncIterable<LoggedMessage> {
    options.signal?.throwIfAborted();
    const found = await this.state.get<{ last: number | null; first: number | null }>(
      'SELECT (SELECT max(sequence) FROM message_log_messages) AS last, min(sequence) AS first FROM message_log_messages WHERE at >= ?',
      [options.since ?? Number.MIN_SAFE_INTEGER],
    );
    if (typeof found?.first !== 'number' || typeof found.last !== 'number') return;
    yield* this.#read({ ...options, after: found.first - 1, until: found.last });
  }

  /** The last `count` messages, oldest first. Reads no more of the log than it takes. @throws StateError */
  async latest(count: number, options: Omit<MessageScanOptions, 'since'> = {}): Promise<readonly LoggedMessage[]> {
    const found: LoggedMessage[] = [];
    if (count < 1) return found;
    const range = { ...options, after: 0, until: Number.MAX_SAFE_INTEGER, isDescending: true };
    for await (const message of this.#read(range)) {
      if (found.push(message) >= count) break;
    }
    return found.reverse();
  }

  async *#read(range: MessageRange): AsyncGenerator<LoggedMessage, void> {
    let { after, until } = range;
    for (;;) {
      range.signal?.throwIfAborted();
      const page = await this.#page({ ...range, after, until });
      for (const row of page) {
        const message = this.#parsed(row);
        if (message !== undefined) yield message;
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      if (range.isDescending === true) until = last.sequence - 1;
      else after = last.sequence;
    }
  }

  #page({ after, until, since, isDescending = false, ...filter }: MessageRange): Promise<readonly MessageRow[]> {
    const conditions: (readonly [sql: string, value: SqlValue | undefined])[] = [
      ['sequence > ?', after],
      ['sequence <= ?', until],
      ['at >= ?', since],
      ['direction = ?', filter.direction],
      ['channel = ?', filter.channel],
      ['route = ?', filter.route],
    ];
    const given = conditions.filter(([, value]) => value !== undefined);
    return this.state.all<MessageRow>(
      `SELECT sequence, at, content FROM message_log_messages WHERE ${given.map(([sql]) => sql).join(' AND ')} ` +
        `ORDER BY sequence ${isDescending ? 'DESC' : 'ASC'} LIMIT ${PAGE}`,
      given.map(([, value]) => value as SqlValue),
    );
  }

  /** Undefined for a row that was made no message from outside, which is logged the first time. */
  #parsed({ sequence, at, content }: MessageRow): LoggedMessage | undefined {
    try {
      return readLoggedMessage({ sequence, at: new Date(at).toISOString() }, content);
    } catch (error) {
      if (!this.#hasWarned) {
        this.log.warn('Rows of the message log are no messages, and are passed over', {
          sequence,
          why: messageOf(error),
        });
      }
      this.#hasWarned = true;
      return undefined;
    }
  }
}
