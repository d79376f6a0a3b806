import { messageOf, describeError } from 'daemonry';
import type { EmailAddress, ParsedMail } from 'mailparser';
import type * as Mailparser from 'mailparser';

import { beginningOf, wellFormed } from '../shared/text';
import { loadOptional } from '../shared/packages';
import type { MailSender, ReceivedMail } from './ReceivedMail';

const MAX_HEAD_BYTES = 262_144;
const MAX_PARTS = 200;
const MAX_SHORT_LINES = 100_000;
const SHORT_LINE_BYTES = 20;
const NEWLINE = 0x0a;
const MAX_HTML_CHARACTERS = 1_048_576;
const MAX_ADDRESSES = 1_000;
const LONGEST_TEXT = 65_536;
const LONGEST_HEADER = 2_048;

/**
 * Parses a mail. Never fails on bad input: a mail that cannot be read comes back with a `defect`, and with the parts that
 * could be read.
 *
 * @throws PackageMissingError
 */
export async function parseMail(source: Buffer): Promise<ReceivedMail> {
  loadMailparser();
  if (hasTooManyLines(source)) return malformedMail('it has more lines than a mail of its size can have');
  let parsed: ParsedMail;
  try {
    parsed = await parse(source);
  } catch (error) {
    return malformedMail(`it cannot be parsed: ${describeError(error)}`);
  }
  const mail = read(parsed, await textOf(parsed));
  const reason = defectOf(parsed, mail);
  return reason === undefined ? mail : malformed(mail, reason);
}

const parse = (source: Buffer): Promise<ParsedMail> =>
  loadMailparser().simpleParser(source, {
    skipImageLinks: true,
    skipTextToHtml: true,
    ignoreEmbedded: true,
    checksumAlgo: false,
    maxHtmlLengthToParse: MAX_HTML_CHARACTERS,
    maxHeadSize: MAX_HEAD_BYTES,
    maxChildNodes: MAX_PARTS,
  });

/** Short lines are what the parser takes longest for: megabytes of empty ones take seconds. */
function hasTooManyLines(source: Buffer): boolean {
  const most = MAX_SHORT_LINES + source.length / SHORT_LINE_BYTES;
  let lines = 0;
  for (let at = source.indexOf(NEWLINE); at !== -1; at = source.indexOf(NEWLINE, at + 1)) {
    lines += 1;
    if (lines > most) return true;
  }
  return false;
}

/** Characters that show nothing: of no width, of control, fillers, and blank patterns. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\u2800]+/gu;
const showsNothing = (text: string): boolean => text.replace(UNSEEN, '') === '';

/** The plain text; where that shows nothing, the text of the HTML beside it. */
async function textOf({ text = '', html }: ParsedMail): Promise<string> {
  if (!showsNothing(text) || typeof html !== 'string' || html.trim() === '') return text;
  try {
    return (await parse(Buffer.from(`Content-Type: text/html; charset=utf-8\r\n\r\n${html}`))).text ?? '';
  } catch {
    return text; // it has no text that could be read
  }
}

/** A mail of which nothing could be read. */
export const malformedMail = (reason: string): ReceivedMail => malformed(EMPTY, reason);

const EMPTY: ReceivedMail = {
  fromHeaders: [],
  from: [],
  recipients: [],
  authenticationResults: [],
  subject: '',
  text: '',
};

const malformed = (mail: ReceivedMail, reason: string): ReceivedMail => ({
  ...mail,
  defect: { status: 'filtered_malformed', reason },
});

function read(parsed: ParsedMail, text: string): ReceivedMail {
  const senders = headerValues(parsed, 'from');
  const [returnPath] = headerValues(parsed, 'return-path');
  const { messageId, subject = '' } = parsed;
  return {
    fromHeaders: senders.map((value) => value.trim()),
    from: addressesOf(senders),
    recipients: addressesOf([...headerValues(parsed, 'to'), ...headerValues(parsed, 'cc')]).map(
      ({ address }) => address,
    ),
    // As they are: what is cut from them, or replaced in them, could be what says that the mail is forged.
    authenticationResults: headerValues(parsed, 'authentication-results'),
    subject: unfold(subject),
    text: wellFormed(beginningOf(text, LONGEST_TEXT)),
    returnPath: returnPath === undefined ? undefined : (addressesOf([returnPath])[0]?.address ?? ''),
    messageId: messageId === undefined ? undefined : unfold(messageId),
  };
}

function defectOf(parsed: ParsedMail, mail: ReceivedMail): string | undefined {
  if (parsed.headerLines.some(({ key }) => !/^[\x21-\x39\x3b-\x7e]+$/.test(key)))
    return 'its head is no list of headers';
  if (mail.fromHeaders.length === 0) return 'it has no From header';
  if (mail.from.every(({ address }) => address === '')) return 'its From header holds no address';
  const [type = ''] = headerValues(parsed, 'content-type');
  if (/^\s*multipart\//i.test(type) && !/;\s*boundary\s*=/i.test(type)) {
    return 'it says that it is in parts, and not where they end';
  }
  if (parsed.textConversionError !== undefined) {
    return `its HTML cannot be read: ${messageOf(parsed.textConversionError)}`;
  }
  return undefined;
}

/** The values of every header of that name, the topmost first. */
function headerValues({ headerLines }: ParsedMail, name: string): readonly string[] {
  return headerLines
    .filter(({ key }) => key === name)
    .map(({ line }) => Buffer.from(line.slice(line.indexOf(':') + 1), 'latin1').toString('utf8'));
}

/** Parses addresses. Punycode is not decoded, so that addresses are compared as they stand in the mail. */
function addressesOf(values: readonly string[]): readonly MailSender[] {
  const { value } = loadMailparser().parseAddressHeader([...values], { decodePunycode: false });
  return value.flatMap(flatten).slice(0, MAX_ADDRESSES);
}

const flatten = ({ name, address = '', group }: EmailAddress): readonly MailSender[] =>
  group === undefined ? [{ name, address }] : group.flatMap(flatten);

const unfold = (value: string): string =>
  wellFormed(beginningOf(value.replace(/[\p{Cc}\s]+/gu, ' ').trim(), LONGEST_HEADER));

/** Loads the mail parser. @throws PackageMissingError */
export const loadMailparser = (): typeof Mailparser =>
  loadOptional(
    {
      name: 'mailparser',
      major: 3,
      neededBy: 'The module email_inbound_imap',
      otherwise: 'configure no email_inbound_imap.appPassword',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('mailparser') as typeof Mailparser,
  );
