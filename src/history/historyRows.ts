import { deepFreeze } from '../contracts/frozen';
import type { RunOutcome, RunRecord, RunTrigger, SkipReason } from '../contracts/RunRecord';
import type { SerializedError } from '../contracts/SerializedError';
import type { SqlRow } from '../contracts/StateDatabase';
import { isoText } from '../time/instant';
import { tickIdOf } from '../scheduling/runs';

/** The most characters that are kept of an error, its stack and its causes included: as many as of a text in the log. */
const LONGEST_ERROR = 8_192;
const LONGEST_MESSAGE = 2_000;

/** A record on its way to the database. */
export interface WaitingRun {
  readonly record: RunRecord;
  /** When it began, or was skipped: epoch milliseconds. */
  readonly at: number;
}

/** The values of a run, in the order of the columns. */
export function rowOf({ record, at }: WaitingRun, session: number): readonly unknown[] {
  const { runId, listener, task, trigger, scheduledAt, finishedAt, outcome, reason, missed, error } = record;
  return [
    session,
    runId,
    listener,
    task,
    trigger,
    Math.round(at),
    Date.parse(missed?.from ?? scheduledAt),
    finishedAt === undefined ? null : Date.parse(finishedAt),
    outcome,
    reason ?? null,
    missed === undefined ? null : Date.parse(missed.to),
    missed?.count ?? null,
    error === undefined ? null : errorText(error),
  ];
}

/** A row of the table of runs, with its session. */
export interface RunRow extends SqlRow {
  readonly id: number;
  readonly run_id: string;
  readonly listener: string;
  readonly task: string;
  readonly cause: string;
  readonly at: number;
  readonly scheduled_at: number;
  readonly finished_at: number | null;
  readonly outcome: string;
  readonly reason: string | null;
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
    ...(to === null || count === null ? {} : { missed: { from: isoText(scheduledAt), to: isoText(to), count } }),
    ...(row.error === null ? {} : { error: readError(row.error) }),
    ...(sessionId === null || host === null || pid === null ? {} : { process: { sessionId, host, pid } }),
  });
}

/** Leaves out the causes if there is no room for them, and as much of the stack as there is none for. */
function errorText(error: SerializedError): string {
  const { name, message, code, stack } = error;
  let kept: object = error;
  if (JSON.stringify(error).length > LONGEST_ERROR) {
    kept = { name, message: message.slice(0, LONGEST_MESSAGE), ...(code === undefined ? {} : { code }) };
  }
  const left = LONGEST_ERROR - JSON.stringify(kept).length - ',"stack":""'.length;
  const room = stack === undefined ? '' : stack.slice(0, Math.max(left, 0));
  // Characters that JSON escapes take more room than they seem to.
  const cut = room.slice(0, Math.max(room.length - (JSON.stringify(room).length - 2 - room.length), 0));
  return JSON.stringify(cut === '' ? kept : { ...kept, stack: cut });
}

function readError(text: string): SerializedError {
  const { stack, ...error } = JSON.parse(text) as SerializedError;
  return stack === undefined ? error : Object.defineProperty(error, 'stack', { value: stack, enumerable: false });
}
