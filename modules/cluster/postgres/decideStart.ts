import { type ClusterAttempt, type ClusterTask, type ClusterTaskState, decideClusterStart } from 'daemonry';

import type { StartAnswer } from '../ClusterStore';
import { ENDS } from '../fields';

/** The fields of a task; those of Redis, see its scripts. */
export type Fields = Record<string, string>;

/** The process that asks for the step, and its job. */
interface Asker {
  readonly jobId: string;
  readonly lock: string;
  readonly claimId: string;
  readonly process: string;
  /** True if the job is still locked by the asker. */
  readonly isLocked: boolean;
}

const RUN = ['accounted', 'runToken', 'runStarted', 'runEnded', 'runJob', 'runLock', 'holder'] as const;

/** Decides about a moment as `decideClusterStart` does, and changes the fields accordingly. */
export function decideStart(
  fields: Fields,
  attempt: ClusterAttempt,
  policy: Pick<ClusterTask, 'overlap' | 'misfire' | 'delivery' | 'maxStarts'>,
  asker: Asker,
): StartAnswer {
  const startedAt = fields['runJob'] === asker.jobId ? numberIn(fields['runStarted']) : undefined;
  const nothing = {
    accounted: undefined,
    waiting: [],
    reason: undefined,
    fencingToken: 0n,
    startedAt,
    now: attempt.now,
  };
  if (!asker.isLocked) return { ...nothing, kind: 'gone', start: attempt.start };
  // The row was deleted: nothing is known from before, and nothing of it was missed.
  fields['since'] ??= String(attempt.now);
  if (fields['claim'] === asker.claimId) return fromText(fields['answer'] ?? '');
  const decision = decideClusterStart(stateIn(fields), attempt, policy);
  if (decision.kind === 'drop' && attempt.start === 1 && fields['answerJob'] === asker.jobId) {
    // Whoever was told to skip it may have died before its record was kept.
    const last = fromText(fields['answer'] ?? '');
    if (last.kind === 'skip') return last;
  }
  const undo = JSON.stringify(
    Object.fromEntries(RUN.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]))),
  );
  write(fields, decision.state);
  if (decision.kind === 'drop' || decision.kind === 'wait')
    return { ...nothing, kind: decision.kind, start: attempt.start };
  const answer: StartAnswer = {
    kind: decision.kind,
    start: attempt.start,
    now: attempt.now,
    accounted: decision.accounted,
    waiting: decision.waiting,
    reason: decision.kind === 'skip' ? decision.reason : undefined,
    fencingToken: decision.kind === 'start' ? decision.fencingToken : 0n,
    startedAt: undefined,
  };
  if (decision.kind === 'start')
    Object.assign(fields, { undo, runJob: asker.jobId, runLock: asker.lock, holder: asker.process });
  Object.assign(fields, { claim: asker.claimId, answer: toText(answer), answerJob: asker.jobId });
  return answer;
}

function stateIn(fields: Fields): ClusterTaskState {
  const { since = '0', token = '0', accounted, openSince, runToken, runStarted, runEnded } = fields;
  const { skipNext, skipsFrom = openSince ?? '0' } = fields;
  const ends = Object.values(ENDS).flatMap((name) => fields[name] ?? []);
  const pausedUntil = Math.max(...ends.map((end) => (end === 'inf' ? Infinity : Number(end))));
  return {
    scheduleSince: Number(since),
    token: BigInt(token),
    ...(skipNext === undefined ? {} : { skipsFrom: Number(skipsFrom) }),
    ...(accounted === undefined ? {} : { accounted: Number(accounted) }),
    ...(openSince === undefined ? {} : { openSince: Number(openSince) }),
    waiting: Object.keys(fields).filter(isWaiting).map(momentOf),
    ...(ends.length === 0 ? {} : { pausedUntil }),
    ...(runToken === undefined
      ? {}
      : {
          run: {
            startedAt: Number(runStarted),
            token: BigInt(runToken),
            ...(runEnded === undefined ? {} : { endedAt: Number(runEnded) }),
          },
        }),
  };
}

function write(fields: Fields, { accounted, waiting, run, token, pausedUntil, skipsFrom }: ClusterTaskState): void {
  fields['token'] = String(token);
  if (accounted !== undefined) fields['accounted'] = String(accounted);
  drop(fields, ...Object.keys(fields).filter((name) => isWaiting(name) && waiting?.includes(momentOf(name)) !== true));
  if (pausedUntil === undefined) drop(fields, ...Object.entries(ENDS).flat());
  if (skipsFrom === undefined) drop(fields, 'skipNext', 'skipsFrom');
  if (run === undefined) return;
  fields['runToken'] = String(run.token);
  fields['runStarted'] = String(run.startedAt);
  if (run.endedAt === undefined) drop(fields, 'runEnded');
  else fields['runEnded'] = String(run.endedAt);
}

const isWaiting = (name: string): boolean => name.startsWith('w:');
const momentOf = (name: string): number => Number(name.slice(2));

function drop(fields: Fields, ...names: readonly string[]): void {
  for (const name of names) Reflect.deleteProperty(fields, name);
}

const toText = (answer: StartAnswer): string =>
  JSON.stringify({ ...answer, fencingToken: String(answer.fencingToken) });

function fromText(text: string): StartAnswer {
  const { accounted, reason, ...answer } = JSON.parse(text) as StartAnswer;
  return { ...answer, accounted, reason, fencingToken: BigInt(answer.fencingToken) };
}

const numberIn = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
