import { createHmac } from 'node:crypto';

import { sameSecret } from '../shared/sameSecret';
import { fault, type Verdict } from './Verdict';

export interface SlackCall {
  /** `X-Slack-Request-Timestamp`: seconds. */
  readonly timestamp: string | undefined;
  /** `X-Slack-Signature`. */
  readonly signature: string | undefined;
  readonly body: Buffer;
}

export interface SlackRule {
  readonly secret: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly toleranceMs: number;
}

/** Slack's scheme `v0`. Source: https://api.slack.com/authentication/verifying-requests-from-slack */
export function verifySlack(
  { timestamp, signature, body }: SlackCall,
  { secret, now, toleranceMs }: SlackRule,
): Verdict {
  if (secret === undefined) return fault('secret_unset');
  if (signature === undefined) return fault('signature_missing');
  if (timestamp === undefined) return fault('timestamp_missing');
  if (!/^\d{1,12}$/.test(timestamp)) return fault('timestamp_malformed');
  if (Math.abs(now - Number(timestamp) * 1_000) > toleranceMs) return fault('timestamp_too_old', 408);
  if (!signature.startsWith('v0=')) return fault('signature_bad_scheme');
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return sameSecret(signature, `v0=${hmac}`) ? { ok: true, fingerprint: hmac } : fault('signature_mismatch');
}
