export const REDACTED = '[redacted]';

/** `text` without any of the `secrets`, longest first, so that one inside another leaves nothing behind. */
export function redact(text: string, secrets: Iterable<string>): string {
  const known = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return known.reduce((result, secret) => result.replaceAll(secret, REDACTED), text);
}
