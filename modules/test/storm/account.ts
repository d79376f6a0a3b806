import { type Execution, nameOf, openSpan, overlaps, type Span, spansOf } from './Execution';
import type { Storm, StormLife, StormRecord, StormTask, Violation } from './Journal';

/** A process that opens or stops so shortly before or after a due moment may leave it to others. */
const EDGE_MS = 500;
/** How long those who live on may take to notice that a run is lost, beyond the lease. */
const NOTICE_MS = 3_000;
/** A process that is killed so shortly after the end of a run may not have told of it. */
const LAST_WORD_MS = 500;

/** Decisions of a process about itself: another one may run the same moment. */
const OWN_REASONS = new Set(['unreachable', 'draining', 'dependency']);

interface Noted {
  readonly life: StormLife;
  readonly record: StormRecord;
}

/** Every due moment of a task is accounted for once in the whole cluster, and every run has its record. */
export function accountOf(storm: Storm, task: StormTask, executions: readonly Execution[]): Violation[] {
  const noted = storm.lives.flatMap((life) =>
    life.facts.flatMap((fact) =>
      fact.fact === 'record' && fact.task === nameOf(task) ? [{ life, record: fact.record }] : [],
    ),
  );
  if (task.task === 'run') return [];
  return [...runsWithoutRecord(storm, executions, noted), ...moments(storm, task, executions, noted)];
}

function runsWithoutRecord(storm: Storm, executions: readonly Execution[], noted: readonly Noted[]): Violation[] {
  return executions.flatMap((execution): Violation[] => {
    const { run, life, ended, settled } = execution;
    const ends = noted.filter(({ record }) => record.reason === undefined && record.tickId === run.tickId);
    const own = ends.filter(({ record }) => record.runId === run.runId && record.outcome !== 'lost');
    if (own.length > 1)
      return [{ rule: 'accounted twice', text: `${run.tickId} has ${own.length} records of one run` }];
    if (own.length === 1) return [];
    if (ends.some(({ record }) => record.outcome === 'lost')) return [];
    if (settled && life.killed && life.ended - ended < LAST_WORD_MS) return [];
    const until = life.ended + storm.leaseMs + NOTICE_MS;
    const isNoticed = storm.lives.some((other) => other !== life && (openSpan(other)?.to ?? 0) > until);
    return isNoticed ? [{ rule: 'unaccounted', text: `the run ${run.tickId} in ${life.name} has no record` }] : [];
  });
}

function moments(
  storm: Storm,
  { every, cron }: StormTask,
  executions: readonly Execution[],
  noted: readonly Noted[],
): Violation[] {
  const instants = noted.flatMap(({ record }) => (record.trigger === 'manual' ? [] : [Date.parse(record.scheduledAt)]));
  for (const { run } of executions) if (run.trigger !== 'manual') instants.push(run.scheduledAt);
  const [some] = instants;
  if (every === undefined) return [];
  const spans = storm.lives.flatMap((life) => attention(storm, life));
  if (spans.length === 0) return [];
  const first = Math.min(...spans.map(({ from }) => from)) + storm.epoch;
  const last = Math.max(...spans.map(({ to }) => to)) + storm.epoch;
  // Moments that wait for a run which only the stop of all processes has ended are decided by whoever starts next.
  const inFlight = executions.filter(({ ended }) => ended > last - storm.epoch - EDGE_MS);
  const undecided = Math.min(...inFlight.map(({ run }) => run.scheduledAt - storm.epoch));
  const phase = cron === undefined ? (some ?? first) % every : 0;

  const decisions = new Map<number, Set<string>>();
  const decide = (at: number, what: string): void => {
    decisions.set(at, (decisions.get(at) ?? new Set()).add(what));
  };
  for (const { run } of executions) if (run.trigger !== 'manual') decide(run.scheduledAt, `run ${run.tickId}`);
  for (const [index, { record, life }] of noted.entries()) {
    const { missed, reason, scheduledAt, trigger, tickId } = record;
    if (trigger === 'manual') continue;
    const what = reason === undefined ? `run ${tickId}` : `${reason}, ${life.name}, ${index}`;
    const to = Date.parse(missed?.to ?? scheduledAt);
    for (let at = Date.parse(missed?.from ?? scheduledAt); at <= to; at += every) decide(at, what);
  }

  const violations: Violation[] = [];
  for (let at = Math.floor(first / every) * every + phase; at < last; at += every) {
    const made = [...(decisions.get(at) ?? [])];
    const around = { from: at - storm.epoch - EDGE_MS, to: at - storm.epoch + EDGE_MS };
    const isKept = around.to < undecided && spans.some(({ from, to }) => from <= around.from && around.to <= to);
    const moment = new Date(at).toISOString();
    if (isKept && made.length === 0) violations.push({ rule: 'unaccounted', text: `nothing is known of ${moment}` });
    const shared = made.filter((what) => !OWN_REASONS.has(what.split(',')[0] ?? ''));
    if (shared.length > 1) {
      violations.push({ rule: 'accounted twice', text: `${moment} is accounted for by ${shared.join(' and ')}` });
    }
  }
  return violations;
}

/** The spans in which a process could decide about due moments: it was open, and not frozen. */
function attention(storm: Storm, life: StormLife): Span[] {
  const open = openSpan(life);
  if (open === undefined) return [];
  let spans = [open];
  for (const frozen of spansOf(storm, 'freeze', 'thaw', life.name)) {
    spans = spans.flatMap((span) =>
      overlaps(span, frozen)
        ? [
            { from: span.from, to: Math.min(span.to, frozen.from) },
            { from: Math.max(span.from, frozen.to), to: span.to },
          ].filter(({ from, to }) => from < to)
        : [span],
    );
  }
  return spans;
}
