import type { Class } from '../../src/container/Class';
import { type CertificationReport, certifyReport } from '../../src/testing/certify/certify';
import type { CertifyOptions } from '../../src/testing/certify/Trial';

/** A dependency that daemons wait for. */
export class Store {
  async load(_signal?: AbortSignal): Promise<void> {}
}

const CLAUSE = {
  stops: 'starts, and stops with code 0',
  again: 'starts again after a stop, in a new application',
  abort: 'gives up its startup when the application stops',
  cutShort: 'leaves nothing behind when it is stopped during its startup',
  startupTimeout: 'gives up its startup at its startupTimeout',
  tickTimeout: 'gives up each tick at its tickTimeout',
  shutdownTimeout: 'gives up its shutdown at its shutdownTimeout',
  recorded: 'can have each task triggered, and it succeeds or fails in time',
  overlap: 'stands its declared overlap',
  noError: 'survives dependencies that throw what is no Error',
  open: 'leaves no timer, socket or listener open, and no rejection unhandled',
  quiet: 'does nothing after it has stopped',
  twice: 'survives a second startup',
  alone: 'survives a shutdown without a startup',
} as const;

type Clause = keyof typeof CLAUSE;

/** The messages of the clauses that refuse a daemon. */
export async function refusals(daemon: Class, options: CertifyOptions = {}): Promise<Partial<Record<Clause, string>>> {
  const report: CertificationReport = await certifyReport(daemon, { settleMs: 5, ...options });
  const failed = report.clauses.filter(({ passed }) => !passed);
  const keys = Object.keys(CLAUSE) as Clause[];
  return Object.fromEntries(
    failed.map(({ name, error }) => [keys.find((key) => CLAUSE[key] === name) ?? name, error?.message ?? '']),
  );
}

export const openTimers: NodeJS.Timeout[] = [];

/** Opens a timer that outlives the test's daemons, and is cleared after the test. */
export const openTimer = (): void => {
  openTimers.push(setInterval(() => undefined, 60_000));
};
