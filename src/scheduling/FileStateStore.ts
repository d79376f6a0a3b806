import { promises, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type { Clock } from '../contracts/Clock';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import { StateInUseError, StateUnreadableError } from '../errors/processErrors';
import { codeOf, messageOf, toError } from '../errors/serializeError';
import { parseState, stateText } from './stateText';
import { StateLock } from './StateLock';
import type { RememberedMoment, StateStore } from './StateStore';

/** A larger file was not written by this store, and is not read. */
const LARGEST_FILE_BYTES = 10_000_000;

/** The parts that a {@link FileStateStore} is made of. */
export interface FileStateStoreOptions {
  /** Asked for when a file is read or written. */
  readonly directory: () => string;
  readonly application: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<ListenerLogger, 'warn' | 'error'>;
  /** Called when moments cannot be saved any more. @defaultValue nobody is told */
  readonly failed?: () => void;
}

/**
 * Saves due moments in one JSON file for each application, `<directory>/<application>.schedule.json`. The file is replaced
 * as a whole, so that a crash leaves either the old or the new one; the next start removes what it leaves of a draft.
 * Writes never overlap; changes made during a write are written together after it. A lock beside the file keeps a second
 * process out.
 *
 * A file that is torn, or belongs to another application, is put aside under another name, with a warning. A write that
 * fails is tried again with the next change; it is logged once for the same error in a row.
 */
export class FileStateStore implements StateStore {
  readonly #options: FileStateStoreOptions;
  readonly #lock: StateLock;
  #moments = new Map<string, RememberedMoment>();
  #isDirty = false;
  #writing: Promise<void> | undefined;
  #failure: NodeJS.ErrnoException | undefined;

  constructor(options: FileStateStoreOptions) {
    this.#options = options;
    this.#lock = new StateLock(options.log);
  }

  get path(): string {
    return join(this.#options.directory(), `${encodeURIComponent(this.#options.application)}.schedule.json`);
  }

  get complaint(): string | undefined {
    return this.#failure === undefined
      ? undefined
      : `the state in ${dirname(this.path)} cannot be saved: ${messageOf(this.#failure)}`;
  }

  async load(): Promise<void> {
    await this.#own();
    const text = await this.#read();
    if (text === undefined) return;
    const { moments, odd } = parseState(text, this.#options.application);
    if (moments === undefined) await this.#putAside(odd, (aside) => promises.rename(this.path, aside));
    else if (odd.length > 0) await this.#putAside(odd, (aside) => promises.copyFile(this.path, aside));
    this.#moments = moments ?? this.#moments;
  }

  get(task: string): RememberedMoment | undefined {
    return this.#moments.get(task);
  }

  set(task: string, moment: RememberedMoment): void {
    this.#moments.set(task, moment);
    this.#isDirty = true;
    this.#writing ??= this.#writeWhileDirty();
  }

  prove(): Promise<void> {
    this.#isDirty = true;
    return this.#flush();
  }

  async close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      await this.#lock.release(this.#lockPath).catch((error: unknown) => this.#failed(toError(error)));
    }
  }

  get #lockPath(): string {
    return this.path.replace(/json$/, 'lock');
  }

  async #flush(): Promise<void> {
    if (this.#isDirty) this.#writing ??= this.#writeWhileDirty();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Locks the file, and removes the drafts of processes that were killed. A folder that cannot be written is no obstacle. */
  async #own(): Promise<void> {
    const directory = dirname(this.path);
    try {
      await promises.mkdir(directory, { recursive: true, mode: 0o700 });
      await this.#lock.acquire(this.#lockPath, this.#options.clock.now());
      const own = [basename(this.path), basename(this.#lockPath)];
      const drafts = (await promises.readdir(directory)).filter(
        (name) => name.endsWith('.tmp') && own.some((file) => name.startsWith(`${file}.`)),
      );
      // One that cannot be removed hinders the next write, which tells of it.
      for (const draft of drafts) await promises.rm(join(directory, draft), { force: true }).catch(() => undefined);
    } catch (error) {
      if (error instanceof StateInUseError) throw error;
      this.#failed(toError(error));
    }
  }

  async #read(): Promise<string | undefined> {
    try {
      const file = statSync(this.path);
      // Anything else, such as a pipe, might never end.
      if (!file.isFile()) throw new Error('it is no file');
      if (file.size > LARGEST_FILE_BYTES) return '';
      return await promises.readFile(this.path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new StateUnreadableError(this.path, toError(error));
    }
  }

  async #putAside(odd: readonly string[], put: (aside: string) => Promise<void>): Promise<void> {
    const aside = `${this.path}.aside-${process.hrtime.bigint()}`;
    try {
      await put(aside);
    } catch (error) {
      throw new StateUnreadableError(this.path, toError(error));
    }
    this.#options.log.warn(
      'The remembered due moments are torn or not of this application; they are put aside, and what cannot be read begins anew.',
      { file: this.path, aside, odd: odd.slice(0, 10) },
    );
  }

  /** Never rejects: a failure is kept for {@link close}. */
  async #writeWhileDirty(): Promise<void> {
    // Changes of the same turn are written together.
    await Promise.resolve();
    do {
      this.#isDirty = false;
      try {
        await this.#write();
        this.#failure = undefined;
      } catch (error) {
        this.#failed(toError(error));
        break;
      }
    } while (this.#isDirty);
    this.#writing = undefined;
  }

  async #write(): Promise<void> {
    // One name for each process: errors that name it are the same from one write to the next.
    const draft = `${this.path}.${process.pid}.tmp`;
    const text = stateText(this.#options.application, this.#moments);
    await promises.mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    try {
      await promises.writeFile(draft, text, { flag: 'wx', mode: 0o600, flush: true });
      await promises.rename(draft, this.path);
    } catch (error) {
      await promises.rm(draft, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  #failed(error: Error): void {
    // The next change, or the close, tries again.
    this.#isDirty = true;
    const isNew = codeOf(this.#failure) !== codeOf(error) || messageOf(this.#failure) !== messageOf(error);
    this.#failure = error;
    if (!isNew) return;
    this.#options.log.error(
      'The state of the application cannot be saved. Nothing that was missed is made up until it can be; runs of now may then be made up again.',
      { file: this.path, error },
    );
    this.#options.failed?.();
  }
}
