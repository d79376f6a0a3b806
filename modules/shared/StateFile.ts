import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { AtomicFile } from './AtomicFile';
import { StateFileError } from './StateFileError';

export interface StateFileOptions<T> {
  /** Relative to the working directory. Its folder is made when it is first written. */
  readonly path: string;
  /** Checks what the file holds; throws when it is not a `T`. */
  readonly parse: (value: unknown) => T;
  /** The state while there is no file. */
  readonly initial: () => T;
  /** Who writes; part of the temporary files' names. */
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

  /** What the file holds at this moment. Rejects with {@link StateFileError} when it cannot be read or parsed. */
  async read(): Promise<T> {
    const { parse, initial } = this.#options;
    try {
      const text = await readText(this.path);
      return text === undefined ? initial() : parse(JSON.parse(text));
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

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
