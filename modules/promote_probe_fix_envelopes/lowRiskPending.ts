import type { Promotion } from '../promotions/Promotion';
import { blastRadius } from './blastRadius';

/** The pending promotions of low risk that were made at `before` or earlier; epoch ms. What their own files say of the risk does not count. */
export function lowRiskPending(promotions: readonly Promotion[], before: number): readonly Promotion[] {
  return promotions.filter(({ state, proposedAt, body: { probe, category } }) => {
    const isLow = typeof probe === 'string' && typeof category === 'string' && blastRadius(probe, category) === 'low';
    return isLow && state === 'pending' && Date.parse(proposedAt) <= before;
  });
}
