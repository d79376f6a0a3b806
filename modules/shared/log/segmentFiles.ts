import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^(\d{12,16})\.jsonl$/;

/** A file of a log; named after the sequence of its first entry. */
export interface Segment {
  readonly first: number;
  readonly path: string;
}

export const segmentName = (first: number): string => `${String(first).padStart(12, '0')}.jsonl`;

export const segmentAt = (directory: string, first: number): Segment => ({
  first,
  path: join(directory, segmentName(first)),
});

/** The segments that are there, oldest first; none when there is no folder. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map((digits) => segmentAt(directory, Number(digits)))
    .filter(({ first }) => first >= 1 && Number.isSafeInteger(first))
    .sort((a, b) => a.first - b.first);
}
