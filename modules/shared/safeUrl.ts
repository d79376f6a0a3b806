/** An address that credentials may be sent to: https, or http on loopback; without credentials, query and fragment. */
export const SAFE_URL = /^(https:\/\/[^\s/@?#]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)(\/[^\s?#]*)?$/;

/** As {@link SAFE_URL}, without a path. */
export const SAFE_ORIGIN = /^(https:\/\/[^\s/@?#]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)$/;
