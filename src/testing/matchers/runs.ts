import type { RunOutcome, RunRecord, SkipReason } from '../../contracts/RunRecord';
import type { TestApplication } from '../TestApplication';
import { applicationOf, listenersOf, type MatcherResult, resultOf } from './subject';

/** The second argument of `toHaveRun`. */
export interface ExpectedRuns {
  /** The name of the task. @defaultValue every task of the listener */
  readonly task?: string;
  /** The exact number of runs. @defaultValue at least one */
  readonly times?: number;
  /** The outcome of the runs. @defaultValue any but `skipped`, of finished runs */
  readonly outcome?: Exclude<RunOutcome, 'skipped'>;
}

/** The second argument of `toHaveSkipped`. */
export interface ExpectedSkips {
  /** The name of the task. @defaultValue every task of the listener */
  readonly task?: string;
  /** The exact number of skipped due moments. @defaultValue at least one */
  readonly times?: number;
  /** The reason of the skips. @defaultValue any */
  readonly reason?: SkipReason;
}

/** `expect(app).toHaveRun('order_sync', { times: 3, outcome: 'succeeded' })`. */
export function toHaveRun(received: unknown, name: string, expected: ExpectedRuns = {}): MatcherResult {
  const app = applicationOf(received, 'toHaveRun');
  const { outcome } = expected;
  return count(app, name, expected, outcome === undefined ? 'to have run' : `to have ${outcome}`, (run) =>
    outcome === undefined ? run.outcome !== undefined && run.outcome !== 'skipped' : run.outcome === outcome,
  );
}

/** `expect(app).toHaveSkipped('order_sync', { reason: 'overlap' })` */
export function toHaveSkipped(received: unknown, name: string, expected: ExpectedSkips = {}): MatcherResult {
  const app = applicationOf(received, 'toHaveSkipped');
  const { reason } = expected;
  return count(app, name, expected, `to have skipped${reason === undefined ? '' : ` (${reason})`}`, (run) => {
    return run.outcome === 'skipped' && (reason === undefined || run.reason === reason);
  });
}

function count(
  app: TestApplication,
  name: string,
  { task, times }: { readonly task?: string; readonly times?: number },
  what: string,
  isMeant: (run: RunRecord) => boolean,
): MatcherResult {
  listenersOf(app, [name]);
  const runs = app.runs(name, { task });
  const found = runs.filter(isMeant).length;
  const subject = `"${name}${task === undefined ? '' : `.${task}`}" ${what}`;
  const pass = times === undefined ? found > 0 : found === times;
  const expected = `${subject} ${times === undefined ? 'at least once' : `${times}×`}`;
  return resultOf(app, pass, expected, `it has ${found}×; its runs: ${describeRuns(runs)}`);
}

/** The outcomes as text: `3 succeeded, 1 skipped (overlap), 1 in flight`. */
function describeRuns(runs: readonly RunRecord[]): string {
  const counts = new Map<string, number>();
  for (const { outcome = 'in flight', reason } of runs) {
    const kind = reason === undefined ? outcome : `${outcome} (${reason})`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts.size === 0 ? 'none' : [...counts].map(([kind, number]) => `${number} ${kind}`).join(', ');
}
