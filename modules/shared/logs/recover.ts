import { createReadStream, createWriteStream } from 'node:fs';
import { open, truncate } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { codeOf } from 'daemonry';

import { type LogDamage, LONGEST_LINE, readSegment, type ReadOptions, type Stamped } from './readSegments';
import { listSegments, readLines, type Segment, segmentAt, segmentName } from './segmentFiles';

export interface Recovered {
  /** Where to go on writing. */
  readonly segment: Segment;
  /** The sequence of the next entry. */
  readonly next: number;
  /** Damages that the last segment has, or had. */
  readonly damages: readonly LogDamage[];
}

/**
 * Finds the end of a log, and makes it one that can be written after: what a writer that died left of a line is moved aside,
 * and a new segment begins after damage, or when sequences were given that the log has lost.
 *
 * @param given - the largest sequence that is known to have been given.
 */
export async function recover<T extends Stamped>(options: ReadOptions<T>, given: number): Promise<Recovered> {
  const { directory } = options;
  const segment = (await listSegments(directory)).at(-1);
  if (segment === undefined) return { segment: segmentAt(directory, given + 1), next: given + 1, damages: [] };

  const end = await readEnd(options, segment);
  const next = Math.max(end.last + end.damagedLines, given) + 1;
  const fresh = end.damagedLines > 0 || next > end.last + 1;
  const moved = end.torn === 0 ? [] : [await moveAside(segment, end.size, end.torn)];
  return { segment: fresh ? segmentAt(directory, next) : segment, next, damages: [...end.damages, ...moved] };
}

interface SegmentEnd {
  readonly last: number;
  /** After the last entry. */
  readonly damagedLines: number;
  /** Bytes of the whole lines. */
  readonly size: number;
  /** Bytes after them. */
  readonly torn: number;
  readonly damages: readonly LogDamage[];
}

async function readEnd<T extends Stamped>(options: ReadOptions<T>, segment: Segment): Promise<SegmentEnd> {
  const file = await open(segment.path, 'r');
  try {
    const { size: until } = await file.stat();
    let last = segment.first - 1;
    let offset = 0;
    const damages: LogDamage[] = [];
    for await (const item of readSegment(options, file, { segment, from: 0, until, last })) {
      if (item.kind === 'entry') ({ sequence: last, offset } = item.end);
      if (item.kind === 'damage') damages.push(item.damage);
    }
    let [damagedLines, torn] = [0, 0];
    for await (const lines of readLines(file, { from: offset, until, longest: LONGEST_LINE })) {
      damagedLines += lines.filter(({ whole }) => whole).length;
      torn += lines.find(({ whole }) => !whole)?.bytes ?? 0;
    }
    return { last, damagedLines, size: until - torn, torn, damages };
  } finally {
    await file.close();
  }
}

/** First a copy, then the cut: at no moment are the bytes in neither place. */
async function moveAside({ path, first }: Segment, size: number, torn: number): Promise<LogDamage> {
  const kept = await copyTail(path, size);
  await truncate(path, size);
  return {
    segment: segmentName(first),
    offset: size,
    bytes: torn,
    reason: 'a line without its end: its writer was stopped',
    movedTo: basename(kept),
  };
}

async function copyTail(path: string, from: number, attempt = 0): Promise<string> {
  const kept = `${path}.${from}${attempt === 0 ? '' : `-${attempt}`}.damaged`;
  try {
    const target = createWriteStream(kept, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(createReadStream(path, { start: from }), target);
    return kept;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return copyTail(path, from, attempt + 1);
  }
}
