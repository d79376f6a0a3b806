import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { codeOf } from 'daemonry';

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
  const names = await readdir(directory).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map((digits) => segmentAt(directory, Number(digits)))
    .filter(({ first }) => first >= 1 && Number.isSafeInteger(first))
    .sort((a, b) => a.first - b.first);
}

/** The segment that is being written. */
export class LogFile {
  #unsynced = false;

  private constructor(
    readonly segment: Segment,
    private readonly handle: FileHandle,
    private readonly inode: bigint,
    private bytes: number,
  ) {}

  /** Opens the file at its end; makes it when it is not there. */
  static async open(segment: Segment): Promise<LogFile> {
    const handle = await open(segment.path, 'a', 0o600);
    try {
      const { ino, size } = await handle.stat({ bigint: true });
      return new LogFile(segment, handle, ino, Number(size));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.bytes;
  }

  /** It is still the file under its name, and nobody else has written to it. */
  async isOurs(): Promise<boolean> {
    try {
      const { ino, size } = await stat(this.segment.path, { bigint: true });
      return ino === this.inode && size === BigInt(this.bytes);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /** Writes all of it, or takes back what was written of it. */
  async append(lines: Buffer): Promise<void> {
    this.#unsynced = true;
    try {
      await this.handle.appendFile(lines);
    } catch (error) {
      // Rejects for what is no plain file; the next append looks at the end of the file anyway.
      await this.handle.truncate(this.bytes).catch(() => undefined);
      throw error;
    }
    this.bytes += lines.length;
  }

  async sync(): Promise<void> {
    if (!this.#unsynced) return;
    await this.handle.datasync();
    this.#unsynced = false;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

const CHUNK_BYTES = 65_536;
const NEWLINE = 0x0a;

export interface RawLine {
  readonly offset: number;
  /** Its newline included. */
  readonly bytes: number;
  /** Without its newline; `undefined` when it is longer than allowed. */
  readonly content: Buffer | undefined;
  /** It ends with a newline. Only the last may not. */
  readonly whole: boolean;
}

export interface LineRange {
  readonly from: number;
  /** Bytes from here on are not read. */
  readonly until: number;
  /** The content of a longer line is never held. */
  readonly longest: number;
  readonly signal?: AbortSignal | undefined;
}

/** The lines of a file, as many at a time as one chunk ends. Holds one chunk and one line. */
export async function* readLines(
  file: FileHandle,
  { from, until, longest, signal }: LineRange,
): AsyncGenerator<readonly RawLine[], void, undefined> {
  let position = from;
  let lineStart = from;
  let pieces: Buffer[] = [];
  const content = (last: Buffer, end: number): Buffer | undefined => {
    if (end - lineStart > longest) return undefined;
    return pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
  };

  while (position < until) {
    signal?.throwIfAborted();
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, until - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    const lines: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const next = position + end + 1;
      const line = content(chunk.subarray(start, end), next - 1);
      lines.push({ offset: lineStart, bytes: next - lineStart, content: line, whole: true });
      pieces = [];
      lineStart = next;
      start = end + 1;
    }
    position += bytesRead;
    if (position - lineStart > longest) pieces = [];
    else if (start < chunk.length) pieces.push(chunk.subarray(start));
    yield lines;
  }

  if (position > lineStart) {
    yield [{ offset: lineStart, bytes: position - lineStart, content: undefined, whole: false }];
  }
}
