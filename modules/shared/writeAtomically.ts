import { renameSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface AtomicWriteOptions {
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
export async function writeAtomically(
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
