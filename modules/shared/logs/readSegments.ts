import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';

import { codeOf, messageOf } from 'daemonry';

import type { Fields } from '../fields';
import { listSegments, type RawLine, readLines, type Segment } from './segmentFiles';

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

const NEWLINE = 0x0a;
/** No entry is written that is longer. */
export const LONGEST_LINE = 262_144;

export interface ReadOptions<T extends Stamped> {
  readonly directory: string;
  /** Throws when the value is no entry; its message says why. */
  readonly parse: (value: unknown) => T;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The entries after a place, oldest first, up to where the log ended at the call. Damage is passed over, and said. A last
 * line without its end is not there yet.
 */
export async function* readSegments<T extends Stamped>(
  options: ReadOptions<T>,
  after?: LogPlace,
): AsyncGenerator<LogItem<T>, void, undefined> {
  const segments = await listSegments(options.directory);
  const ends = segments.length === 0 ? 0 : await sizeOf(segments.at(-1)!);
  let { index, place, missed } = start(segments, after);
  if (missed > 0) yield { kind: 'missed', events: missed };
  for (; index < segments.length; index++) {
    const segment = segments[index]!;
    const following = segments[index + 1];
    const file = await openIfThere(segment);
    if (file === undefined) {
      missed = following === undefined ? 0 : following.first - segment.first;
      if (missed > 0) yield { kind: 'missed', events: missed };
      continue;
    }
    try {
      const here = await resumeIn(file, segment, place);
      const until = following === undefined ? ends : (await file.stat()).size;
      for await (const item of readSegment(options, file, { segment, following, until, ...here })) {
        // Only when its place in the file was lost is an entry met again.
        if (item.kind === 'entry' && item.entry.sequence <= (after?.sequence ?? 0)) continue;
        yield item;
      }
    } finally {
      await file.close();
    }
    place = undefined;
  }
}

/** Where to begin: in the segment of the place, or, if that is gone, in the first one after it. */
function start(
  segments: readonly Segment[],
  after: LogPlace | undefined,
): { index: number; place: LogPlace | undefined; missed: number } {
  if (after === undefined) return { index: 0, place: undefined, missed: 0 };
  const { segment, sequence } = after;
  const own = segments.findIndex(({ first }) => first === segment);
  if (own !== -1) return { index: own, place: after, missed: 0 };
  const next = segments.findIndex(({ first }) => first > sequence);
  const first = segments[next]?.first ?? sequence + 1;
  return { index: next === -1 ? segments.length : next, place: undefined, missed: first - sequence - 1 };
}

/** From the beginning when the place is not the end of a line: the file is not the one it was. */
async function resumeIn(
  file: FileHandle,
  { first }: Segment,
  place: LogPlace | undefined,
): Promise<{ from: number; last: number }> {
  const beginning = { from: 0, last: first - 1 };
  if (place === undefined || place.offset === 0) return beginning;
  const before = Buffer.alloc(1);
  const { bytesRead } = await file.read(before, 0, 1, place.offset - 1);
  return bytesRead === 1 && before[0] === NEWLINE ? { from: place.offset, last: place.sequence } : beginning;
}

interface SegmentRange {
  readonly segment: Segment;
  readonly following?: Segment | undefined;
  readonly from: number;
  readonly until: number;
  /** The sequence before. */
  readonly last: number;
}

/** The entries of one open file. */
export async function* readSegment<T extends Stamped>(
  { parse, signal }: Omit<ReadOptions<T>, 'directory'>,
  file: FileHandle,
  { segment, following, from, until, last }: SegmentRange,
): AsyncGenerator<LogItem<T>, void, undefined> {
  const check = new SequenceCheck(last, following?.first ?? Number.MAX_SAFE_INTEGER);
  let damage: LogDamage | undefined;
  for await (const lines of readLines(file, { from, until, longest: LONGEST_LINE, signal })) {
    for (const line of lines) {
      if (!line.whole && following === undefined) break;
      const read = readEntry(line, parse, check);
      if (typeof read === 'string') {
        check.damaged(line.bytes);
        damage = extend(damage, {
          segment: basename(segment.path),
          offset: line.offset,
          bytes: line.bytes,
          reason: read,
        });
        continue;
      }
      if (damage !== undefined) yield { kind: 'damage', damage };
      damage = undefined;
      const { sequence } = read;
      yield { kind: 'entry', entry: read, end: { segment: segment.first, offset: line.offset + line.bytes, sequence } };
    }
  }
  if (damage !== undefined) yield { kind: 'damage', damage };
}

/** The entry, or why the line is none. */
function readEntry<T extends Stamped>(
  { content, whole }: RawLine,
  parse: (value: unknown) => T,
  check: SequenceCheck,
): T | string {
  if (!whole) return 'a line without its end';
  if (content === undefined) return `a line of more than ${LONGEST_LINE} bytes`;
  if (content.length < SHORTEST_LINE) return 'too short for an entry';
  if (!isUtf8(content)) return 'not UTF-8';
  let value: unknown;
  try {
    value = JSON.parse(content.toString());
  } catch {
    return 'not JSON';
  }
  try {
    const entry = parse(value);
    return check.refuse(entry.sequence) ?? entry;
  } catch (error) {
    return messageOf(error);
  }
}

/** Lines that are damaged one after the other are one damage. */
function extend(damage: LogDamage | undefined, line: LogDamage): LogDamage {
  return damage === undefined ? line : { ...damage, bytes: damage.bytes + line.bytes };
}

async function openIfThere({ path }: Segment): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function sizeOf(segment: Segment): Promise<number> {
  const file = await openIfThere(segment);
  if (file === undefined) return 0;
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** No entry of a log is shorter: it bounds how many of them a damaged line may have been. */
const SHORTEST_LINE = 48;

/**
 * Says whether an entry may stand where it does. Entries of a segment count up by one; a damaged line is a gap. A number
 * that jumps ahead of what a gap explains is not believed until the next line goes on from there, so one wrong number
 * cannot make everything after it look repeated.
 */
class SequenceCheck {
  /** How many entries the damage since the last one may have been. */
  #gap = 0;
  #jump: number | undefined;

  /**
   * @param last - the sequence of the entry before.
   * @param below - that of the first entry of the next segment.
   */
  constructor(
    public last: number,
    private readonly below: number,
  ) {}

  /** A line that is no entry. */
  damaged(bytes: number): void {
    this.#gap += Math.max(1, Math.floor(bytes / SHORTEST_LINE));
  }

  /** Why the entry is not in its place; `undefined` when it is, and then it is the last. */
  refuse(sequence: number): string | undefined {
    if (sequence <= this.last) return `sequence ${sequence} again, after ${this.last}`;
    if (sequence >= this.below) return `sequence ${sequence}, which belongs to a later segment`;
    if (sequence > this.last + 1 + this.#gap && sequence - 1 !== this.#jump) {
      this.#jump = sequence;
      return `sequence ${sequence} right after ${this.last}`;
    }
    this.last = sequence;
    this.#gap = 0;
    this.#jump = undefined;
    return undefined;
  }
}
