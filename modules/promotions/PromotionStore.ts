import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { ListenerLogger, codeOf, messageOf } from 'daemonry';
import { injectable } from 'inversify';

import { DataSettings } from '../shared/settings';
import { choice, number, optional, text, texts, isObject, readFields } from '../shared/fields';
import { mapLimited } from '../shared/mapLimited';
import { writeAtomically } from '../shared/files';
import { LIMITS } from './checkProposal';
import { PromotionFileError } from './errors';
import {
  type DamagedFile,
  isLoopName,
  loopOf,
  type Promotion,
  PROMOTION_STATES,
  promotionId,
  type PromotionState,
} from './Promotion';

const LARGEST_FILE_BYTES = 262_144;
const READ_AT_ONCE = 16;
const LEFTOVER = /\.json\..+\.tmp$/;

/** The promotions of the store, and its files that are none. */
export interface StoreListing {
  /** In no particular order, unless the method that returns them says so. */
  readonly promotions: readonly Promotion[];
  /** Files that cannot be read as promotions. */
  readonly damaged: readonly DamagedFile[];
}

/**
 * Stores each promotion in a file of its own, `promotions/<loop>/<state>/<id>.json` below the data folder. A loop is known
 * once it has a folder. A change of the state writes the new file before it removes the old one; where a crash left both,
 * the file with the higher revision counts. A file that holds no promotion is reported, kept, and hides no other. Calls
 * must not overlap: a reader could miss a file that a writer moves.
 */
@injectable()
export class PromotionStore {
  constructor(
    private readonly data: DataSettings,
    private readonly log: ListenerLogger,
  ) {}

  /** The promotion with this id; `undefined` when there is none. Rejects with {@link PromotionFileError} when a file of this id is damaged. */
  async find(id: string): Promise<Promotion | undefined> {
    const loop = loopOf(id);
    if (loop === undefined) return undefined;
    const found = await Promise.all(PROMOTION_STATES.map((state) => this.#read(this.#path(loop, state, id))));
    return found.reduce((best, promotion) => (promotion === undefined ? best : later(promotion, best)), undefined);
  }

  /** The names of the loops that have stored something, sorted. */
  async loops(): Promise<readonly string[]> {
    return (await namesIn(this.#folder())).filter(isLoopName);
  }

  /** Every promotion of a loop. */
  async list(loop: string): Promise<StoreListing> {
    const damaged: DamagedFile[] = [];
    const names = (await this.#names(loop)).filter(({ name }) => name.endsWith('.json'));
    const read = await mapLimited(names, READ_AT_ONCE, async ({ state, name }) => {
      try {
        return await this.#read(join(this.#folder(loop, state), name));
      } catch (error) {
        if (!(error instanceof PromotionFileError)) throw error;
        damaged.push(error.file);
        return undefined;
      }
    });
    const byId = new Map<string, Promotion>();
    for (const promotion of read) {
      if (promotion !== undefined) byId.set(promotion.id, later(promotion, byId.get(promotion.id)));
    }
    return { promotions: [...byId.values()], damaged };
  }

  /** Stores a promotion under its state, and removes it from every other state. */
  async put(promotion: Promotion, signal?: AbortSignal): Promise<void> {
    const { loop, id, state } = promotion;
    await writeAtomically(this.#path(loop, state, id), `${JSON.stringify(promotion, undefined, 2)}\n`, {
      writer: randomUUID(),
      signal,
      commit: (replace) => {
        signal?.throwIfAborted();
        replace();
      },
    });
    await this.#removeElsewhere(promotion);
  }

  /** Removes the files that a crash left behind: those of a state that a promotion has left, and half-written ones. */
  async recover(): Promise<void> {
    for (const loop of await this.loops()) {
      const names = await this.#names(loop);
      const seen = new Set<string>();
      for (const { state, name } of names) {
        if (LEFTOVER.test(name)) await rm(join(this.#folder(loop, state), name), { force: true });
        else if (seen.has(name)) await this.#recoverOne(name.slice(0, -'.json'.length));
        seen.add(name);
      }
    }
  }

  async #recoverOne(id: string): Promise<void> {
    try {
      const promotion = await this.find(id);
      if (promotion === undefined) return;
      await this.#removeElsewhere(promotion);
      this.log.warn(`The promotion ${id} was in two states after a crash; it is ${promotion.state}`);
    } catch (error) {
      if (!(error instanceof PromotionFileError)) throw error;
      this.log.warn(`The promotion ${id} is in two states, and one of its files is damaged`, { error });
    }
  }

  async #removeElsewhere({ loop, id, state }: Promotion): Promise<void> {
    const others = PROMOTION_STATES.filter((other) => other !== state);
    await Promise.all(others.map((other) => rm(this.#path(loop, other, id), { force: true })));
  }

  async #names(loop: string): Promise<readonly { state: PromotionState; name: string }[]> {
    const folders = PROMOTION_STATES.map(async (state) =>
      (await namesIn(this.#folder(loop, state))).map((name) => ({ state, name })),
    );
    return (await Promise.all(folders)).flat();
  }

  async #read(path: string): Promise<Promotion | undefined> {
    try {
      const { size } = await stat(path);
      if (size > LARGEST_FILE_BYTES) throw new Error(`it has ${size} bytes, more than ${LARGEST_FILE_BYTES}`);
      const promotion = parsePromotion(await readFile(path, 'utf8'));
      const { loop, state, id } = promotion;
      if (this.#path(loop, state, id) !== path) throw new Error(`it belongs to ${loop}/${state}/${id}.json`);
      return promotion;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new PromotionFileError({ path, why: messageOf(error) }, error);
    }
  }

  #path(loop: string, state: PromotionState, id: string): string {
    return join(this.#folder(loop, state), `${id}.json`);
  }

  #folder(...path: readonly string[]): string {
    return resolve(this.data.directory, 'promotions', ...path);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

const later = (promotion: Promotion, other: Promotion | undefined): Promotion =>
  other === undefined || promotion.revision > other.revision ? promotion : other;

const FIELDS = {
  id: text(),
  loop: text(),
  key: text(LIMITS.key),
  title: text(LIMITS.title),
  confidence: number,
  samples: texts(LIMITS.samples, LIMITS.sample),
  state: choice(...PROMOTION_STATES),
  revision: number,
  proposedAt: text(),
  changedAt: text(),
  decidedBy: optional(text(LIMITS.by)),
  reason: optional(text(LIMITS.reason)),
} as const;

/** Reads a promotion. @throws Error that says what is wrong, for a text that holds none. */
function parsePromotion(json: string): Promotion {
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) throw new TypeError('it must be an object');
  const { body, ...others } = value;
  const fields = readFields(FIELDS, others);
  if (!isObject(body)) throw new TypeError('"body" must be an object');
  if (!isLoopName(fields.loop)) throw new TypeError('"loop" must be the name of a loop');
  if (promotionId(fields.loop, fields.key) !== fields.id)
    throw new TypeError('"id" does not belong to its loop and key');
  if (!Number.isSafeInteger(fields.revision) || fields.revision < 1) {
    throw new TypeError('"revision" must be a whole number above 0');
  }
  for (const name of ['proposedAt', 'changedAt'] as const) {
    if (Number.isNaN(Date.parse(fields[name]))) throw new TypeError(`"${name}" must be an instant`);
  }
  return { ...fields, body };
}
