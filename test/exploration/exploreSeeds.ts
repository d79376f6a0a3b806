import { explore, synthetic } from '../../src/testing';
import { everythingHolds } from './engineProperties';

/** The number of schedules for each of four seeds that makes more than 10,000 together. */
export const MANY = 2_600;
const LONGEST_MS = 400_000;

/** Declares one test for each seed, of `runs` schedules. Seeds in different files are explored at the same time. */
export function exploreSeeds(seeds: readonly number[], runs: number): void {
  describe('The coordinator and the scheduler, in every schedule that is drawn,', () => {
    it.each(seeds)(
      'keep order, life, records and exit codes (seed %i)',
      async (seed) => {
        const report = await explore(synthetic(), everythingHolds, { runs, seed, timeLimit: LONGEST_MS });

        expect(report).toEqual({ schedules: runs, seed, interrupted: false });
      },
      LONGEST_MS,
    );
  });
}
