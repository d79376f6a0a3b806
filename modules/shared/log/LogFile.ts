import { type FileHandle, open, stat } from 'node:fs/promises';

import type { Segment } from './segmentFiles';

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
