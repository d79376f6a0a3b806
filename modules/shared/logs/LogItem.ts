import type { Fields } from '../fields';

/** The fields that every entry of a log has. */
export interface Stamped {
  /** Counts up by one from 1. */
  readonly sequence: number;
  /** ISO text. */
  readonly at: string;
}

/** A place between two entries. */
export interface LogPlace {
  /** The sequence of the entry before it; 0 at the very beginning. */
  readonly sequence: number;
  /** The first sequence of the segment. */
  readonly segment: number;
  /** In bytes, in the segment. */
  readonly offset: number;
}

/** Bytes of a log that are no entries. */
export interface LogDamage {
  /** The name of the file. */
  readonly segment: string;
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
  /** The file that holds them; they stay where they are when there is none. */
  readonly movedTo?: string;
}

export type LogItem<T extends Stamped> =
  | { readonly kind: 'entry'; readonly entry: T; readonly end: LogPlace }
  | { readonly kind: 'damage'; readonly damage: LogDamage }
  /** Number of entries that were removed before they were read. */
  | { readonly kind: 'missed'; readonly events: number };

/** @throws TypeError that says what is wrong */
export function readStamp({ sequence, at }: Fields): Stamped {
  if (!Number.isSafeInteger(sequence) || (sequence as number) < 1) throw new TypeError('"sequence" must count from 1');
  if (typeof at !== 'string' || at.length > 32 || Number.isNaN(Date.parse(at))) {
    throw new TypeError('"at" must be an instant in ISO text');
  }
  return { sequence: sequence as number, at };
}
