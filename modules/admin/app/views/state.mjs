/** @import { ListenerStatus, RunRecord, TaskStatus } from 'daemonry' */
import { tasksWithDead } from './cluster.mjs';

/**
 * The meaning of a state, which has a colour and a sign: `ok`, `busy` on its way, `warn`, `bad`, `paused`, `off`.
 *
 * @typedef {'ok' | 'busy' | 'warn' | 'bad' | 'paused' | 'off'} Tone
 */

/** All tones, the worst first. @type {readonly Tone[]} */
export const TONES = ['bad', 'warn', 'busy', 'paused', 'ok', 'off'];

/** @type {Readonly<Record<string, Tone>>} */
const TONE_OF_STATE = {
  running: 'ok',
  created: 'off',
  registered: 'off',
  disabled: 'off',
  stopped: 'off',
  starting: 'busy',
  stopping: 'busy',
  backing_off: 'warn',
  blocked: 'warn',
  degraded: 'warn',
  startup_failed: 'bad',
  shutdown_failed: 'bad',
  died: 'bad',
  failed: 'bad',
};

/** The tone of a state of an application or a listener. @param {string} state @returns {Tone} */
export const toneOfState = (state) => TONE_OF_STATE[state] ?? 'off';

/** A state in words. @param {string} state */
export const stateText = (state) => state.replaceAll('_', ' ');

/** @type {Readonly<Record<string, Tone>>} */
const TONE_OF_OUTCOME = {
  succeeded: 'ok',
  failed: 'bad',
  timed_out: 'bad',
  lost: 'bad',
  cancelled: 'off',
  skipped: 'off',
  missed: 'warn',
  running: 'busy',
};

/** The word for what became of a run: its outcome, `missed`, or `running`. @param {RunRecord} run */
export function outcomeOf(run) {
  if (run.outcome === 'skipped' && (run.missed !== undefined || run.reason === 'missed')) return 'missed';
  return run.outcome ?? 'running';
}

/** The tone of a run. @param {string} outcome @returns {Tone} */
export const toneOfOutcome = (outcome) => TONE_OF_OUTCOME[outcome] ?? 'off';

/** True if a run ended as it should not. @param {RunRecord | undefined} run */
export const isFailure = (run) => run !== undefined && toneOfOutcome(outcomeOf(run)) === 'bad';

/** True if the newest run of a task failed: a due moment that was skipped since then makes it no better. @param {TaskStatus} task */
export const isFailing = ({ failingSince, lastRun }) => failingSince !== undefined || isFailure(lastRun);

/** The listener for which a running one has its due moments skipped. @param {ListenerStatus} listener */
export const heldBy = ({ state, blockedBy }) => (state === 'running' ? blockedBy : undefined);

/** The listeners that each broken one keeps from their work, by its name. @param {readonly ListenerStatus[]} listeners */
export function heldUp(listeners) {
  /** @type {Map<string, string[]>} */
  const held = new Map();
  for (const { name, blockedBy } of listeners) {
    if (blockedBy !== undefined) held.set(blockedBy, [...(held.get(blockedBy) ?? []), name]);
  }
  return held;
}

/** True if every task of a listener is paused. @param {ListenerStatus} listener */
export const isPaused = ({ tasks }) => tasks.length > 0 && tasks.every(({ paused }) => paused);

/** The newest run of a listener that was carried out or is under way, over all of its tasks. @param {ListenerStatus} listener */
export function newestRun({ tasks }) {
  /** @type {RunRecord | undefined} */
  let newest;
  for (const { lastRun, lastFailure } of tasks) {
    // A failure before this start, where nothing has come since then.
    const run = lastRun ?? lastFailure;
    if (run !== undefined && (newest === undefined || run.scheduledAt > newest.scheduledAt)) newest = run;
  }
  return newest;
}

/** When a listener succeeded last, over all of its tasks. @param {ListenerStatus} listener */
export const newestSuccess = ({ tasks }) =>
  tasks
    .flatMap(({ lastSuccessAt }) => lastSuccessAt ?? [])
    .sort()
    .at(-1);

/** The next due moment of a listener, over all of its tasks. @param {ListenerStatus} listener */
export function nextDueOf({ tasks }) {
  return tasks.reduce(
    (/** @type {string | undefined} */ next, { nextRunAt }) =>
      nextRunAt !== undefined && (next === undefined || nextRunAt < next) ? nextRunAt : next,
    undefined,
  );
}

/** How long a run took, in milliseconds; of one in flight, so far. @param {RunRecord} run @param {number} now */
export function lengthOf({ startedAt, finishedAt }, now) {
  if (startedAt === undefined) return undefined;
  return (finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(startedAt);
}

/**
 * The tone by which a listener is shown and sorted: its state; while it runs, whether it is stuck, its newest run failed, a
 * task is stale, something that it needs does not run, it has dead letters, or it is paused.
 *
 * @param {ListenerStatus} listener
 * @returns {Tone}
 */
export function toneOfListener(listener) {
  const tone = toneOfState(listener.state);
  if (tone !== 'ok') return tone;
  if (listener.stuck === true) return 'bad';
  if (listener.tasks.some((task) => isFailing(task) || task.stale === true)) return 'bad';
  if (heldBy(listener) !== undefined || tasksWithDead(listener).length > 0) return 'warn';
  return isPaused(listener) ? 'paused' : 'ok';
}

/** One word for how a listener is. @param {ListenerStatus} listener */
export function wordOfListener(listener) {
  if (listener.state !== 'running') return stateText(listener.state);
  if (listener.stuck === true) return 'stuck';
  if (listener.tasks.some(isFailing)) return 'failing';
  if (listener.tasks.some(({ stale }) => stale === true)) return 'stale';
  if (heldBy(listener) !== undefined) return 'blocked';
  if (tasksWithDead(listener).length > 0) return 'dead letters';
  return isPaused(listener) ? 'paused' : 'running';
}

/** How a listener is, with the one that blocks it. @param {string} word @param {string | undefined} blockedBy */
export function withBlocker(word, blockedBy) {
  if (blockedBy === undefined) return word;
  return word === 'blocked' ? `blocked by ${blockedBy}` : `${word}, blocked by ${blockedBy}`;
}

/** @param {readonly TaskStatus[]} tasks @param {(counters: TaskStatus['counters']) => number} pick */
const sumOf = (tasks, pick) => tasks.reduce((sum, { counters }) => sum + pick(counters), 0);

/** The runs of this session: all that were carried out, and those that failed. @param {readonly ListenerStatus[]} listeners */
export function totalsOf(listeners) {
  const tasks = listeners.flatMap((listener) => listener.tasks);
  return {
    runs: sumOf(tasks, (each) => each.succeeded + each.failed + each.timed_out + each.cancelled),
    failed: sumOf(tasks, (each) => each.failed + each.timed_out),
    skipped: sumOf(tasks, (each) => each.skipped),
    missed: sumOf(tasks, (each) => each.missed),
  };
}
