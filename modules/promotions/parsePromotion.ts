import { PROMOTION_LOOPS } from '../audit_log/auditEvents';
import { choice, number, optional, text, texts } from '../shared/fields';
import { isObject } from '../shared/isObject';
import { readFields } from '../shared/readFields';
import { PROMOTION_STATES, type Promotion } from './Promotion';
import { promotionId } from './promotionId';
import { LIMITS } from './proposalLimits';

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
