import {
  BackgroundDaemon,
  Clock,
  ListenerLogger,
  type OnStartup,
  sleep,
  type StartupContext,
  describeError,
} from 'daemonry';

import { AuditLog } from '../audit_log/AuditLog';
import { MessageLog } from '../message_log/MessageLog';
import { canonicalAddress } from '../shared/mail';
import { OperatorSettings } from '../shared/settings';
import { checkMail, MailRefusedError, recipientsOf } from './checkMail';
import type { CheckedMail, MailResult, OutgoingMail } from './OutgoingMail';
import { PurelymailSettings } from './PurelymailSettings';
import { type SmtpOutcome, SmtpTransport } from './SmtpTransport';

const NAME = 'purelymail_client';
const RETRY_PAUSE_MS = 500;

/** Sends mail by SMTP, with one connection per mail. Disabled without credentials. */
@BackgroundDaemon({ name: NAME })
export class PurelymailClient implements OnStartup {
  constructor(
    private readonly settings: PurelymailSettings,
    private readonly operator: OperatorSettings,
    private readonly transport: SmtpTransport,
    private readonly audit: AuditLog,
    private readonly messages: MessageLog,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
  ) {}

  /** Loads the mail library. Each mail connects by itself. @throws PackageMissingError */
  startup({ log, disable }: StartupContext): void {
    const missing = this.#missing();
    if (missing !== undefined) {
      disable(missing);
      return;
    }
    this.transport.load();
    if (this.settings.allowedFromDomains.length === 0) {
      log.warn('No purelymail.allowedFromDomains are configured: every mail will be refused.');
    }
  }

  /**
   * Sends a mail. After a reply of 4yz or a broken connection it waits half a second and tries once more with the same
   * Message-ID, so that a mail whose receipt was lost may arrive twice. A mail that could not be sent is a result. The message
   * log records each attempt, without the text.
   *
   * @throws MailRefusedError for a mail that breaks a rule, before anything is sent to the server; the audit log records it as
   * `email.send_refused`. The signal's reason after it aborts.
   */
  async send(mail: OutgoingMail): Promise<MailResult> {
    const checked = await this.#check(mail);
    const messageId = this.transport.newMessageId(checked.from);
    const first = await this.#attempt(checked, messageId, mail.signal);
    if (first.status === 'sent' || !first.transient) return resultOf(first, messageId);
    await sleep(RETRY_PAUSE_MS, { clock: this.clock, signal: mail.signal });
    return resultOf(await this.#attempt(checked, messageId, mail.signal), messageId);
  }

  #missing(): string | undefined {
    const { user, appPassword } = this.settings;
    if (user === undefined) return 'no purelymail.user is configured (DAEMONRY__PURELYMAIL__USER)';
    if (appPassword === undefined) {
      return 'no purelymail.appPassword is configured (DAEMONRY__PURELYMAIL__APP_PASSWORD)';
    }
    return undefined;
  }

  async #check(mail: OutgoingMail): Promise<CheckedMail> {
    try {
      const missing = this.#missing();
      if (missing !== undefined) throw new MailRefusedError(missing, recipientsOf(mail));
      const { user } = this.settings;
      const fallback = user === undefined || canonicalAddress(user) === undefined ? undefined : user;
      return checkMail(mail, { ...this.settings, defaultFrom: this.operator.agentEmail ?? fallback });
    } catch (error) {
      if (error instanceof MailRefusedError) {
        await this.audit.tell('email.send_refused', { to: error.to, reason: error.reason }, { source: NAME });
      }
      throw error;
    }
  }

  async #attempt(mail: CheckedMail, messageId: string, signal?: AbortSignal): Promise<SmtpOutcome> {
    try {
      const outcome = await this.transport.attempt(mail, messageId, signal);
      const refused = outcome.status === 'sent' && outcome.rejected.length > 0;
      const reason = refused ? `refused by the server: ${outcome.rejected.join(', ')}` : undefined;
      const failure = outcome.status === 'failed' ? `${outcome.code}: ${outcome.reason}` : reason;
      await this.#record(mail, messageId, outcome.status, failure);
      return outcome;
    } catch (error) {
      await this.#record(mail, messageId, 'failed', `given up: ${describeError(error)}`);
      throw error;
    }
  }

  /** Records an attempt. A failure to record is only logged, because the mail is sent already. */
  async #record(mail: CheckedMail, messageId: string, status: 'sent' | 'failed', reason?: string): Promise<void> {
    try {
      await this.messages.append({
        direction: 'out',
        channel: 'email',
        route: 'email_outbound_compose',
        counterpart: [...mail.to, ...mail.cc].join(', '),
        status,
        subject: mail.subject,
        text: '',
        messageId,
        reason,
      });
    } catch (error) {
      this.log.error('An outgoing mail could not be recorded', { messageId, status, error });
    }
  }
}

function resultOf(outcome: SmtpOutcome, messageId: string): MailResult {
  if (outcome.status === 'sent') return { status: 'sent', messageId, rejected: outcome.rejected };
  return { status: 'failed', code: outcome.code, reason: outcome.reason };
}
