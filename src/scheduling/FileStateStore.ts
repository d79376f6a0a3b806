import { promises, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { ListenerLogger } from '../contracts/ListenerLogger';
import { StateUnreadableError } from '../errors/processErrors';
import { toError } from '../errors/serializeError';
import { isoText } from '../time/instant';
import type { RememberedMoment, StateStore } from './StateStore';

const VERSION = 1;

/**
 * Saves due moments in one JSON file for each application, `<directory>/<application>.schedule.json`. The file is replaced
 * as a whole, so that a crash leaves either the old or the new one. Writes never overlap; changes made during a write are
 * written together after it. The directory is made when it is first needed.
 *
 * A file that is torn, or belongs to another application, is put aside under another name, with a warning. A write that
 * fails is tried again with the next change; it is logged once for the same error in a row.
 */
export class FileStateStore implements StateStore {
  readonly #directory: () => string;
  readonly #application: string;
  readonly #log: Pick<ListenerLogger, 'warn' | 'error'>;
  #moments = new Map<string, RememberedMoment>();
  #isDirty = false;
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;

  /** @param directory - is asked for when a file is read or written. */
  constructor(directory: () => string, application: string, log: Pick<ListenerLogger, 'warn' | 'error'>) {
    this.#directory = directory;
    this.#application = application;
    this.#log = log;
  }

  get path(): string {
    return join(this.#directory(), `${encodeURIComponent(this.#application)}.schedule.json`);
  }

  async load(): Promise<void> {
    const text = await this.#read();
    if (text === undefined) return;
    const moments = parseState(text, this.#application);
    if (moments === undefined) await this.#putAside();
    else this.#moments = moments;
  }

  get(task: string): RememberedMoment | undefined {
    return this.#moments.get(task);
  }

  set(task: string, moment: RememberedMoment): void {
    this.#moments.set(task, moment);
    this.#isDirty = true;
    this.#writing ??= this.#writeWhileDirty();
  }

  async flush(): Promise<void> {
    if (this.#isDirty) this.#writing ??= this.#writeWhileDirty();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #read(): Promise<string | undefined> {
    try {
      // Most applications remember nothing, and need not load the promises of `node:fs` to learn that.
      statSync(this.path);
      return await promises.readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new StateUnreadableError(this.path, toError(error));
    }
  }

  async #putAside(): Promise<void> {
    const aside = `${this.path}.aside-${process.hrtime.bigint()}`;
    try {
      await promises.rename(this.path, aside);
    } catch (error) {
      throw new StateUnreadableError(this.path, toError(error));
    }
    this.#log.warn(
      'The remembered due moments are torn or not of this application; they are put aside and begin anew.',
      { file: this.path, aside },
    );
  }

  /** Never rejects: a failure is kept for {@link flush}. */
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
    const state = {
      version: VERSION,
      application: this.#application,
      tasks: Object.fromEntries(
        [...this.#moments].map(([task, { schedule, nextDue }]) => [task, { schedule, nextDue: isoText(nextDue) }]),
      ),
    };
    const draft = `${this.path}.${process.pid}-${process.hrtime.bigint()}.tmp`;
    await promises.mkdir(dirname(this.path), { recursive: true });
    try {
      const file = await promises.open(draft, 'wx');
      try {
        await file.writeFile(`${JSON.stringify(state, undefined, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await promises.rename(draft, this.path);
    } catch (error) {
      await promises.rm(draft, { force: true });
      throw error;
    }
  }

  #failed(error: Error): void {
    // The next change, or the flush, tries again.
    this.#isDirty = true;
    if (this.#failure?.message !== error.message) {
      this.#log.error('The next due moments cannot be written: after a restart, missed ones will not be made up.', {
        file: this.path,
        error,
      });
    }
    this.#failure = error;
  }
}

/** The moments in the text of a file; undefined when it was not written for that application. */
function parseState(text: string, application: string): Map<string, RememberedMoment> | undefined {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(state) || state.version !== VERSION || state.application !== application || !isObject(state.tasks)) {
    return undefined;
  }
  const moments = new Map<string, RememberedMoment>();
  for (const [task, moment] of Object.entries(state.tasks)) {
    if (!isObject(moment) || typeof moment.schedule !== 'string' || typeof moment.nextDue !== 'string')
      return undefined;
    const nextDue = Date.parse(moment.nextDue);
    if (Number.isNaN(nextDue)) return undefined;
    moments.set(task, { schedule: moment.schedule, nextDue });
  }
  return moments;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
