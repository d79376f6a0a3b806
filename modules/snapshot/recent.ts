/** Errors of so long ago still count. */
export const RECENT_MS = 5 * 60_000;
