import { type Clock, DaemonryError, type Duration, withDeadline, messageOf } from 'daemonry';
import type { ImapFlow } from 'imapflow';

import { propertyOf } from '../shared/fields';
import { SecretRemover } from '../shared/text';

interface ImapSessionOptions {
  readonly clock: Clock;
  /** Time limit of each step. */
  readonly timeout: Duration;
  readonly password: string;
  /** Ends the connection, in the middle of a step too. */
  readonly signal: AbortSignal;
}

const LONGEST_REASON = 500;

/**
 * One connection to the inbox. Every call rejects with `ImapError` when its step fails or takes too long, and with the
 * signal's reason after that aborts. After a timeout or an abort the connection is gone.
 */
export class ImapSession {
  readonly #secrets = new SecretRemover();
  /** The error that ended the connection while no step was waiting for an answer. */
  #lost: Error | undefined;

  constructor(
    private readonly client: ImapFlow,
    private readonly options: ImapSessionOptions,
  ) {
    client.on('error', (error) => (this.#lost ??= error));
  }

  /** False once the connection is gone: no further call will succeed. */
  get usable(): boolean {
    return this.client.usable;
  }

  /** Connects, logs in and opens the inbox. */
  async open(): Promise<void> {
    try {
      await this.#step('connect', async () => {
        await this.client.connect();
        await this.client.mailboxOpen('INBOX');
      });
    } catch (error) {
      this.client.close();
      throw error;
    }
  }

  /** UIDVALIDITY of the inbox: when it changes, UIDs stand for other messages. Empty after the inbox is closed. */
  get uidValidity(): string {
    return this.client.mailbox === false ? '' : String(this.client.mailbox.uidValidity);
  }

  /** The UIDs of the messages that are not marked as seen, oldest first. */
  async unseen(): Promise<readonly number[]> {
    const uids = await this.#step('fetch', () => this.client.search({ seen: false, deleted: false }, { uid: true }));
    if (!Array.isArray(uids)) throw new ImapError('fetch', 'the server refused to search the inbox');
    return [...uids].sort((a, b) => a - b);
  }

  /** Sizes of messages in bytes, by UID; messages that are gone are left out. */
  async sizes(uids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    if (uids.length === 0) return new Map();
    const found = await this.#step('fetch', () =>
      this.client.fetchAll([...uids], { uid: true, size: true }, { uid: true }),
    );
    return new Map(found.map(({ uid, size }) => [uid, size ?? Number.POSITIVE_INFINITY]));
  }

  /** At most the first `maxBytes` of a message, which stays unseen; `undefined` if it is gone. */
  async download(uid: number, maxBytes: number): Promise<Buffer | undefined> {
    const found = await this.#step('fetch', () =>
      this.client.fetchOne(String(uid), { source: { start: 0, maxLength: maxBytes } }, { uid: true }),
    );
    if (found === false) return undefined;
    if (found.source === undefined) throw new ImapError('fetch', `the server sent nothing of message ${uid}`);
    return found.source;
  }

  /** Marks a message as seen. */
  async markSeen(uid: number): Promise<void> {
    const marked = await this.#step('mark_seen', () =>
      this.client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true }),
    );
    if (!marked) throw new ImapError('mark_seen', `the server refused to mark message ${uid}`);
  }

  /** Logs out. The connection is gone afterwards in any case. */
  async close(): Promise<void> {
    try {
      if (this.usable) await this.#step('close', () => this.client.logout());
    } finally {
      this.client.close();
    }
  }

  async #step<T>(step: ImapStep, work: () => Promise<T>): Promise<T> {
    const { clock, timeout, signal } = this.options;
    const expired = (): Error => new Error(`no answer within ${timeout}`);
    const cutting = (limit: AbortSignal): Promise<T> => {
      limit.addEventListener('abort', () => this.client.close());
      return work();
    };
    try {
      return await withDeadline(timeout, cutting, { clock, signal, expired });
    } catch (error) {
      signal.throwIfAborted();
      throw new ImapError(step, this.#reasonOf(error));
    }
  }

  #reasonOf(error: unknown): string {
    const responseText = propertyOf(error, 'responseText');
    const lost = this.#lost === undefined || this.#lost === error ? '' : ` (${messageOf(this.#lost)})`;
    const text = this.#secrets.redact(`${typeof responseText === 'string' ? responseText : messageOf(error)}${lost}`, [
      this.options.password,
    ]);
    return text.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, LONGEST_REASON);
  }
}

/** A step of reading the mailbox. */
export type ImapStep = 'connect' | 'fetch' | 'mark_seen' | 'close';

/** A step of reading the mailbox failed. */
export class ImapError extends DaemonryError<'IMAP_FAILED'> {
  constructor(
    /** The step that failed. */
    readonly step: ImapStep,
    /** The message of the server or of the connection, without credentials. */
    readonly reason: string,
  ) {
    super('IMAP_FAILED', {
      what: `The mailbox could not be read: ${step} failed.`,
      facts: { reason },
      fix: 'check the network and the settings under `email_inbound_imap`.',
    });
  }
}
