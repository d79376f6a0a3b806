import { createHmac } from 'node:crypto';

import { sameSecret } from '../shared/sameSecret';
import { fault, type Verdict } from './Verdict';

/** The HMAC-SHA256 of the body, in hexadecimal digits of any case, with or without `sha256=` before it. */
export function verifyMail(signature: string | undefined, body: Buffer, secret: string | undefined): Verdict {
  if (secret === undefined) return fault('secret_unset');
  if (signature === undefined) return fault('signature_missing');
  const given = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(signature)?.[1];
  if (given === undefined) return fault('signature_bad_scheme');
  const hmac = createHmac('sha256', secret).update(body).digest('hex');
  return sameSecret(given.toLowerCase(), hmac) ? { ok: true, fingerprint: hmac } : fault('signature_mismatch');
}
