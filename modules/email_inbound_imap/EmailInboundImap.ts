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
import { parseMail } from './parseMail';
import type { ReceivedMail } from './ReceivedMail';

const NAME = 'email_inbound_imap';
const HEAD_BYTES = 65_536;

/**
 * State of a message that is still unseen: `handled` if only the mark failed, `deferred` while the application is not running,
 * `failed` if it is to be tried again.
 */
type Remembered = 'handled' | 'deferred' | 'failed';

/**
 * Polls the inbox for unseen mail and offers each message to `InboundMail`. A message is marked as seen only when it has been
 * handled, so that mail that arrives while the application is paused is handled afterwards. Each poll opens a connection of
 * its own. Disabled without credentials.
 */
@BackgroundDaemon({ name: NAME, interval: '5m' })
export class EmailInboundImap implements OnStartup, OnTick, OnShutdown {
  /** Messages that were unseen at the last poll, by UIDVALIDITY and UID. */
  #memory = new Map<string, Remembered>();

  constructor(
    private readonly settings: EmailInboundImapSettings,
    private readonly operator: OperatorSettings,
    private readonly connector: ImapConnector,
    private readonly inbound: InboundMail,
    private readonly state: OperationalState,
  ) {}

  /** Loads the libraries and warns of missing settings. Each poll connects by itself. @throws PackageMissingError */
  startup({ log, disable }: StartupContext): void {
    const { user, appPassword, senderAllowlist, authenticationHost } = this.settings;
    if (user === undefined) {
      disable('no email_inbound_imap.user is configured (DAEMONRY__EMAIL_INBOUND_IMAP__USER)');
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
    const due = await this.#due(unseen, keyOf);
    const sizes = await session.sizes(due);
    for (const uid of due) {
      signal.throwIfAborted();
      const bytes = sizes.get(uid);
      if (bytes === undefined) continue; // somebody else removed it
      try {
        await this.#take(session, uid, bytes, keyOf(uid));
      } catch (error) {
        signal.throwIfAborted();
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

  /** Selects the messages of this poll, oldest first. Messages that failed before come last, so that they delay no other. */
  async #due(unseen: readonly number[], keyOf: (uid: number) => string): Promise<readonly number[]> {
    const { state } = await this.state.current();
    const fate = (uid: number): Remembered | undefined => this.#memory.get(keyOf(uid));
    const open = state === 'running' ? unseen : unseen.filter((uid) => fate(uid) !== 'deferred');
    const [failed, others] = [
      open.filter((uid) => fate(uid) === 'failed'),
      open.filter((uid) => fate(uid) !== 'failed'),
    ];
    return [...others, ...failed].slice(0, this.settings.maxPerPoll);
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
    this.#memory.delete(key);
  }

  /** Reads a message, only its head if it is too large; `undefined` if it is gone. */
  async #read(session: ImapSession, uid: number, bytes: number): Promise<ReceivedMail | undefined> {
    const { maxMessageBytes } = this.settings;
    if (bytes > maxMessageBytes) return this.#readHead(await session.download(uid, HEAD_BYTES), bytes);
    // Asks for one byte more than allowed: a server may announce less than it sends.
    const source = await session.download(uid, maxMessageBytes + 1);
    if (source !== undefined && source.length > maxMessageBytes) return this.#readHead(source, source.length);
    return source === undefined ? undefined : parseMail(source);
  }

  async #readHead(source: Buffer | undefined, bytes: number): Promise<ReceivedMail | undefined> {
    if (source === undefined) return undefined;
    const mail = await parseMail(source.subarray(0, HEAD_BYTES));
    const reason = `it has ${bytes} bytes; ${this.settings.maxMessageBytes} are allowed`;
    return { ...mail, text: '', defect: { status: 'filtered_oversized', reason } };
  }
}
