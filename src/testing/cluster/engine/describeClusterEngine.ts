import { ENGINE_CLAUSES, type EngineClause } from './engineClauses';
import type { EngineSubject } from './EngineProbe';
import { FAULT_CLAUSES } from './faultClauses';
import { OPERATOR_CLAUSES } from './operatorClauses';

/** The promises of every cluster engine, each with a check of its own. */
export const CLUSTER_ENGINE_CLAUSES: readonly EngineClause[] = [
  ...ENGINE_CLAUSES,
  ...OPERATOR_CLAUSES,
  ...FAULT_CLAUSES,
];

/** The functions of a test runner; those of Jest, Vitest and Mocha fit. */
interface TestRunner {
  describe(name: string, define: () => void): void;
  it(name: string, check: () => Promise<void>, timeoutMs?: number): void;
}

/** Time for one promise, in real milliseconds. */
const TIMEOUT_MS = 60_000;

/**
 * Describes a cluster engine to the test runner: one test for each promise of the contract of `ClusterEngine`. A lease of a
 * few seconds keeps the tests short.
 *
 * @param name - names the engine in the titles.
 * @param make - makes a subject with an empty store; called for each test.
 * @param runner - the functions of the test runner. @defaultValue the global ones
 */
export function describeClusterEngine(
  name: string,
  make: () => EngineSubject | Promise<EngineSubject>,
  runner: TestRunner = globalThis,
): void {
  runner.describe(`The cluster engine ${name}`, () => {
    for (const { title, check } of CLUSTER_ENGINE_CLAUSES) {
      const keep = async (): Promise<void> => {
        const subject = await make();
        try {
          await check(subject);
        } finally {
          await subject.close();
        }
      };
      runner.it(title, keep, TIMEOUT_MS);
    }
  });
}
