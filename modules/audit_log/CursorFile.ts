import { readdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { AtomicFile } from '../shared/AtomicFile';
import { isObject } from '../shared/isObject';
import type { LogPlace } from '../shared/log/LogItem';

const WRITER = 'new';

/** Where a consumer has come to, in a file of its own. */
export class CursorFile {
  readonly path: string;
  readonly #file: AtomicFile;

  constructor(directory: string, name: string) {
    this.path = join(directory, `${name}.json`);
    this.#file = new AtomicFile(this.path);
  }

  /** The largest sequence in any of them; 0 without one. Those that are damaged know none. */
  static async largest(directory: string): Promise<number> {
    const names = (await listFolder(directory)).filter((name) => name.endsWith('.json'));
    const places = await Promise.all(names.map((name) => new CursorFile(directory, basename(name, '.json')).read()));
    return Math.max(0, ...places.map((place) => (place === undefined || place === 'damaged' ? 0 : place.sequence)));
  }

  /** `undefined` when there is none. Rejects when it is there and cannot be read. */
  async read(): Promise<LogPlace | 'damaged' | undefined> {
    const text = await readIfThere(this.path);
    return text === undefined ? undefined : (parsePlace(text) ?? 'damaged');
  }

  /** In one step: after a crash it is the old place or this one. */
  async write({ sequence, segment, offset }: LogPlace): Promise<void> {
    await this.#file.write(`${JSON.stringify({ sequence, segment, offset })}\n`, { writer: WRITER });
  }

  /** Returns where it is then. */
  async moveAside(): Promise<string> {
    const taken = new Set(await listFolder(dirname(this.path)));
    const nameOf = (count: number): string => `${basename(this.path)}.${count}.damaged`;
    let count = 1;
    while (taken.has(nameOf(count))) count++;
    const aside = join(dirname(this.path), nameOf(count));
    await rename(this.path, aside);
    return aside;
  }
}

function parsePlace(text: string): LogPlace | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { sequence, segment, offset } = value;
  const isCount = (count: unknown, least: number): count is number =>
    Number.isSafeInteger(count) && (count as number) >= least;
  if (!isCount(sequence, 0) || !isCount(segment, 1) || !isCount(offset, 0)) return undefined;
  return { sequence, segment, offset };
}

const readIfThere = (path: string): Promise<string | undefined> =>
  unlessMissing(() => readFile(path, 'utf8'), undefined);

const listFolder = (path: string): Promise<string[]> => unlessMissing(() => readdir(path), []);

async function unlessMissing<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}
