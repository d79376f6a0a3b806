import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';

import { IsIn, ValidateBy } from 'class-validator';

import { isLoopback } from './isLoopback';

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

/** How a mail server's certificate is checked. Rejects with the file's own error when `caFile` cannot be read. */
export async function mailTlsOptions(caFile: string | undefined): Promise<ConnectionOptions> {
  return { minVersion: 'TLSv1.2', ...(caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }) };
}
