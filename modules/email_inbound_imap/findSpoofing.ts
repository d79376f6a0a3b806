import { canonicalAddress, domainOf } from '../shared/mailAddress';
import { authenticationFailure, isAligned } from './authentication';
import type { ReceivedMail } from './ReceivedMail';

const ADDRESS = String.raw`[^\s<>@:;,()"]+@[^\s<>@:;,()"]+`;
const NAME = String.raw`"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"|[^"<>@:;,\\\p{Cc}]*`;
/** `address`, `<address>` or `name <address>`; what is written in other ways is read in other ways by every program. */
const PLAIN_SENDER = new RegExp(`^(?:(?:${NAME}) ?<(${ADDRESS})>|(${ADDRESS}))$`, 'u');
const ADDRESS_IN_NAME = /[^\s"'<>(),;:[\]]+@[^\s"'<>(),;:[\]]+/gu;
/** Turns the writing around, or is not seen at all. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/u;

/**
 * Says what about a mail pretends to come from somebody else; `undefined` if nothing does.
 *
 * @param authenticationHost - the server whose `Authentication-Results` are believed. Without one the sender's domain is
 * only compared with the envelope's sender, where the server noted that.
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
