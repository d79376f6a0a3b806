import { titleOf } from '../promotions/checkProposal';
import type { Observation } from '../promotions/PromotionCycle';
import { blastRadius } from './blastRadius';

/** The investigations of one trouble of one probe. */
export interface Investigations {
  readonly probe: string;
  readonly category: string;
  readonly count: number;
  /** How often an answer began like this. */
  readonly heads: ReadonlyMap<string, number>;
  /** The newest one; epoch ms. */
  readonly lastAt: number;
}

/** Proposes a fix for each trouble that was investigated at least `minClusterSize` times. */
export function proposeEnvelopes(
  all: readonly Investigations[],
  { minClusterSize }: { readonly minClusterSize: number },
): Observation['proposals'] {
  return all
    .filter(({ count }) => count >= minClusterSize)
    .map(({ probe, category, count, heads, lastAt }) => {
      const [recommendation] = [...heads].sort(([, a], [, b]) => b - a).map(([head]) => head);
      return {
        key: JSON.stringify([probe, category]),
        title: titleOf(`Fix ${category} of ${probe} without an investigation`),
        confidence: Math.min(1, count / (2 * minClusterSize)),
        body: {
          probe,
          category,
          fixName: `${snake(probe)}_${snake(category)}`,
          recommendation,
          blastRadius: blastRadius(probe, category),
          investigations: count,
        },
        samples: recommendation === undefined ? [] : [recommendation],
        observedAt: lastAt,
      };
    });
}

const snake = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
