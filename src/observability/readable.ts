/**
 * A field under this key is the text that people read below the message, in place of the line's other fields. JSON does
 * not see it.
 */
export const READABLE = Symbol('daemonry.readable');
