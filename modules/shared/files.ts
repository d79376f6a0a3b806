import { randomUUID } from 'node:crypto';
import { open, readFile, readdir, rm, mkdir, writeFile } from 'node:fs/promises';
import { resolve, basename, dirname, join } from 'node:path';
import { constants, renameSync } from 'node:fs';

import { DaemonryError, codeOf, messageOf } from 'daemonry';

export interface StateFileOptions<T> {
  /** Absolute, as a field with `@StatePath` is. Its folder is made when it is first written. */
  readonly path: string;
  /** Checks what the file holds; throws when it is not a `T`. */
  readonly parse: (value: unknown) => T;
  /** The state while there is no file. */
  readonly initial: () => T;
  /** Name of the writer; part of the temporary files' names. */
  readonly writer: string;
}

/** State that outlives the process, in a JSON file of its own. One process writes it; its constructor reads nothing. */
export class StateFile<T> {
  /** Absolute. */
  readonly path: string;
  readonly #file: AtomicFile;
  readonly #options: StateFileOptions<T>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: StateFileOptions<T>) {
    this.path = resolve(options.path);
    this.#file = new AtomicFile(this.path);
    this.#options = options;
  }

  /** Reads the current content of the file. Rejects with {@link StateFileError} when it cannot be read or parsed. */
  async read(): Promise<T> {
    const { parse, initial } = this.#options;
    try {
      const text = await readText(this.path);
      return text === undefined ? initial() : parse(parseJson(text));
    } catch (error) {
      throw new StateFileError(this.path, error);
    }
  }

  /**
   * Replaces the state by what `change` makes of it, and resolves with that. Changes come one after the other, in the order
   * of the calls. Rejects, and leaves the file alone, when it cannot be read, when `change` rejects, when `parse` refuses
   * the new state, and when it cannot be written.
   */
  update(change: (current: T) => T | Promise<T>): Promise<T> {
    const changed = this.#last.then(() => this.#replace(change));
    this.#last = changed.catch(() => undefined);
    return changed;
  }

  async #replace(change: (current: T) => T | Promise<T>): Promise<T> {
    const current = await this.read();
    const next = await change(current);
    if (next === current) return current;
    const text = `${JSON.stringify(next, undefined, 2)}\n`;
    const checked = this.#options.parse(JSON.parse(text));
    await this.#file.write(text, { writer: `${this.#options.writer}.${randomUUID()}` });
    return checked;
  }
}

/** The parser's own message quotes the file; the place in it is kept. */
function parseJson(text: string): unknown {
  let place: string | undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    place = /position \d+/.exec(messageOf(error))?.[0];
  }
  throw new SyntaxError(`it is not valid JSON${place === undefined ? '' : `, at ${place}`}`);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file that holds state is there and cannot be read. It is left as it is. */
export class StateFileError extends DaemonryError<'STATE_FILE_UNREADABLE'> {
  constructor(
    /** Absolute. */
    readonly path: string,
    cause: unknown,
  ) {
    super('STATE_FILE_UNREADABLE', {
      what: 'A file that holds state cannot be read.',
      facts: { file: path, why: messageOf(cause) },
      fix: 'correct the file, or move it away to begin anew; it is not overwritten.',
      cause,
    });
  }
}

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
