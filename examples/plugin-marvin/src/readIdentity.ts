import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Identity } from 'daemonry';

/** The texts that are shipped in the package, found relative to this file, wherever the package is installed. */
export const IDENTITY_FOLDER = join(__dirname, '..', 'identity');

const TEXTS = ['soul.md', 'voice.md'];

export async function readIdentity(folder: string = IDENTITY_FOLDER): Promise<Identity> {
  const texts = await Promise.all(TEXTS.map((file) => readFile(join(folder, file), 'utf8')));
  return { name: 'Marvin', prompt: texts.join('\n'), metadata: { folder } };
}
