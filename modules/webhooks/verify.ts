import { createHmac } from 'node:crypto';

import { sameSecret } from '../shared/text';

/** Why a call is not believed: for the answer and the audit log. */
export type SignatureFault =
  | 'secret_unset'
  | 'signature_missing'
  | 'signature_bad_scheme'
  | 'signature_mismatch'
  | 'timestamp_missing'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'replayed';

/** The call is refused, with this status. */
export interface Disbelief {
  readonly ok: false;
  readonly fault: SignatureFault;
  readonly status: 401 | 408 | 409;
}

/** Whether a call comes from who holds the secret. A fingerprint is the same for the same signed call. */
export type Verdict = { readonly ok: true; readonly fingerprint: string } | Disbelief;

export const fault = (reason: SignatureFault, status: Disbelief['status'] = 401): Disbelief => ({
  ok: false,
  fault: reason,
  status,
});

export interface SignedCall {
  /** `X-Slack-Request-Timestamp`, `X-Webhook-Timestamp`: seconds. */
  readonly timestamp: string | undefined;
  /** `X-Slack-Signature`, `X-Webhook-Signature`. */
  readonly signature: string | undefined;
  readonly body: Buffer;
}

export interface SignatureRule {
  readonly secret: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly toleranceMs: number;
}

/** Slack's scheme `v0`. Source: https://api.slack.com/authentication/verifying-requests-from-slack */
export function verifySlack({ timestamp, signature, body }: SignedCall, rule: SignatureRule): Verdict {
  const { secret } = rule;
  if (secret === undefined) return fault('secret_unset');
  if (signature === undefined) return fault('signature_missing');
  if (timestamp === undefined) return fault('timestamp_missing');
  const untimely = checkTime(timestamp, rule);
  if (untimely !== undefined) return untimely;
  if (!signature.startsWith('v0=')) return fault('signature_bad_scheme');
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return sameSecret(signature, `v0=${hmac}`) ? { ok: true, fingerprint: hmac } : fault('signature_mismatch');
}

function checkTime(timestamp: string, { now, toleranceMs }: SignatureRule): Disbelief | undefined {
  if (!/^\d{1,12}$/.test(timestamp)) return fault('timestamp_malformed');
  return Math.abs(now - Number(timestamp) * 1_000) > toleranceMs ? fault('timestamp_too_old', 408) : undefined;
}

/** Like {@link verifyMail}, of the time, a full stop and the body. */
export function verifyTimedMail({ timestamp = '', signature, body }: SignedCall, rule: SignatureRule): Verdict {
  const verdict = verifyMail(signature, Buffer.concat([Buffer.from(`${timestamp}.`), body]), rule.secret);
  return verdict.ok ? (checkTime(timestamp, rule) ?? verdict) : verdict;
}

/** The HMAC-SHA256 of the body, in hexadecimal digits of any case, with or without `sha256=` before it. */
export function verifyMail(signature: string | undefined, body: Buffer, secret: string | undefined): Verdict {
  if (secret === undefined) return fault('secret_unset');
  if (signature === undefined) return fault('signature_missing');
  const given = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(signature)?.[1];
  if (given === undefined) return fault('signature_bad_scheme');
  const hmac = createHmac('sha256', secret).update(body).digest('hex');
  return sameSecret(given.toLowerCase(), hmac) ? { ok: true, fingerprint: hmac } : fault('signature_mismatch');
}
