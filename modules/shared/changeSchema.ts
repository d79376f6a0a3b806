/** JSON schemas of what every change names. */

/** Who changes something: a person. */
export const BY = { type: 'string', minLength: 1, maxLength: 100, pattern: '\\S' } as const;

/** Why. */
export const REASON = { type: 'string', minLength: 1, maxLength: 500, pattern: '\\S' } as const;
