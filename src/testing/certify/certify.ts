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

/** How long one clause may take, in real milliseconds: a daemon that hangs is waited for a little each time. */
const CLAUSE_MS = 30_000;

export interface CertifiedClause {
  readonly name: string;
  readonly passed: boolean;
  /** What the daemon does wrong, and what to change. */
  readonly error?: Error;
}

export interface CertificationReport {
  readonly daemon: string;
  readonly passed: boolean;
  /** Those that concern the daemon, in the order of the battery. */
  readonly clauses: readonly CertifiedClause[];
}

interface TestRunner {
  readonly describe?: (name: string, fn: () => void) => void;
  readonly it?: (name: string, fn: () => Promise<void>, timeout?: number) => void;
}

/**
 * Declares a `describe` with one test for each clause of the contract that concerns the daemon: it stops cleanly, obeys
 * its signal, keeps its timeouts, leaves nothing behind … Each clause gets fresh applications on virtual time. A test
 * that fails says what to change.
 *
 * Call it where tests are declared. Where there is no `describe` and `it`, use {@link certifyReport}.
 */
export function certify(daemon: Class, options: CertifyOptions = {}): void {
  const { describe, it } = globalThis as TestRunner;
  if (describe === undefined || it === undefined) {
    throw new TypeError('certify() declares tests, and there is no describe and it: use certifyReport() instead');
  }
  const subject = new Subject(daemon, options);
  describe(`${daemon.name}, as a daemon,`, () => {
    for (const clause of clausesFor(subject)) it(clause.name, () => checkClause(clause, subject), CLAUSE_MS);
  });
}

/** Runs the battery of {@link certify} for any test runner. Resolves with what each clause found. */
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

/** @throws CertificationError */
async function checkClause(clause: Clause, subject: Subject): Promise<void> {
  const { class: daemon, options } = subject;
  const finding = await clause.check((work) => Trial.with(daemon, options, work), subject);
  if (finding !== undefined) throw new CertificationError(clause.name, finding);
}
