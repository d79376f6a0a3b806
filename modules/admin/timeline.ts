import type { RunRecord } from 'daemonry';

/** The kinds of bars: the outcomes, `missed` for skipped moments that were missed, and `running` for a run in flight. */
export type BarKind = 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'lost' | 'skipped' | 'missed' | 'running';

/** Runs of a listener that are drawn as one: milliseconds from the beginning of the timeline, the kind, and how many. */
export type Bar = readonly [from: number, to: number, kind: BarKind, count: number];

/** The runs of one listener. */
export interface Lane {
  /** The name of the listener. */
  readonly listener: string;
  /** In the order of their beginnings. */
  readonly bars: readonly Bar[];
}

/** A stretch of time, in epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Bars that are closer than this part of the timeline, and of one kind, are drawn as one. */
const FINEST = 600;

/** The bars of the runs that lie in `span`, by listener. Runs in flight last until its end. */
export function lanesOf(records: Iterable<RunRecord>, span: Span): readonly Lane[] {
  const byListener = new Map<string, RunRecord[]>();
  for (const record of records) {
    const known = byListener.get(record.listener);
    if (known === undefined) byListener.set(record.listener, [record]);
    else known.push(record);
  }
  return Array.from(byListener, ([listener, own]) => ({ listener, bars: barsOf(own, span) }));
}

function barsOf(records: readonly RunRecord[], { from, to }: Span): readonly Bar[] {
  const finest = (to - from) / FINEST;
  const latest = new Map<BarKind, { from: number; to: number; kind: BarKind; count: number }>();
  const bars: { from: number; to: number; kind: BarKind; count: number }[] = [];
  const drawn = records.map((record) => drawnOf(record, to)).filter((bar) => bar.to >= from && bar.from <= to);
  for (const bar of drawn.sort((one, other) => one.from - other.from)) {
    const last = latest.get(bar.kind);
    if (last !== undefined && bar.from - last.to < finest) {
      last.to = Math.max(last.to, bar.to);
      last.count += bar.count;
    } else {
      latest.set(bar.kind, bar);
      bars.push(bar);
    }
  }
  return bars.map((bar) => [
    Math.max(0, Math.round(bar.from - from)),
    Math.min(to - from, Math.round(bar.to - from)),
    bar.kind,
    bar.count,
  ]);
}

function drawnOf(record: RunRecord, now: number): { from: number; to: number; kind: BarKind; count: number } {
  const { missed, scheduledAt, startedAt, finishedAt, outcome, reason } = record;
  if (missed !== undefined) {
    return { from: Date.parse(missed.from), to: Date.parse(missed.to), kind: 'missed', count: missed.count };
  }
  const from = Date.parse(startedAt ?? scheduledAt);
  const end = startedAt === undefined ? from : now;
  const to = finishedAt === undefined ? end : Date.parse(finishedAt);
  const isMissed = reason === 'missed' || reason === 'unreachable';
  return { from, to, kind: isMissed ? 'missed' : (outcome ?? 'running'), count: 1 };
}
