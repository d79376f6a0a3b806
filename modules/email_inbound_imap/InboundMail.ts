import { ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import type { InboundStatus } from '../audit_log/AuditEvent';
import { MessageLog } from '../message_log/MessageLog';
import { OperationalState } from '../operational_state/OperationalState';
import { errorText } from '../shared/errorText';
import { OperatorSettings } from '../shared/OperatorSettings';
import { EmailInboundImapSettings } from './EmailInboundImapSettings';
import { filterMail } from './filterMail';
import type { ReceivedMail } from './ReceivedMail';

export interface InboundOutcome {
  readonly status: InboundStatus;
  /** Why it was not handled. */
  readonly reason?: string;
  /** It is done with. Otherwise it is to be offered again: later, or once the application is running. */
  readonly settled: boolean;
}

const LONGEST_NAME = 256;

/**
 * Decides about mail that came in, by whichever way, and takes what it accepts: each mail is in the message log, what was
 * refused or failed in the audit log as `email.received` too, and what an accepted one asks for as `email.intent_logged`.
 * Nobody is answered.
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
   * Never rejects: what fails is `handler_error`, and not settled. A mail that is offered again after it was accepted is
   * accepted again.
   *
   * @param source - the listener that offers it, for the audit log.
   */
  async receive(mail: ReceivedMail, { source }: { readonly source: string }): Promise<InboundOutcome> {
    try {
      return await this.#handle(mail, source);
    } catch (error) {
      const reason = errorText(error);
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
    // What is merely put off is refused by nobody.
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

  /** For what is told after a failure: the failure may be that of the log. */
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

/** The first rule that matches says what a mail asks for. They see one line, with single spaces. */
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

/** What a mail asks for, by simple rules: `ticket`, `task`, or `undefined` when none of them matches. */
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
