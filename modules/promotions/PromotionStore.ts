import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import type { PromotionLoop } from '../audit_log/AuditEvent';
import { PROMOTION_LOOPS } from '../audit_log/auditEvents';
import { DataSettings } from '../shared/DataSettings';
import { mapLimited } from '../shared/mapLimited';
import { writeAtomically } from '../shared/writeAtomically';
import {
  type DamagedFile,
  PROMOTION_STATES,
  type Promotion,
  type PromotionState,
  loopOf,
  promotionId,
} from './Promotion';
import { PromotionFileError } from './errors';
import { choice, number, optional, text, texts } from '../shared/fields';
import { isObject } from '../shared/isObject';
import { readFields } from '../shared/readFields';
import { LIMITS } from './checkProposal';

const LARGEST_FILE_BYTES = 262_144;
const READ_AT_ONCE = 16;
const LEFTOVER = /\.json\..+\.tmp$/;

export interface StoreListing {
  readonly promotions: readonly Promotion[];
  readonly damaged: readonly DamagedFile[];
}

/**
 * One file a promotion, `promotions/<loop>/<state>/<id>.json` below the data folder. A change of the state writes the new
 * file before it removes the old one; where a crash left both, the one of the higher revision counts. A file that holds no
 * promotion is named, kept, and hides no other. Calls must not overlap: one that reads could miss what another moves.
 */
@injectable()
export class PromotionStore {
  constructor(
    private readonly data: DataSettings,
    private readonly log: ListenerLogger,
  ) {}

  /** `undefined` when there is none. Rejects with {@link PromotionFileError} when a file of this id is damaged. */
  async find(id: string): Promise<Promotion | undefined> {
    const loop = loopOf(id);
    if (loop === undefined) return undefined;
    const found = await Promise.all(PROMOTION_STATES.map((state) => this.#read(this.#path(loop, state, id))));
    return found.reduce((best, promotion) => (promotion === undefined ? best : later(promotion, best)), undefined);
  }

  /** Every promotion of a loop. */
  async list(loop: PromotionLoop): Promise<StoreListing> {
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

  /** Stores a promotion in its state, and takes it out of every other. */
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

  /** Removes what a crash left behind: files of a state that a promotion has left, and half-written ones. */
  async recover(): Promise<void> {
    for (const loop of PROMOTION_LOOPS) {
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

  async #names(loop: PromotionLoop): Promise<readonly { state: PromotionState; name: string }[]> {
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
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw new PromotionFileError({ path, why: message }, error);
    }
  }

  #path(loop: PromotionLoop, state: PromotionState, id: string): string {
    return join(this.#folder(loop, state), `${id}.json`);
  }

  #folder(loop: PromotionLoop, state: PromotionState): string {
    return resolve(this.data.directory, 'promotions', loop, state);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const later = (promotion: Promotion, other: Promotion | undefined): Promotion =>
  other === undefined || promotion.revision > other.revision ? promotion : other;

const FIELDS = {
  id: text(),
  loop: choice(...PROMOTION_LOOPS),
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

/** @throws Error that says what is wrong, for a text that holds no promotion. */
export function parsePromotion(json: string): Promotion {
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) throw new TypeError('it must be an object');
  const { body, ...others } = value;
  const fields = readFields(FIELDS, others);
  if (!isObject(body)) throw new TypeError('"body" must be an object');
  if (promotionId(fields.loop, fields.key) !== fields.id) throw new TypeError('"id" is not that of its loop and key');
  if (!Number.isSafeInteger(fields.revision) || fields.revision < 1) {
    throw new TypeError('"revision" must be a whole number above 0');
  }
  for (const name of ['proposedAt', 'changedAt'] as const) {
    if (Number.isNaN(Date.parse(fields[name]))) throw new TypeError(`"${name}" must be an instant`);
  }
  return { ...fields, body };
}
