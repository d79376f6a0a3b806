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
