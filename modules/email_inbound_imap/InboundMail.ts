import { defineModule, ListenerLogger, type ModuleDefinition, describeError } from 'daemonry';
import { injectable } from 'inversify';

import type { InboundStatus } from '../audit_log/auditEvents';
import { AuditLog } from '../audit_log/AuditLog';
import { auditLogModule } from '../audit_log/module';
import { MessageLog } from '../message_log/MessageLog';
import { messageLogModule } from '../message_log/module';
import { operationalStateModule } from '../operational_state/module';
import { OperationalState } from '../operational_state/OperationalState';
import { OperatorSettings } from '../shared/settings';
import { EmailInboundImapSettings } from './EmailInboundImapSettings';
import { filterMail } from './filterMail';
import { MailReader } from './MailReader';
import type { ReceivedMail } from './ReceivedMail';

/** The result of offering a mail. */
export interface InboundOutcome {
  /** `received` if the mail was accepted. */
  readonly status: InboundStatus;
  /** Reason why it was not accepted. */
  readonly reason?: string;
  /** False if the mail has to be offered again: later, or once the application is running. */
  readonly settled: boolean;
}

const LONGEST_NAME = 256;

/**
 * Decides about incoming mail, however it arrived. Every mail is recorded in the message log. The audit log records refusals
 * and failures as `email.received`, and the intent of an accepted mail as `email.intent_logged`. Nobody is answered.
 */
@injectable()
export class InboundMail {
  constructor(
    private readonly settings: EmailInboundImapSettings,
    private readonly operator: OperatorSettings,
    private readonly state: OperationalState,
    private readonly audit: AuditLog,
    private readonly messages: MessageLog,
    private readonly log: ListenerLogger,
  ) {}

  /**
   * Decides about a mail. Never rejects: a failure is the status `handler_error`, and is not settled. A mail that is offered
   * again after it was accepted is accepted again.
   *
   * @param options.source - the listener that offers it, for the audit log.
   */
  async receive(mail: ReceivedMail, { source }: { readonly source: string }): Promise<InboundOutcome> {
    try {
      return await this.#handle(mail, source);
    } catch (error) {
      const reason = describeError(error);
      this.log.error('A mail could not be handled', { messageId: mail.messageId, error });
      await this.#tell('the message log', () => this.#record(mail, 'handler_error', reason));
      await this.#tell('the audit log', () => this.#complain(mail, 'handler_error', reason, source));
      return { status: 'handler_error', reason, settled: false };
    }
  }

  async #handle(mail: ReceivedMail, source: string): Promise<InboundOutcome> {
    const { senderAllowlist, authenticationHost } = this.settings;
    const { agentEmail, email: operatorEmail } = this.operator;
    const { state } = await this.state.current();
    const refusal = filterMail(mail, { state, senderAllowlist, agentEmail, operatorEmail, authenticationHost });
    if (refusal === undefined) {
      await this.#logIntent(mail, source);
      await this.#record(mail, 'received');
      return { status: 'received', settled: true };
    }
    // A mail that is only put off is not refused.
    if (state === 'running') await this.#complain(mail, refusal.status, refusal.reason, source);
    await this.#record(mail, refusal.status, refusal.reason);
    return { ...refusal, settled: state === 'running' };
  }

  async #logIntent(mail: ReceivedMail, source: string): Promise<void> {
    const intent = evaluateIntent(mail);
    if (intent === undefined) return;
    const { messageId, subject, text } = mail;
    await this.audit.append('email.intent_logged', { messageId, subject, text, intent }, { source });
  }

  async #record(mail: ReceivedMail, status: InboundStatus, reason?: string): Promise<void> {
    const { messageId, subject, text } = mail;
    await this.messages.append({
      direction: 'in',
      channel: 'email',
      route: 'email_inbound',
      counterpart: senderOf(mail),
      status,
      subject,
      text,
      messageId,
      reason,
    });
  }

  async #complain(mail: ReceivedMail, status: InboundStatus, reason: string, source: string): Promise<void> {
    const details = { from: senderOf(mail), messageId: mail.messageId, status, reason };
    await this.audit.append('email.received', details, { source });
  }

  /** Writes a record after a failure; logs an error if that fails as well, because the log may be the cause. */
  async #tell(where: string, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.log.error(`A mail that could not be handled is not in ${where} either`, { error });
    }
  }
}

const senderOf = ({ from }: ReceivedMail): string =>
  from
    .map(({ address }) => address)
    .join(', ')
    .slice(0, LONGEST_NAME) || 'unknown';

const LONGEST_READ = 4_096;

/** Rules for intents; the first that matches counts. They see one line with single spaces. */
const RULES: readonly { readonly intent: string; readonly pattern: RegExp }[] = [
  {
    intent: 'ticket',
    pattern: /\b(?:open|create|file|raise|log) (?:a |an |the )?(?:new )?(?:ticket|issue|bug|incident)\b/i,
  },
  { intent: 'ticket', pattern: /^(?:re: |fwd?: )*(?:ticket|bug|issue|incident)\b ?[:#-]/i },
  { intent: 'task', pattern: /\b(?:add|create|schedule|make) (?:a |an |the )?(?:new )?(?:task|to-?do|reminder)\b/i },
  { intent: 'task', pattern: /\b(?:remind me|please (?:do|check|look into|take care of|follow up))\b/i },
  { intent: 'task', pattern: /^(?:re: |fwd?: )*(?:task|to-?do)\b ?[:#-]/i },
];

/** Recognises the intent of a mail by simple rules: `ticket`, `task`, or `undefined` when none matches. */
export function evaluateIntent({
  subject,
  text,
}: {
  readonly subject: string;
  readonly text: string;
}): string | undefined {
  const lines = [subject, text].map((part) => part.slice(0, LONGEST_READ).replace(/\s+/g, ' ').trim());
  return RULES.find(({ pattern }) => lines.some((line) => pattern.test(line)))?.intent;
}

const inboundMail = defineModule('inbound_mail', {
  needs: [auditLogModule(), messageLogModule(), operationalStateModule()],
  bind: ({ bind }) => {
    bind(MailReader).toSelf();
    bind(InboundMail).toSelf();
  },
});

/** Decisions about incoming mail, to inject as `InboundMail`. Needed by every module that receives mail. */
export function inboundMailModule(): ModuleDefinition {
  return inboundMail;
}
