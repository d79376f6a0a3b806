import { isUint8Array } from 'node:util/types';

import { DaemonryError } from 'daemonry';

import { canonicalAddress, canonicalDomain, domainOf } from '../shared/mail';
import type { CheckedMail, MailAttachment, OutgoingMail } from './OutgoingMail';

/** The rules that outgoing mail must obey. */
export interface MailRules {
  /** Sender of a mail that names none. */
  readonly defaultFrom: string | undefined;
  readonly allowedFromDomains: readonly string[];
  readonly maxRecipients: number;
  readonly maxAttachmentBytes: number;
  readonly maxTotalBytes: number;
}

type Demand = (condition: boolean, reason: string) => asserts condition;

const LONGEST_SUBJECT = 900;
const LONGEST_SHOWN = 100;
const MOST_ATTACHMENTS = 50;
const CONTROL = /\p{Cc}/u;
const MESSAGE_ID = /^<[^\s<>\p{Cc}]{1,900}>$/u;
const FILE_NAME = /^[^\p{Cc}/\\]{1,255}$/u;
const CONTENT_TYPE = /^[\w.+-]{1,127}\/[\w.+-]{1,127}$/;
const ATTACHMENT_FIELDS = new Set(['filename', 'content', 'contentType']);

/**
 * Checks a mail, and returns it in the form that is sent. Reads only its arguments.
 *
 * @throws MailRefusedError for the first rule that the mail breaks.
 */
export function checkMail(mail: OutgoingMail, rules: MailRules): CheckedMail {
  const demand: Demand = (condition, reason) => {
    if (!condition) throw new MailRefusedError(reason, recipientsOf(mail));
  };
  const { subject, text, inReplyTo } = mail;
  const from = mail.from ?? rules.defaultFrom;
  demand(from !== undefined, 'it names no sender, and operator.agentEmail is not configured');
  demand(rules.allowedFromDomains.length > 0, 'no purelymail.allowedFromDomains are configured');
  const to = asList(mail.to);
  const cc = asList(mail.cc);
  demand(to.length > 0, 'it has no recipient');
  const count = to.length + cc.length;
  demand(count <= rules.maxRecipients, `it has ${count} recipients; ${rules.maxRecipients} are allowed`);
  for (const address of [from, ...to, ...cc]) {
    demand(isText(address) && canonicalAddress(address) !== undefined, `${shown(address)} is not a bare mail address`);
  }
  const domain = canonicalDomain(domainOf(from));
  demand(
    rules.allowedFromDomains.some((allowed) => canonicalDomain(allowed) === domain),
    `${domain} is not among purelymail.allowedFromDomains`,
  );
  demand(isText(subject) && !CONTROL.test(subject), 'its subject is not one line of text');
  demand(subject.length <= LONGEST_SUBJECT, `its subject is longer than ${LONGEST_SUBJECT} characters`);
  demand(isText(text), 'its text is not text');
  demand(inReplyTo === undefined || (isText(inReplyTo) && MESSAGE_ID.test(inReplyTo)), 'inReplyTo is no Message-ID');
  const attachments = checkAttachments(mail.attachments ?? [], rules.maxAttachmentBytes, demand);
  const bytes = attachments.reduce((sum, { content }) => sum + content.length, Buffer.byteLength(text));
  demand(bytes <= rules.maxTotalBytes, `it has ${bytes} bytes; ${rules.maxTotalBytes} are allowed`);
  return { from, to, cc, subject, text, attachments, inReplyTo };
}

/** The recipients as they were given, cut, for messages about refusals. */
export const recipientsOf = ({ to, cc }: OutgoingMail): readonly string[] =>
  [...asList(to), ...asList(cc)].slice(0, LONGEST_SHOWN).map((address) => String(address).slice(0, LONGEST_SHOWN));

function checkAttachments(
  attachments: readonly MailAttachment[],
  maxBytes: number,
  demand: Demand,
): CheckedMail['attachments'] {
  demand(attachments.length <= MOST_ATTACHMENTS, `it has more than ${MOST_ATTACHMENTS} attachments`);
  return attachments.map((attachment) => {
    // Other fields of the library make it read files and URLs: only these three are passed on.
    const foreign = Object.keys(attachment).find((field) => !ATTACHMENT_FIELDS.has(field));
    demand(foreign === undefined, `an attachment has the field ${shown(foreign)}`);
    const { filename, content, contentType } = attachment;
    demand(isText(filename) && FILE_NAME.test(filename), 'an attachment has no plain file name');
    const name = `the attachment ${shown(filename)}`;
    demand(
      contentType === undefined || (isText(contentType) && CONTENT_TYPE.test(contentType)),
      `${name} has no valid content type`,
    );
    demand(isText(content) || isUint8Array(content), `${name} is neither text nor bytes`);
    const bytes = Buffer.from(content);
    demand(bytes.length <= maxBytes, `${name} has ${bytes.length} bytes; ${maxBytes} are allowed`);
    return { filename, content: bytes, contentType };
  });
}

const isText = (value: unknown): value is string => typeof value === 'string';

const asList = (addresses: string | readonly string[] | undefined): readonly string[] =>
  addresses === undefined ? [] : Array.isArray(addresses) ? (addresses as readonly string[]) : [addresses as string];

/** Quotes and cuts a value from outside, to show it in one line. */
const shown = (value: unknown): string => JSON.stringify(String(value).slice(0, LONGEST_SHOWN));

/** A mail was refused before anything was sent to the server. */
export class MailRefusedError extends DaemonryError<'MAIL_REFUSED'> {
  constructor(
    /** The reason, as a clause. */
    readonly reason: string,
    /** Its recipients, as they were given. */
    readonly to: readonly string[],
  ) {
    super('MAIL_REFUSED', {
      what: `The mail was not sent: ${reason}.`,
      facts: { to: to.join(', ') },
      fix: 'correct the mail, or the setting under `purelymail` that forbids it.',
    });
  }
}
