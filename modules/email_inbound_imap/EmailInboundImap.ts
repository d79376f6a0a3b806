import {
  BackgroundDaemon,
  type ListenerLogger,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  type StartupContext,
  type TickContext,
} from 'daemonry';

import { OperationalState } from '../operational_state/OperationalState';
import { OperatorSettings } from '../shared/settings';
import { EmailInboundImapSettings } from './EmailInboundImapSettings';
import { ImapConnector } from './ImapConnector';
import type { ImapSession } from './ImapSession';
import { InboundMail } from './InboundMail';
import { MailReader } from './MailReader';
import type { ReceivedMail } from './ReceivedMail';

const NAME = 'email_inbound_imap';
const HEAD_BYTES = 65_536;
const MOST_TOLD = 20;
/** Come after all others, in this order. */
const LATE: readonly (Remembered | undefined)[] = ['handled', 'failed'];

/**
 * State of a message that is still unseen: `handled` if only the mark failed, `marked` if the server has taken the mark, `lost`
 * if it has taken the mark and not kept it, `deferred` while the application is not running, `failed` if it is to be tried again.
 */
type Remembered = 'handled' | 'marked' | 'lost' | 'deferred' | 'failed';

/**
 * Polls the inbox for unseen mail and offers each message to `InboundMail`. A message is marked as seen only when it has been
 * handled, so that mail that arrives while the application is paused is handled afterwards. Each poll opens a connection of
 * its own. Disabled without credentials.
 */
@BackgroundDaemon({ name: NAME, interval: '5m' })
export class EmailInboundImap implements OnStartup, OnTick, OnShutdown {
  /** Messages that were unseen at the last poll, by UIDVALIDITY and UID. Marked ones too: a server may not keep the mark. */
  #memory = new Map<string, Remembered>();

  constructor(
    private readonly settings: EmailInboundImapSettings,
    private readonly operator: OperatorSettings,
    private readonly connector: ImapConnector,
    private readonly reader: MailReader,
    private readonly inbound: InboundMail,
    private readonly state: OperationalState,
  ) {}

  /** Loads the libraries and warns of missing settings. Each poll connects by itself. @throws PackageMissingError */
  startup({ log, disable }: StartupContext): void {
    const { user, appPassword, senderAllowlist, authenticationHost } = this.settings;
    if (user === undefined) {
      disable('no user is configured (DAEMONRY__EMAIL_INBOUND_IMAP__USER)');
      return;
    }
    if (appPassword === undefined) {
      disable('no email_inbound_imap.appPassword is configured (DAEMONRY__EMAIL_INBOUND_IMAP__APP_PASSWORD)');
      return;
    }
    this.connector.load();
    const { agentEmail, email } = this.operator;
    const needed = { 'operator.agentEmail': agentEmail, 'operator.email': email };
    const missing = Object.entries(needed).flatMap(([key, value]) => (value === undefined ? [key] : []));
    if (senderAllowlist.length === 0) missing.unshift('email_inbound_imap.senderAllowlist');
    if (missing.length > 0) log.warn(`Every mail will be refused: no ${missing.join(', ')} is configured.`);
    if (authenticationHost === undefined) {
      log.warn(
        'Senders are believed without SPF, DKIM and DMARC: no email_inbound_imap.authenticationHost is configured.',
      );
    }
  }

  /** Polls once. @throws ImapError when the inbox cannot be opened or searched, or the connection is lost on the way. */
  async tick({ signal, log }: TickContext): Promise<void> {
    const session = await this.connector.connect(signal);
    try {
      await this.#poll(session, signal, log);
    } finally {
      try {
        await session.close();
      } catch (error) {
        log.warn('The connection to the inbox did not close well', { error });
      }
    }
  }

  /** Forgets the messages of the last poll. */
  shutdown(): void {
    this.#memory.clear();
  }

  async #poll(session: ImapSession, signal: AbortSignal, log: ListenerLogger): Promise<void> {
    const { uidValidity } = session;
    const keyOf = (uid: number): string => `${uidValidity}:${uid}`;
    const unseen = await session.unseen();
    const before = this.#memory;
    this.#memory = new Map(
      unseen.flatMap((uid) => {
        const remembered = before.get(keyOf(uid));
        return remembered === undefined ? [] : [[keyOf(uid), remembered] as const];
      }),
    );
    this.#tellLostMarks(unseen, keyOf, log);
    const due = await this.#due(unseen, keyOf);
    const sizes = await session.sizes(due);
    for (const uid of due) {
      signal.throwIfAborted();
      const bytes = sizes.get(uid);
      if (bytes === undefined) continue; // somebody else removed it
      const isTold = this.#memory.get(keyOf(uid)) === 'handled';
      try {
        await this.#take(session, uid, bytes, keyOf(uid));
      } catch (error) {
        signal.throwIfAborted();
        // Once for each message: a mailbox that takes no marks refuses them at every poll.
        if (isTold && session.usable) continue;
        if (this.#memory.get(keyOf(uid)) === 'handled') {
          log.error('A message of the inbox is handled, and not marked as seen; the next poll marks it', {
            uid,
            error,
          });
        } else {
          this.#memory.set(keyOf(uid), 'failed');
          log.error('A message of the inbox could not be read; the next poll tries again', { uid, error });
        }
        if (!session.usable) throw error;
      }
    }
  }

  /** Warns, once for each, of messages whose mark the server has taken and not kept. They are not handled again. */
  #tellLostMarks(unseen: readonly number[], keyOf: (uid: number) => string, log: ListenerLogger): void {
    const lost = unseen.filter((uid) => this.#memory.get(keyOf(uid)) === 'marked');
    if (lost.length === 0) return;
    for (const uid of lost) this.#memory.set(keyOf(uid), 'lost');
    log.warn('The server has not kept the marks of messages that are handled; they are handled again after a restart', {
      count: lost.length,
      uids: lost.slice(0, MOST_TOLD),
    });
  }

  /**
   * Selects the messages of this poll, oldest first. Those that only could not be marked, and those that failed before, come last,
   * so that they delay no other.
   */
  async #due(unseen: readonly number[], keyOf: (uid: number) => string): Promise<readonly number[]> {
    const { state } = await this.state.current();
    const fate = (uid: number): Remembered | undefined => this.#memory.get(keyOf(uid));
    const isRunning = state === 'running';
    const open = unseen.filter((uid) => fate(uid) !== 'lost' && (isRunning || fate(uid) !== 'deferred'));
    const rank = (uid: number): number => LATE.indexOf(fate(uid));
    return [...open].sort((a, b) => rank(a) - rank(b)).slice(0, this.settings.maxPerPoll);
  }

  async #take(session: ImapSession, uid: number, bytes: number, key: string): Promise<void> {
    if (this.#memory.get(key) !== 'handled') {
      const mail = await this.#read(session, uid, bytes);
      if (mail === undefined) return;
      const { settled, status } = await this.inbound.receive(mail, { source: NAME });
      this.#memory.set(key, settled ? 'handled' : status === 'handler_error' ? 'failed' : 'deferred');
      if (!settled) return;
    }
    await session.markSeen(uid);
    this.#memory.set(key, 'marked');
  }

  /** Reads a message, only its head if it is too large; `undefined` if it is gone. */
  async #read(session: ImapSession, uid: number, bytes: number): Promise<ReceivedMail | undefined> {
    const { maxMessageBytes } = this.settings;
    if (bytes > maxMessageBytes) return this.#readHead(await session.download(uid, HEAD_BYTES), bytes);
    // Asks for one byte more than allowed: a server may announce less than it sends.
    const source = await session.download(uid, maxMessageBytes + 1);
    if (source !== undefined && source.length > maxMessageBytes) return this.#readHead(source, source.length);
    return source === undefined ? undefined : this.reader.read(source);
  }

  async #readHead(source: Buffer | undefined, bytes: number): Promise<ReceivedMail | undefined> {
    if (source === undefined) return undefined;
    const mail = await this.reader.read(source.subarray(0, HEAD_BYTES));
    const reason = `it has ${bytes} bytes; ${this.settings.maxMessageBytes} are allowed`;
    return { ...mail, text: '', defect: { status: 'filtered_oversized', reason } };
  }
}
