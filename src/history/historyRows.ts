import { deepFreeze } from '../contracts/frozen';
import type { RunOutcome, RunRecord, RunTrigger, SkipReason } from '../contracts/RunRecord';
import type { SerializedError } from '../contracts/SerializedError';
import type { SqlRow } from '../contracts/StateDatabase';
import { isoText } from '../time/instant';
import { type AnnouncedRun, tickIdOf } from '../scheduling/runs';
import { OUTCOMES, SUCCEEDED, TRIGGERS } from './historyTables';
import type { RunSeries } from './Retention';

/** The most characters that are kept of an error, its stack and its causes included: as many as of a text in the log. */
const LONGEST_ERROR = 8_192;
const LONGEST_MESSAGE = 2_000;

/** A run on its way to the database. */
export interface WaitingRun {
  readonly series: RunSeries;
  /** When it began, or was skipped, in epoch milliseconds. */
  readonly at: number;
  readonly run: number | null;
  readonly cause: number;
  readonly late: number;
  readonly took: number | null;
  readonly outcome: number;
  readonly more: string | null;
}

/**
 * A run that is decided, or a due moment without one.
 *
 * @param prefix - the beginning of the ids of this session's runs, before their number.
 */
export function waitingRun(series: RunSeries, announced: AnnouncedRun, prefix: string): WaitingRun {
  const { recordedAt, moment, endedAt, numberOfId, outcome } = announced;
  if (outcome === 'succeeded' && numberOfId !== undefined && moment !== undefined && endedAt !== undefined) {
    const cause = TRIGGERS.indexOf(moment.trigger);
    const at = whole(recordedAt);
    const late = at - whole(moment.scheduledAt);
    return { series, at, run: numberOfId, cause, late, took: whole(endedAt) - at, outcome: SUCCEEDED, more: null };
  }
  // All others are few enough to have their record made.
  const { runId, record } = announced;
  const run = numberIn(runId, prefix);
  const { trigger, scheduledAt, startedAt, finishedAt, reason, detail, missed, error } = record;
  const more = { runId: run === null ? runId : undefined, reason, detail, missedTo: missed && Date.parse(missed.to) };
  const at = startedAt === undefined ? whole(recordedAt) : Date.parse(startedAt);
  return {
    series,
    at,
    run,
    cause: TRIGGERS.indexOf(trigger),
    late: at - Date.parse(missed?.from ?? scheduledAt),
    took: finishedAt === undefined ? null : Date.parse(finishedAt) - at,
    outcome: OUTCOMES.indexOf(record.outcome as RunOutcome),
    more: JSON.stringify({ ...more, missedCount: missed?.count, error: error && cut(error) }),
  };
}

/** The number at the end of an id of this session; null in any other id. */
function numberIn(runId: string, prefix: string): number | null {
  if (!runId.startsWith(prefix)) return null;
  const rest = runId.slice(prefix.length);
  const number = Number(rest);
  return Number.isSafeInteger(number) && String(number) === rest ? number : null;
}

/** Some clocks have fractions of milliseconds. */
const whole = Math.trunc;

/** A row of the view of runs. */
export interface RunRow extends SqlRow {
  /** The place among the runs that began in the same millisecond. */
  readonly place: number;
  readonly run_id: string;
  readonly listener: string;
  readonly task: string;
  readonly cause: string;
  readonly at: number;
  readonly scheduled_at: number;
  readonly finished_at: number | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly missed_to: number | null;
  readonly missed_count: number | null;
  readonly error: string | null;
  readonly session_id: string | null;
  readonly host: string | null;
  readonly pid: number | null;
}

/** The record of a row. */
export function recordOf(row: RunRow): RunRecord {
  const { listener, task, run_id: runId, scheduled_at: scheduledAt, finished_at: finishedAt } = row;
  const { missed_to: to, missed_count: count, session_id: sessionId, host, pid } = row;
  const trigger = row.cause as RunTrigger;
  return deepFreeze<RunRecord>({
    runId,
    tickId: tickIdOf(`${listener}.${task}`, runId, trigger, scheduledAt),
    listener,
    task,
    trigger,
    scheduledAt: isoText(scheduledAt),
    ...(row.outcome === 'skipped' ? {} : { startedAt: isoText(row.at) }),
    ...(finishedAt === null ? {} : { finishedAt: isoText(finishedAt) }),
    outcome: row.outcome as RunOutcome,
    ...(row.reason === null ? {} : { reason: row.reason as SkipReason }),
    ...(row.detail === null ? {} : { detail: row.detail }),
    ...(to === null || count === null ? {} : { missed: { from: isoText(scheduledAt), to: isoText(to), count } }),
    ...(row.error === null ? {} : { error: readError(row.error) }),
    ...(sessionId === null || host === null || pid === null ? {} : { process: { sessionId, host, pid } }),
  });
}

/** Leaves out the causes if there is no room for them, and as much of the stack as there is none for. */
function cut(error: SerializedError): object {
  const { name, message, code, stack } = error;
  let kept: object = error;
  if (JSON.stringify(error).length > LONGEST_ERROR) {
    kept = { name, message: message.slice(0, LONGEST_MESSAGE), ...(code === undefined ? {} : { code }) };
  }
  const left = LONGEST_ERROR - JSON.stringify(kept).length - ',"stack":""'.length;
  const room = stack === undefined ? '' : stack.slice(0, Math.max(left, 0));
  // Characters that JSON escapes take more room than they seem to.
  const part = room.slice(0, Math.max(room.length - (JSON.stringify(room).length - 2 - room.length), 0));
  return part === '' ? kept : { ...kept, stack: part };
}

function readError(text: string): SerializedError {
  const { stack, ...error } = JSON.parse(text) as SerializedError;
  return stack === undefined ? error : Object.defineProperty(error, 'stack', { value: stack, enumerable: false });
}
