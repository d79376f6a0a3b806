import { domainToASCII, domainToUnicode } from 'node:url';

/** A dot-atom: quoted local parts are nobody's real address, and hide other addresses. */
const LOCAL_PART = /^[^\s"(),:;<>@[\\\]\p{Cc}\p{Cf}]{1,64}$/u;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/;
const INTERNATIONAL = /^(?=.*\P{ASCII})[\p{L}\p{M}\p{N}.-]{1,253}$/u;

// Not toLowerCase(): it turns the Kelvin sign into a plain k.
const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/**
 * A domain in the one spelling in which domains are compared: lower case, punycode. `undefined` if it is none, or if it
 * only becomes one by replacing characters: that is how one domain is made to look like another.
 */
export function canonicalDomain(domain: string): string | undefined {
  const lower = lowerAscii(domain);
  if (!INTERNATIONAL.test(lower)) return DOMAIN.test(lower) ? lower : undefined;
  const ascii = domainToASCII(lower);
  return DOMAIN.test(ascii) && domainToUnicode(ascii) === lower ? ascii : undefined;
}

/**
 * A bare mail address in the one spelling in which addresses are compared. `undefined` if `text` is not exactly one:
 * a display name, a quoted local part and an address literal are refused.
 */
export function canonicalAddress(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = canonicalDomain(text.slice(at + 1));
  return LOCAL_PART.test(local) && domain !== undefined ? `${lowerAscii(local)}@${domain}` : undefined;
}

/** The part of an address after the last `@`. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
