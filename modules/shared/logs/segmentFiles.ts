import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
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
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
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
