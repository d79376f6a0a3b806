import type { TestApplication } from './TestApplication';

const KEY = Symbol.for('daemonry:testing');
/** Longer than any stop: the longest grace, and the last second. */
const STOP = '1d';

type TestGlobals = typeof globalThis & {
  [KEY]?: Set<TestApplication>;
  afterAll?: (fn: () => Promise<void>) => void;
};

const globals = globalThis as TestGlobals;

/**
 * The applications of this test file. What a file leaves running is stopped at its end, where the test runner has an
 * `afterAll`.
 */
export const runningApplications = (globals[KEY] ??= registered());

// Kept with the globals of the test file, because modules may be reset between its tests, where no hook can be added.
function registered(): Set<TestApplication> {
  const applications = new Set<TestApplication>();
  globals.afterAll?.(async () => {
    for (const app of applications) {
      const stopping = app.stop('the test file has ended');
      await app.clock.advance(STOP);
      await stopping;
    }
    applications.clear();
  });
  return applications;
}
