import { canonicalAddress, canonicalDomain, domainOf } from '../shared/mail';
import type { ReceivedMail } from './ReceivedMail';

const ADDRESS = String.raw`[^\s<>@:;,()"]+@[^\s<>@:;,()"]+`;
const NAME = String.raw`"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"|[^"<>@:;,\\\p{Cc}]*`;
/** Matches `address`, `<address>` or `name <address>`. Programs disagree about any other form. */
const PLAIN_SENDER = new RegExp(`^(?:(?:${NAME}) ?<(${ADDRESS})>|(${ADDRESS}))$`, 'u');
const ADDRESS_IN_NAME = /[^\s"'<>(),;:[\]]+@[^\s"'<>(),;:[\]]+/gu;
/** Characters that are invisible, or that change the direction of the text. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/u;

/**
 * Finds signs that a mail pretends to come from somebody else; returns the first in words, or `undefined`.
 *
 * @param authenticationHost - the server whose `Authentication-Results` are trusted. Without one the sender's domain is only
 * compared with the envelope's sender, if the server recorded that.
 */
export function findSpoofing(mail: ReceivedMail, authenticationHost: string | undefined): string | undefined {
  const [header] = mail.fromHeaders;
  const [sender] = mail.from;
  if (header === undefined || mail.fromHeaders.length !== 1) return `it has ${mail.fromHeaders.length} From headers`;
  if (sender === undefined || mail.from.length !== 1) return `its From header names ${mail.from.length} senders`;
  const [, bracketed, bare] = PLAIN_SENDER.exec(header.replace(/\r?\n(?=[ \t])/g, '').replaceAll('\t', ' ')) ?? [];
  const address = canonicalAddress(sender.address);
  if (address === undefined || (bracketed ?? bare) !== sender.address) return 'its From header is not a plain one';
  if (INVISIBLE.test(sender.name)) return "the sender's name holds characters that are not seen";
  for (const [named] of sender.name.matchAll(ADDRESS_IN_NAME)) {
    if (canonicalAddress(named) !== address) return "the sender's name shows another address";
  }
  const domain = domainOf(address);
  if (authenticationHost !== undefined) {
    return authenticationFailure(mail.authenticationResults, authenticationHost, domain);
  }
  if (mail.returnPath !== undefined && !isAligned(mail.returnPath, domain)) {
    return mail.returnPath === '' ? 'its envelope names no sender' : "its envelope's sender is of another domain";
  }
  return undefined;
}

interface MethodResult {
  readonly method: string;
  readonly result: string;
  /** `header.from` and the like, in lower case. */
  readonly properties: ReadonlyMap<string, string>;
}

const COMMENT = /\((?:[^()\\]|\\.)*\)/g;
const NESTING = 5;

/**
 * Decides by the `Authentication-Results` of one server whether a domain really sent the mail (RFC 8601): DMARC passed or,
 * without a DMARC result, DKIM or SPF passed for that domain. Only the topmost header counts: the others may have come with
 * the mail.
 *
 * @returns the defect in words, or `undefined`.
 */
function authenticationFailure(headers: readonly string[], host: string, fromDomain: string): string | undefined {
  const [server, results] = parse(headers[0] ?? '');
  if (server !== host.toLowerCase()) return `its topmost Authentication-Results are not of ${host}`;
  const dmarc = results.filter(({ method }) => method === 'dmarc');
  if (dmarc.length > 0) {
    const passed = dmarc.every(
      ({ result, properties }) =>
        result === 'pass' && canonicalDomain(properties.get('header.from') ?? '') === fromDomain,
    );
    return passed ? undefined : `${host} says that DMARC did not pass for ${fromDomain}`;
  }
  const passed = results.some(
    ({ method, result, properties }) =>
      result === 'pass' &&
      ((method === 'dkim' && isAligned(properties.get('header.d') ?? properties.get('header.i') ?? '', fromDomain)) ||
        (method === 'spf' && isAligned(properties.get('smtp.mailfrom') ?? '', fromDomain))),
  );
  return passed ? undefined : `${host} says that neither DKIM nor SPF passed for ${fromDomain}`;
}

/** True if a domain, or that of an address, is the same as `fromDomain`, or one is below the other. */
function isAligned(domainOrAddress: string, fromDomain: string): boolean {
  const domain = canonicalDomain(domainOf(domainOrAddress));
  if (domain === undefined || !domain.includes('.') || !fromDomain.includes('.')) return domain === fromDomain;
  return domain === fromDomain || domain.endsWith(`.${fromDomain}`) || fromDomain.endsWith(`.${domain}`);
}

function parse(header: string): readonly [string, readonly MethodResult[]] {
  let bare = header;
  for (let depth = 0; depth < NESTING; depth += 1) bare = bare.replace(COMMENT, ' ');
  const [server = '', ...results] = splitOutsideQuotes(bare);
  return [(/^\S+/.exec(server)?.[0] ?? '').toLowerCase(), results.flatMap(parseResult)];
}

const splitOutsideQuotes = (text: string): readonly string[] =>
  (text.match(/(?:"(?:[^"\\]|\\.)*"|[^";])+/g) ?? []).map((part) => part.trim());

function parseResult(text: string): readonly MethodResult[] {
  const [, method, result] = /^([a-z0-9-]+)(?:\/\d+)?\s*=\s*([a-z]+)(?=\s|$)/i.exec(text) ?? [];
  if (method === undefined || result === undefined) return [];
  const properties = new Map<string, string>();
  for (const [, key = '', quoted, plain = ''] of text.matchAll(/\b([a-z]+\.[a-z-]+)\s*=\s*(?:"([^"]*)"|(\S+))/gi)) {
    // The first one counts: later text may be part of another value.
    if (!properties.has(key.toLowerCase())) properties.set(key.toLowerCase(), (quoted ?? plain).toLowerCase());
  }
  return [{ method: method.toLowerCase(), result: result.toLowerCase(), properties }];
}
