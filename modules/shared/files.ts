import { constants, renameSync } from 'node:fs';
import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { codeOf } from 'daemonry';

/** A file that is replaced in one step, again and again. One process writes it. */
export class AtomicFile {
  #swept = false;

  constructor(readonly path: string) {}

  /** Like {@link writeAtomically}. The first call also removes temporary files that a process left when it died. */
  async write(text: string, options: AtomicWriteOptions): Promise<void> {
    if (!this.#swept) await this.#sweep();
    this.#swept = true;
    await writeAtomically(this.path, text, options);
  }

  async #sweep(): Promise<void> {
    const folder = dirname(this.path);
    const names = await readdir(folder).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    const left = names.filter((name) => name.startsWith(`${basename(this.path)}.`) && name.endsWith('.tmp'));
    await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
  }
}

interface AtomicWriteOptions {
  /** Makes the name of the temporary file unique. */
  readonly writer: string;
  readonly signal?: AbortSignal;
  /** Around the step that puts the new file in the place of the old one. */
  readonly commit?: (replace: () => void) => void;
}

/**
 * Replaces the file at `path` in one step: a reader sees the old text or the new one, whole. Only the owner may read it.
 * When anything fails, `commit` included, the old file stands and the temporary one is removed.
 */
async function writeAtomically(
  path: string,
  text: string,
  { writer, signal, commit = (replace) => replace() }: AtomicWriteOptions,
): Promise<void> {
  const temporary = `${path}.${writer}.tmp`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600, signal, flush: true });
    commit(() => renameSync(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Reads a text file that somebody configured, of at most `limit` bytes. Never waits: a pipe, a device and a folder are
 * refused.
 */
export async function readSmallFile(path: string, limit: number): Promise<string> {
  // Without O_NONBLOCK, opening a pipe waits for somebody who writes to it.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const buffer = (await file.stat()).isFile() ? Buffer.alloc(limit + 1) : undefined;
    const { bytesRead } = buffer === undefined ? { bytesRead: 0 } : await file.read(buffer, 0, buffer.length, 0);
    if (buffer === undefined || bytesRead > limit) throw new Error(`${path} is no file of at most ${limit} bytes.`);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
