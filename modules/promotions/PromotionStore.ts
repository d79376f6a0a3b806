import { messageOf, type SqlStatements, StateDatabase, StateTables } from 'daemonry';
import { injectable } from 'inversify';

import { choice, isObject, number, optional, readFields, text, texts } from '../shared/fields';
import { LIMITS } from './checkProposal';
import { PromotionDamagedError } from './errors';
import {
  type DamagedPromotion,
  isLoopName,
  type Promotion,
  PROMOTION_STATES,
  promotionId,
  type PromotionState,
} from './Promotion';

/** The promotions of the store, and its rows that are none. */
export interface StoreListing {
  /** The newest first. */
  readonly promotions: readonly Promotion[];
  /** Rows that cannot be read as promotions. */
  readonly damaged: readonly DamagedPromotion[];
}

/** The table of the promotions. */
export const PROMOTION_TABLES = new StateTables('promotions', [
  {
    sql: `
      CREATE TABLE promotions_stored (
        id TEXT PRIMARY KEY, loop TEXT NOT NULL, state TEXT NOT NULL, proposed_at TEXT NOT NULL, content TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX promotions_stored_by_age ON promotions_stored (proposed_at DESC, id);
      CREATE INDEX promotions_stored_by_loop ON promotions_stored (loop, state, proposed_at);`,
  },
]);

type StoredRow = { readonly id: string; readonly loop: string; readonly state: string; readonly content: string };

/** Stores promotions in the state database. A row that holds no promotion is reported, kept, and hides no other. */
@injectable()
export class PromotionStore {
  constructor(private readonly state: StateDatabase) {}

  /** The promotion with this id; `undefined` when there is none. @throws PromotionDamagedError, StateError */
  async find(id: string, statements: SqlStatements = this.state): Promise<Promotion | undefined> {
    if (id.includes('\0')) return undefined;
    const row = await statements.get<StoredRow>('SELECT id, loop, state, content FROM promotions_stored WHERE id = ?', [
      id,
    ]);
    return row && parsePromotion(row);
  }

  /** The promotions of a loop and in a state, the newest first. @throws StateError */
  async list(
    { loop, state }: { readonly loop?: string | undefined; readonly state?: PromotionState | undefined },
    statements: SqlStatements = this.state,
  ): Promise<StoreListing> {
    const conditions = [...(loop === undefined ? [] : ['loop = ?']), ...(state === undefined ? [] : ['state = ?'])];
    const rows = await statements.all<StoredRow>(
      `SELECT id, loop, state, content FROM promotions_stored WHERE ${['1', ...conditions].join(' AND ')} ` +
        'ORDER BY proposed_at DESC, id',
      [loop, state].filter((value) => value !== undefined),
    );
    const promotions: Promotion[] = [];
    const damaged: DamagedPromotion[] = [];
    for (const row of rows) {
      try {
        promotions.push(parsePromotion(row));
      } catch (error) {
        damaged.push({ id: row.id, why: (error as PromotionDamagedError).promotion.why });
      }
    }
    return { promotions, damaged };
  }

  /** Stores a promotion in the place of its earlier state. @throws StateError */
  async put(promotion: Promotion, statements: SqlStatements): Promise<void> {
    const { id, loop, state, proposedAt } = promotion;
    await statements.run(
      'INSERT OR REPLACE INTO promotions_stored (id, loop, state, proposed_at, content) VALUES (?, ?, ?, ?, ?)',
      [id, loop, state, proposedAt, JSON.stringify(promotion)],
    );
  }
}

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

/** The promotion of a row. @throws PromotionDamagedError whose cause says what is wrong */
function parsePromotion({ content, ...row }: StoredRow): Promotion {
  try {
    const value: unknown = JSON.parse(content);
    if (!isObject(value)) throw new TypeError('it must be an object');
    const { body, ...others } = value;
    const fields = readFields(FIELDS, others);
    if (!isObject(body)) throw new TypeError('"body" must be an object');
    if (!isLoopName(fields.loop)) throw new TypeError('"loop" must be the name of a loop');
    if (promotionId(fields.loop, fields.key) !== fields.id) {
      throw new TypeError('"id" does not belong to its loop and key');
    }
    for (const column of ['id', 'loop', 'state'] as const) {
      if (fields[column] !== row[column]) throw new TypeError(`"${column}" is not that of its row`);
    }
    if (!Number.isSafeInteger(fields.revision) || fields.revision < 1) {
      throw new TypeError('"revision" must be a whole number above 0');
    }
    for (const name of ['proposedAt', 'changedAt'] as const) {
      if (Number.isNaN(Date.parse(fields[name]))) throw new TypeError(`"${name}" must be an instant`);
    }
    return { ...fields, body };
  } catch (error) {
    throw new PromotionDamagedError({ id: row.id, why: messageOf(error) }, error);
  }
}
