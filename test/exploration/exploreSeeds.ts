import { explore, synthetic } from '../../src/testing';
import { everythingHolds } from './engineProperties';

/** So many schedules for each seed; together, over all files, at least 10,000. */
const RUNS = 2_600;
const LONGEST_MS = 180_000;

/** In files of their own, seeds are explored at the same time. */
export function exploreSeeds(seeds: readonly number[]): void {
  describe('The coordinator and the scheduler, in every schedule that is drawn,', () => {
    it.each(seeds)(
      'keep order, life, records and exit codes (seed %i)',
      async (seed) => {
        const report = await explore(synthetic(), everythingHolds, { runs: RUNS, seed, timeLimit: LONGEST_MS });

        expect(report).toEqual({ schedules: RUNS, seed, interrupted: false });
      },
      LONGEST_MS,
    );
  });
}
