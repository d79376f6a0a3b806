import { randomUUID } from 'node:crypto';

import { Clock, durationMs, withDeadline, codeOf, messageOf } from 'daemonry';
import { injectable } from 'inversify';
import type * as Nodemailer from 'nodemailer';

import { propertyOf } from '../shared/fields';
import { loadOptional } from '../shared/packages';
import { domainOf, mailTlsOptions } from '../shared/mail';
import { SecretRemover } from '../shared/text';
import type { CheckedMail } from './OutgoingMail';
import { PurelymailSettings } from './PurelymailSettings';

/** Failures before the server has seen a mail. */
const CONNECTION_ERRORS = new Set(['ECONNECTION', 'ESOCKET', 'EDNS', 'ETIMEDOUT']);
const LONGEST_REASON = 500;

/** The result of one attempt to send. */
export type SmtpOutcome =
  | { readonly status: 'sent'; readonly rejected: readonly string[] }
  | {
      readonly status: 'failed';
      readonly code: string;
      readonly reason: string;
      /** True if another attempt may succeed. */
      readonly transient: boolean;
    };

/** Every reply of 4yz says that a later attempt may succeed (RFC 5321, 4.2.1). */
const isTransient = (status: number): boolean => status >= 400 && status < 500;

/** Hands mails to the SMTP server, each over a connection of its own. No outcome contains the password. */
@injectable()
export class SmtpTransport {
  readonly #secrets = new SecretRemover();

  constructor(
    private readonly settings: PurelymailSettings,
    private readonly clock: Clock,
  ) {}

  /** Loads the mail library. @throws PackageMissingError */
  load(): void {
    loadNodemailer();
  }

  /** Makes a Message-ID for a mail of that sender, to be used for every attempt. */
  newMessageId(from: string): string {
    return `<${randomUUID()}@${domainOf(from)}>`;
  }

  /** Makes one attempt to send a mail. A failure is an outcome. @throws the signal's reason after it aborts. */
  async attempt(mail: CheckedMail, messageId: string, signal?: AbortSignal): Promise<SmtpOutcome> {
    const { timeout } = this.settings;
    const late = new Error(`no answer within ${timeout}`);
    const send = async (limit: AbortSignal): Promise<SmtpOutcome> => {
      const transport = loadNodemailer().createTransport(await this.#connection(durationMs(timeout)));
      const sent = await transport.sendMail({ ...this.#message(mail, messageId), signal: limit });
      return { status: 'sent', rejected: sent.rejected };
    };
    try {
      return await withDeadline(timeout, send, { clock: this.clock, signal, expired: () => late });
    } catch (error) {
      signal?.throwIfAborted();
      if (error === late) return this.#failed('ETIMEDOUT', messageOf(late), true);
      return this.#failure(error);
    }
  }

  async #connection(ms: number): Promise<Nodemailer.SMTPTransportOptions> {
    const { host, port, tls, caFile, user = '', appPassword = '' } = this.settings;
    return {
      host,
      port,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      tls: await mailTlsOptions(caFile),
      auth: { user, pass: appPassword },
      // The deadline is on the application's clock; these limits hold when that clock stands still.
      connectionTimeout: ms,
      greetingTimeout: ms,
      socketTimeout: ms,
      dnsTimeout: ms,
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: false,
    };
  }

  #message(mail: CheckedMail, messageId: string): Nodemailer.SendMailOptions {
    const { from, to, cc, subject, text, attachments, inReplyTo } = mail;
    const addresses = (list: readonly string[]) => list.map((address) => ({ name: '', address }));
    return {
      envelope: { from, to: [...to, ...cc] },
      from: { name: '', address: from },
      to: addresses(to),
      cc: addresses(cc),
      subject,
      text,
      attachments: attachments.map((attachment) => ({ ...attachment })),
      messageId,
      date: new Date(this.clock.now()),
      // Keeps out-of-office replies away.
      headers: { 'Auto-Submitted': 'auto-generated' },
      inReplyTo,
      references: inReplyTo,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  #failure(error: unknown): SmtpOutcome {
    const responseCode = propertyOf(error, 'responseCode');
    if (typeof responseCode !== 'number') {
      const code = codeOf(error) ?? 'EUNKNOWN';
      return this.#failed(code, messageOf(error), CONNECTION_ERRORS.has(code));
    }
    const response = propertyOf(error, 'response');
    const reason = typeof response === 'string' ? response : messageOf(error);
    return this.#failed(String(responseCode), reason, isTransient(responseCode));
  }

  #failed(code: string, text: string, transient: boolean): SmtpOutcome {
    const line = this.#secrets.redact(text, [this.settings.appPassword ?? '']).replace(/[\p{Cc}\s]+/gu, ' ');
    return { status: 'failed', code, reason: line.slice(0, LONGEST_REASON), transient };
  }
}

/** Loads the mail library. @throws PackageMissingError */
export const loadNodemailer = (): typeof Nodemailer =>
  loadOptional(
    {
      name: 'nodemailer',
      major: 10,
      neededBy: 'The module purelymail_client',
      otherwise: 'configure no purelymail.appPassword',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('nodemailer') as typeof Nodemailer,
  );
