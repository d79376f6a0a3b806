import { type Availability, Available, describeError } from 'daemonry';
import { injectable } from 'inversify';

import type { Severity } from '../audit_log/auditEvents';
import { AuditLog } from '../audit_log/AuditLog';
import { LONGEST_TEXT, OperatorSlack } from '../operator_slack/OperatorSlack';
import { PurelymailClient } from '../purelymail_client/PurelymailClient';
import { OperatorSettings } from '../shared/settings';
import type { Channel, Notification } from './Notification';

/** Sends mails to the operator. */
@injectable()
export class OperatorMail {
  constructor(
    @Available(PurelymailClient) private readonly mail: Availability<PurelymailClient>,
    private readonly operator: OperatorSettings,
  ) {}

  /** The missing configuration that prevents every mail, in words; `undefined` if nothing is missing. */
  get notConfigured(): string | undefined {
    if (this.operator.email === undefined) return 'no operator.email is configured';
    const mail = this.mail.current();
    return mail.state === 'disabled' ? `purelymail_client is disabled: ${mail.reason}` : undefined;
  }

  /**
   * Sends a mail to `operator.email`; resolves with the reason of a failure, if any.
   *
   * @throws the signal's reason, when it aborts before the mail is sent.
   */
  async send(subject: string, text: string, signal: AbortSignal): Promise<string | undefined> {
    const { email: to } = this.operator;
    const mail = this.mail.current();
    if (to === undefined || mail.state !== 'ready') {
      return this.notConfigured ?? `purelymail_client does not run (${mail.state})`;
    }
    try {
      const result = await mail.instance.send({ to, subject, text, signal });
      return result.status === 'sent' ? undefined : `${result.code}: ${result.reason}`;
    } catch (error) {
      signal.throwIfAborted();
      return describeError(error).split('\n', 1)[0] ?? '';
    }
  }
}

/** The result of sending a notification. */
export interface Dispatched {
  readonly channel: Channel;
  /** Reason of the failure; absent if it was sent. */
  readonly error?: string;
}

/** Sends notifications to the operator: critical ones and warnings by Slack, information and digests by mail. */
@injectable()
export class Dispatcher {
  constructor(
    private readonly slack: OperatorSlack,
    private readonly mail: OperatorMail,
    private readonly audit: AuditLog,
  ) {}

  /** Why neither channel can send; `undefined` if one can. */
  get notConfigured(): string | undefined {
    const [slack, mail] = [this.slack.notConfigured, this.mail.notConfigured];
    return slack === undefined || mail === undefined ? undefined : `${slack}; ${mail}`;
  }

  /**
   * Sends a notification; by the other channel if its own is not configured. A failure is a result.
   *
   * @throws the signal's reason, when it aborts before the notification is sent.
   */
  async send(notification: Notification, signal: AbortSignal): Promise<Dispatched> {
    const { kind, severity, title, detail } = notification;
    const channel = this.#channel(kind === 'digest' ? 'info' : severity);
    const heading = `${severity.toUpperCase()}: ${title}`;
    const error =
      channel === 'slack'
        ? await this.#post(`${heading}\n${detail}`, signal)
        : await this.mail.send(heading, detail, signal);
    return { channel, error };
  }

  /** Records an attempt in the audit log. @throws StateError */
  async record(notification: Notification, { channel, error }: Dispatched, source: string): Promise<void> {
    await this.audit.append(
      'notification.dispatched',
      { ...notification, channel, status: error === undefined ? 'ok' : 'failed', error },
      { source },
    );
  }

  #channel(severity: Severity): Channel {
    const isMail = severity === 'info';
    const [own, other] = isMail ? [this.mail, this.slack] : [this.slack, this.mail];
    const useOther = own.notConfigured !== undefined && other.notConfigured === undefined;
    return isMail === useOther ? 'slack' : 'email';
  }

  async #post(text: string, signal: AbortSignal): Promise<string | undefined> {
    for (const part of partsOf(text)) {
      const posted = await this.slack.post({ text: part, route: 'scheduled_task', madeBy: 'notifier', signal });
      if (posted.status !== 'sent') return posted.error;
    }
    return undefined;
  }
}

/** The text in as few messages of Slack as hold it, each of whole lines. */
function partsOf(text: string): readonly string[] {
  const [first = '', ...others] = text.split('\n');
  const parts = [first];
  for (const line of others) {
    const longer = `${parts.at(-1) ?? ''}\n${line}`;
    if (longer.length <= LONGEST_TEXT) parts.splice(-1, 1, longer);
    else parts.push(line);
  }
  return parts;
}
