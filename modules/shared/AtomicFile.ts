import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { type AtomicWriteOptions, writeAtomically } from './writeAtomically';

/** A file that is replaced in one step, again and again. One process writes it. */
export class AtomicFile {
  #swept = false;

  constructor(readonly path: string) {}

  /** As {@link writeAtomically}. The first time, it removes what a process that died while it wrote has left behind. */
  async write(text: string, options: AtomicWriteOptions): Promise<void> {
    if (!this.#swept) await this.#sweep();
    this.#swept = true;
    await writeAtomically(this.path, text, options);
  }

  async #sweep(): Promise<void> {
    const folder = dirname(this.path);
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const left = names.filter((name) => name.startsWith(`${basename(this.path)}.`) && name.endsWith('.tmp'));
    await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
  }
}
