import type { ClusterState } from '../../contracts/ClusterEngine';
import type { OperateResult } from '../../contracts/Operation';
import type { HistoryPage } from '../../contracts/RunHistory';
import type { RunRecord } from '../../contracts/RunRecord';
import type { ScheduleExplanation } from '../../contracts/Scheduler';
import type { ApplicationStatus, ListenerStatus, TaskStatus } from '../../contracts/status';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasTexts = (value: unknown, ...names: readonly string[]): value is Fields =>
  isObject(value) && names.every((name) => typeof value[name] === 'string');

const hasTextsOrNone = (value: Fields, ...names: readonly string[]): boolean =>
  names.every((name) => ['string', 'undefined'].includes(typeof value[name]));

const listOf =
  <T>(accepts: (value: unknown) => value is T) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.every((each) => accepts(each));

const isOptional = <T>(value: unknown, accepts: (value: unknown) => value is T): value is T | undefined =>
  value === undefined || accepts(value);

/** True for a record of a run, as far as it is shown. */
const isRecord = (value: unknown): value is RunRecord =>
  hasTexts(value, 'runId', 'listener', 'task', 'scheduledAt') &&
  hasTextsOrNone(value, 'startedAt', 'finishedAt', 'outcome', 'reason', 'detail') &&
  isOptional(value['error'], isError);

const isError = (value: unknown): value is Fields => hasTexts(value, 'message');

const isCluster = (value: unknown): value is ClusterState =>
  isObject(value) &&
  hasTextsOrNone(value, 'holder', 'since', 'leaseUntil') &&
  ['number', 'undefined'].includes(typeof value['deadLetters']);

const isTask = (value: unknown): value is TaskStatus =>
  hasTexts(value, 'name', 'schedule') &&
  isOptional(value['lastRun'], isRecord) &&
  isOptional(value['pause'], isObject) &&
  isOptional(value['cluster'], isCluster) &&
  isObject(value['counters']) &&
  Object.values(value['counters']).every((count) => typeof count === 'number');

const isListener = (value: unknown): value is ListenerStatus =>
  hasTexts(value, 'name', 'state') &&
  listOf(isTask)(value['tasks']) &&
  isOptional(value['cluster'], isCluster) &&
  isOptional(value['error'], isError);

/** True for the answer of `/api/status`, as far as it is shown. */
export const isStatus = (value: unknown): value is ApplicationStatus =>
  hasTexts(value, 'name', 'state') && listOf(isListener)(value['listeners']);

/** True for the answer of `/api/runs`. */
export const areRecords = listOf(isRecord);

/** True for the answer of `/api/history`. */
export const isHistoryPage = (value: unknown): value is HistoryPage =>
  isObject(value) && areRecords(value['runs']) && ['string', 'undefined'].includes(typeof value['next']);

/** True for the answer of `/api/explain`. */
export const areExplanations = listOf((value: unknown): value is ScheduleExplanation =>
  hasTexts(value, 'listener', 'task', 'verdict', 'text'),
);

const areTexts = listOf((each): each is string => typeof each === 'string');

/** True for the answer of `/api/operate`, as far as it is shown. */
export const isResult = (value: unknown): value is OperateResult =>
  hasTexts(value, 'action') &&
  areTexts(value['notes']) &&
  isOptional(value['nextDue'], areTexts) &&
  isOptional(value['intent'], isObject) &&
  isOptional(value['record'], isRecord);
