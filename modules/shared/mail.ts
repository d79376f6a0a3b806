import { domainToASCII, domainToUnicode } from 'node:url';
import type { ConnectionOptions } from 'node:tls';

import { IsIn, ValidateBy } from 'class-validator';

import { readSmallFile } from './files';
import { isLoopback } from './http';

/** A dot-atom: quoted local parts are nobody's real address, and hide other addresses. */
const LOCAL_PART = /^[^\s"(),:;<>@[\\\]\p{Cc}\p{Cf}]{1,64}$/u;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/;
const INTERNATIONAL = /^(?=.*\P{ASCII})[\p{L}\p{M}\p{N}.-]{1,253}$/u;

/** `text` with the letters of ASCII in lower case, and no other: `toLowerCase` turns the Kelvin sign into a plain k. */
export const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

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

/** TLS from the first byte, TLS after the greeting, or no TLS at all. */
const MAIL_ENCRYPTIONS = ['implicit', 'starttls', 'none'] as const;

export type MailEncryption = (typeof MAIL_ENCRYPTIONS)[number];

/** Validates a `tls` field beside a `host` field: without TLS only this very machine may be talked to. */
export function IsMailEncryption(): PropertyDecorator {
  return (prototype, property) => {
    ValidateBy(
      {
        name: 'isEncryptedBeyondLoopback',
        validator: {
          validate: (value, args) =>
            value !== 'none' || isLoopback(String((args?.object as { readonly host?: unknown }).host)),
        },
      },
      { message: '$property must be implicit or starttls unless host is a loopback address' },
    )(prototype, property);
    IsIn(MAIL_ENCRYPTIONS)(prototype, property);
  };
}

/** Bundles of all public authorities have a quarter of it. */
const MAX_CA_BYTES = 1_048_576;

/**
 * How a mail server's certificate is checked. Rejects when `caFile` cannot be read, is no file or has more than 1 MiB.
 */
export async function mailTlsOptions(caFile: string | undefined): Promise<ConnectionOptions> {
  const own = caFile === undefined ? {} : { ca: await readSmallFile(caFile, MAX_CA_BYTES) };
  return { minVersion: 'TLSv1.2', ...own };
}
