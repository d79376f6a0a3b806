import { open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { readSegment, type ReadOptions } from './readSegments';
import type { Stamped } from './LogItem';
import { listSegments, type Segment, segmentName } from './segmentFiles';

export interface Retention {
  /** The one being written included. */
  readonly keepSegments: number;
  /** Entries before this instant (epoch milliseconds) need not be kept. */
  readonly keepSince: number;
}

/** Removes the segments that need not be kept, with what was moved aside of them; the last one always stays. */
export async function retain<T extends Stamped>(
  options: ReadOptions<T>,
  { keepSegments, keepSince }: Retention,
): Promise<void> {
  const segments = await listSegments(options.directory);
  for (const [index, segment] of segments.entries()) {
    const following = segments[index + 1];
    if (following === undefined) return;
    const tooMany = segments.length - index > keepSegments;
    if (!tooMany && !(await endedBefore(options, { segment, following, instant: keepSince }))) return;
    await remove(segment);
  }
}

/**
 * Whether every entry of a segment is older than an instant (epoch milliseconds), by when it and the one after it began. A
 * clock that was set back in between makes that unknown, which is false.
 */
export async function endedBefore<T extends Stamped>(
  options: ReadOptions<T>,
  { segment, following, instant }: { segment: Segment; following: Segment; instant: number },
): Promise<boolean> {
  const ended = await beganAt(options, following);
  return ended < instant && (await beganAt(options, segment)) <= ended;
}

/** When the first entry of a segment was written; NaN when it has none. */
async function beganAt<T extends Stamped>(options: ReadOptions<T>, segment: Segment): Promise<number> {
  const file = await open(segment.path, 'r');
  try {
    const { size: until } = await file.stat();
    for await (const item of readSegment(options, file, { segment, from: 0, until, last: segment.first - 1 })) {
      if (item.kind === 'entry') return Date.parse(item.entry.at);
    }
    return Number.NaN;
  } finally {
    await file.close();
  }
}

async function remove({ path, first }: Segment): Promise<void> {
  const folder = dirname(path);
  const name = segmentName(first);
  await rm(path, { force: true });
  for (const beside of await readdir(folder)) {
    if (beside.startsWith(`${name}.`) && beside.endsWith('.damaged')) await rm(join(folder, beside), { force: true });
  }
}
