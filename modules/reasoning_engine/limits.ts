/** Of a provider, in bytes. */
export const LARGEST_ANSWER_BYTES = 4_194_304;

/** For libraries whose time is limited by a signal: the longest that their timers take. */
export const NO_TIMEOUT_MS = 2_147_483_647;
