import { canonicalAddress, canonicalDomain, domainOf, lowerAscii } from '../shared/mail';
import { type MethodResult, readAuthenticationResults, type ResultValue } from './authenticationResults';
import type { ReceivedMail } from './ReceivedMail';

const ADDRESS = String.raw`[^\s<>@:;,()"]+@[^\s<>@:;,()"]+`;
const NAME = String.raw`"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"|[^"<>@:;,\\\p{Cc}]*`;
/** Matches `address`, `<address>` or `name <address>`. Programs disagree about any other form. */
const PLAIN_SENDER = new RegExp(`^(?:(?:${NAME}) ?<(${ADDRESS})>|(${ADDRESS}))$`, 'u');
const ADDRESS_IN_NAME = /[^\s"'<>(),;:[\]]+@[^\s"'<>(),;:[\]]+/gu;
const LONGEST_FROM = 2_048;
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
  if (header.length > LONGEST_FROM) return `its From header has more than ${LONGEST_FROM} characters`;
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
  if (mail.returnPath !== undefined && !isAligned(canonicalDomain(domainOf(mail.returnPath)), domain)) {
    return mail.returnPath === '' ? 'its envelope names no sender' : "its envelope's sender is of another domain";
  }
  return undefined;
}

/**
 * Decides by the `Authentication-Results` of one server whether a domain really sent the mail (RFC 8601): DMARC passed or,
 * without a DMARC result, DKIM or SPF passed for that domain. Only the topmost header counts: the others may have come with
 * the mail. One that cannot be read without doubt counts as failed.
 *
 * @returns the defect in words, or `undefined`.
 */
function authenticationFailure(headers: readonly string[], host: string, fromDomain: string): string | undefined {
  const read = readAuthenticationResults(headers[0] ?? '');
  if (headers.length > 0 && read === undefined) return 'its topmost Authentication-Results cannot be read';
  if (read?.server !== lowerAscii(host)) return `its topmost Authentication-Results are not of ${host}`;
  const { results } = read;
  const dmarc = results.filter(({ method }) => method === 'dmarc');
  if (dmarc.length > 0) {
    const passed = dmarc.every(
      ({ result, properties }) => result === 'pass' && domainIn(properties.get('header.from')) === fromDomain,
    );
    return passed ? undefined : `${host} says that DMARC did not pass for ${fromDomain}`;
  }
  const passed = results.some(
    ({ method, result, properties }) =>
      result === 'pass' &&
      ((method === 'dkim' && isAligned(signerOf(properties), fromDomain)) ||
        (method === 'spf' && isAligned(properties.get('smtp.mailfrom')?.domain, fromDomain))),
  );
  return passed ? undefined : `${host} says that neither DKIM nor SPF passed for ${fromDomain}`;
}

/** The domain of a value that is to be one, and no address. */
const domainIn = (value: ResultValue | undefined): string | undefined =>
  value?.isAddress === false ? value.domain : undefined;

/** The domain that signed (DKIM): that of `header.d` and, where there is only that, of `header.i`. */
const signerOf = (properties: MethodResult['properties']): string | undefined =>
  properties.has('header.d') ? domainIn(properties.get('header.d')) : properties.get('header.i')?.domain;

/** True if a domain is the same as `fromDomain`, or one is below the other. */
function isAligned(domain: string | undefined, fromDomain: string): boolean {
  if (domain === undefined || !domain.includes('.') || !fromDomain.includes('.')) return domain === fromDomain;
  return domain === fromDomain || domain.endsWith(`.${fromDomain}`) || fromDomain.endsWith(`.${domain}`);
}
