import type { Class } from '../../container/Class';
import { CertificationError } from '../../errors/testingErrors';
import { toError } from '../../errors/serializeError';
import { type Clause, Subject } from './Clause';
import { type CertifyOptions, Trial } from './Trial';
import { survivesSecondStartup, survivesShutdownAlone } from './defensiveClauses';
import * as life from './lifeClauses';
import * as tasks from './taskClauses';
import * as timeouts from './timeoutClauses';

const BATTERY: readonly Clause[] = [
  life.startsAndStops(),
  life.startsAgain(),
  life.startsAgainAfterShutdown(),
  life.honoursAbortDuringStartup(),
  life.leavesNothingAfterAbortedStartup(),
  timeouts.keepsStartupTimeout(),
  timeouts.keepsTickTimeouts(),
  timeouts.keepsShutdownTimeout(),
  tasks.recordsEveryTask(),
  tasks.keepsOverlap(),
  tasks.survivesWhatIsNoError(),
  life.leavesNothingOpen(),
  life.isQuietAfterStop(),
  survivesSecondStartup(),
  survivesShutdownAlone(),
];

/** Real milliseconds for one clause. A daemon that hangs costs `settleMs` each time. */
const CLAUSE_MS = 30_000;

/** The result of one clause. */
export interface CertifiedClause {
  /** Continues "the daemon …". */
  readonly name: string;
  /** True when the daemon keeps the clause. */
  readonly passed: boolean;
  /** The fault of the daemon and how to mend it; absent when the clause passed. */
  readonly error?: Error;
}

/** The result of {@link certifyReport}. */
export interface CertificationReport {
  /** The name of the daemon's class. */
  readonly daemon: string;
  /** True when every clause passed. */
  readonly passed: boolean;
  /** The clauses that apply to the daemon, in the order in which they were checked. */
  readonly clauses: readonly CertifiedClause[];
}

/** The global in which the plugin of Vitest leaves its functions, which are else no globals. */
const RUNNER = Symbol.for('daemonry:runner');

interface TestRunner {
  readonly describe?: (name: string, fn: () => void) => void;
  readonly it?: (name: string, fn: () => Promise<void>, timeout?: number) => void;
}

type TestGlobals = typeof globalThis & TestRunner & { readonly [RUNNER]?: TestRunner };

/**
 * Declares a `describe` with one test for each clause of the contract that applies to the daemon: it stops cleanly,
 * obeys its signal, keeps its timeouts, leaves nothing behind … Each clause gets fresh applications on virtual time. A
 * test that fails says what to change. Call it where tests are declared.
 *
 * @throws TypeError when there is no global `describe` and `it`: use {@link certifyReport} then.
 */
export function certify(daemon: Class, options: CertifyOptions = {}): void {
  const globals = globalThis as TestGlobals;
  const { describe, it } = globals[RUNNER] ?? globals;
  if (describe === undefined || it === undefined) {
    throw new TypeError('certify() declares tests, and there is no describe and it: use certifyReport() instead');
  }
  const subject = new Subject(daemon, options);
  describe(`${daemon.name}, as a daemon,`, () => {
    for (const clause of clausesFor(subject)) it(clause.name, () => checkClause(clause, subject), CLAUSE_MS);
  });
}

/** Checks the clauses of {@link certify} without a test runner. Resolves with the result of each; never rejects. */
export async function certifyReport(daemon: Class, options: CertifyOptions = {}): Promise<CertificationReport> {
  const subject = new Subject(daemon, options);
  const clauses: CertifiedClause[] = [];
  for (const clause of clausesFor(subject)) {
    try {
      await checkClause(clause, subject);
      clauses.push({ name: clause.name, passed: true });
    } catch (error) {
      clauses.push({ name: clause.name, passed: false, error: toError(error) });
    }
  }
  return { daemon: daemon.name, passed: clauses.every(({ passed }) => passed), clauses };
}

const clausesFor = (subject: Subject): readonly Clause[] => BATTERY.filter((clause) => clause.concerns(subject));

/** @throws CertificationError when the daemon breaks the clause */
async function checkClause(clause: Clause, subject: Subject): Promise<void> {
  const { class: daemon, options } = subject;
  const finding = await clause.check((work) => Trial.with(daemon, options, work), subject);
  if (finding !== undefined) throw new CertificationError(clause.name, finding);
}
