import { buildSubject } from './buildSubject';
import { exploreProcesses } from './exploreProcesses';

// `SEED` draws other applications, `APPLICATIONS` more of them; `UNDER_TEST` names the folder of a built package to try.
const { SEED = '1', APPLICATIONS = '100', UNDER_TEST } = process.env;
const LONGEST_MS = 10 * 60_000;

describe('Applications that are drawn, as real processes,', () => {
  it(
    `keep their exit codes, order, due moments and bounds (SEED=${SEED}, ${APPLICATIONS} applications)`,
    async () => {
      const applications = Number(APPLICATIONS);
      const failures = await exploreProcesses({
        subject: buildSubject(UNDER_TEST),
        seed: Number(SEED),
        applications,
        atOnce: 6,
      });

      expect(failures.join('\n\n')).toBe('');
    },
    LONGEST_MS,
  );
});
