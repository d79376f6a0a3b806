/** @import { ApplicationHealth, ApplicationStatus, ListenerStatus } from 'daemonry' */
/** @import { ToldStandstill } from '../../AdminRoutes' */
/** @import { Lane } from '../../timeline' */
/** @import { Tone } from './state.mjs' */
import { count, duration, firstLine, relative } from '../format.mjs';
import { deadText, tasksWithDead } from './cluster.mjs';
import {
  heldBy,
  heldUp,
  isFailing,
  isFailure,
  lengthOf,
  newestRun,
  newestSuccess,
  nextDueOf,
  outcomeOf,
  toneOfListener,
  toneOfOutcome,
  TONES,
  wordOfListener,
} from './state.mjs';

/**
 * @typedef {object} Row A listener in the list.
 * @property {string} name
 * @property {Tone} tone
 * @property {string} word How it is, in a word.
 * @property {string | undefined} blockedBy The listener that keeps it from its work.
 * @property {string} schedule
 * @property {string | undefined} nextDue
 * @property {string} last What became of its newest run.
 * @property {Tone} lastTone
 * @property {string | undefined} lastAt
 * @property {string} took
 * @property {number} failed Failed runs of this session.
 * @property {Lane['bars']} bars
 */

/** @typedef {'problems' | 'name' | 'next' | 'last'} Sort */
/** @typedef {'all' | 'attention' | 'running' | 'paused' | 'off'} Filter */

/** @param {ListenerStatus} listener */
function scheduleOf({ tasks }) {
  const [first, ...others] = tasks;
  if (first === undefined) return 'no schedule';
  return others.length === 0 ? first.schedule : `${first.schedule}, ${others.length} more`;
}

/** @param {ListenerStatus} listener @param {Lane['bars']} bars @param {number} now @returns {Row} */
function rowOf(listener, bars, now) {
  const run = newestRun(listener);
  // Of a success before this start no more is known than when it was.
  const success = run === undefined ? newestSuccess(listener) : undefined;
  const outcome = run !== undefined ? outcomeOf(run) : success === undefined ? '' : 'succeeded';
  const ran = run === undefined ? undefined : lengthOf(run, now);
  return {
    name: listener.name,
    tone: toneOfListener(listener),
    word: wordOfListener(listener),
    blockedBy: listener.blockedBy,
    schedule: scheduleOf(listener),
    nextDue: listener.state === 'running' && listener.blockedBy === undefined ? nextDueOf(listener) : undefined,
    last: outcome.replaceAll('_', ' '),
    lastTone: toneOfOutcome(outcome),
    lastAt: run?.startedAt ?? run?.scheduledAt ?? success,
    took: ran === undefined ? '' : duration(ran),
    failed: listener.tasks.reduce((sum, { counters }) => sum + counters.failed + counters.timed_out, 0),
    bars,
  };
}

/** @type {Readonly<Record<Filter, (row: Row) => boolean>>} */
const FILTERS = {
  all: () => true,
  attention: ({ tone }) => tone === 'bad' || tone === 'warn',
  running: ({ tone }) => tone === 'ok' || tone === 'busy',
  paused: ({ tone }) => tone === 'paused',
  off: ({ tone }) => tone === 'off',
};

/** @param {string | undefined} one @param {string | undefined} other */
const earlierFirst = (one, other) => (one ?? '￿').localeCompare(other ?? '￿');

/** @type {Readonly<Record<Sort, (one: Row, other: Row) => number>>} */
const SORTS = {
  problems: (one, other) => TONES.indexOf(one.tone) - TONES.indexOf(other.tone),
  name: () => 0,
  next: (one, other) => earlierFirst(one.nextDue, other.nextDue),
  last: (one, other) => (other.lastAt ?? '').localeCompare(one.lastAt ?? ''),
};

/**
 * The rows of the list of listeners: filtered by state and by a part of the name, sorted, by name where the sort says nothing.
 *
 * @param {ApplicationStatus} status
 * @param {readonly Lane[]} lanes
 * @param {{ readonly sort: Sort, readonly filter: Filter, readonly search: string, readonly now: number }} options
 */
export function rowsOf(status, lanes, { sort, filter, search, now }) {
  const barsOf = new Map(lanes.map(({ listener, bars }) => [listener, bars]));
  const wanted = search.trim().toLowerCase();
  const rows = status.listeners
    .filter(({ name }) => name.includes(wanted))
    .map((listener) => rowOf(listener, barsOf.get(listener.name) ?? [], now))
    .filter(FILTERS[filter]);
  return rows.sort((one, other) => SORTS[sort](one, other) || one.name.localeCompare(other.name));
}

/** The number of listeners that each filter shows. @param {ApplicationStatus} status @returns {Record<Filter, number>} */
export function filterCounts(status) {
  const rows = status.listeners.map((listener) => rowOf(listener, [], 0));
  return /** @type {Record<Filter, number>} */ (
    Object.fromEntries(Object.entries(FILTERS).map(([filter, fits]) => [filter, rows.filter(fits).length]))
  );
}

/**
 * @typedef {object} Finding Something that an operator should look at.
 * @property {Tone} tone
 * @property {string | undefined} listener
 * @property {string} title
 * @property {string} detail
 * @property {readonly string[]} [about] Other listeners that it is about.
 * @property {string} when Since when, and what comes next.
 */

/** @param {ListenerStatus} listener @param {number} now @returns {readonly Finding[]} */
function findingsOf(listener, now) {
  const { name, state, error } = listener;
  const startedAgo = relative(listener.startedAt, now);
  if (['startup_failed', 'died', 'shutdown_failed'].includes(state)) {
    const title = state === 'startup_failed' ? 'failed to start' : state === 'died' ? 'has died' : 'failed to stop';
    const when = startedAgo === '' ? '' : `started ${startedAgo}`;
    return [{ tone: 'bad', listener: name, title, detail: firstLine(error?.message ?? ''), when }];
  }
  if (state === 'blocked') {
    return [
      { tone: 'warn', listener: name, title: 'is blocked', detail: `It needs "${listener.blockedBy}".`, when: '' },
    ];
  }
  if (state === 'backing_off') {
    const when = `attempt ${(listener.restarts ?? 0) + 1} ${relative(listener.restartAt, now)}`;
    return [{ tone: 'warn', listener: name, title: 'is restarted', detail: firstLine(error?.message ?? ''), when }];
  }
  if (state !== 'running') return [];
  const need = heldBy(listener);
  /** @param {ListenerStatus['tasks'][number]} task */
  const next = ({ nextRunAt, paused }) =>
    need !== undefined
      ? `blocked by ${need}`
      : paused
        ? 'paused'
        : nextRunAt === undefined
          ? ''
          : `next ${relative(nextRunAt, now)}`;
  const findings = listener.tasks.filter(isFailing).map((task) => failing(name, task, next(task), now));
  for (const task of listener.tasks.filter((each) => each.stale === true && !isFailing(each))) {
    findings.push(staleOf(name, task, next(task)));
  }
  if (need !== undefined) {
    const detail = `It needs "${need}", which does not run: its due moments are skipped.`;
    findings.push({ tone: 'warn', listener: name, title: 'is blocked', detail, when: '' });
  }
  if (listener.stuck !== true) return findings;
  const detail = 'A run has outlived its timeout and has not settled.';
  return [{ tone: 'bad', listener: name, title: 'is stuck', detail, when: '' }, ...findings];
}

/** @param {string} listener @param {ListenerStatus['tasks'][number]} task @param {string} next @param {number} now @returns {Finding} */
function failing(listener, task, next, now) {
  const { lastRun, failingSince, counters, name, stale } = task;
  const total = counters.failed + counters.timed_out + counters.lost;
  // A moment that was skipped, or a run in flight, is newer than the failure.
  const last = task.lastFailure ?? (isFailure(lastRun) ? lastRun : undefined);
  const isFirst = last !== undefined && (failingSince === undefined || last.finishedAt === failingSince);
  const when = [
    isFirst ? '' : `since ${relative(failingSince, now)}`,
    last === undefined ? '' : `last ${relative(last.finishedAt ?? last.scheduledAt, now)}`,
    total > 1 ? `${count(total)} times this session` : total === 0 ? 'before this start' : '',
    stale === true ? 'stale' : '',
    next,
  ];
  return {
    tone: 'bad',
    listener,
    title: `${name === 'tick' ? 'run' : name} ${last?.outcome === 'timed_out' ? 'timed out' : 'failed'}`,
    detail: firstLine(last?.error?.message ?? ''),
    when: when.filter((part) => part !== '').join(' · '),
  };
}

/** @param {string} listener @param {ListenerStatus['tasks'][number]} task @param {string} next @returns {Finding} */
const staleOf = (listener, { name }, next) => ({
  tone: 'bad',
  listener,
  title: `${name === 'tick' ? '' : `${name} `}is stale`,
  detail: 'It has not succeeded within the time that it must.',
  when: next,
});

const HOUR_MS = 3_600_000;

/** The newest standstill of the event loop, for an hour. @param {ToldStandstill | undefined} newest @param {number} now @returns {readonly Finding[]} */
function standstillOf(newest, now) {
  if (newest === undefined || now - Date.parse(newest.at) > HOUR_MS) return [];
  const { listener, task, hook, blockedMs, frame = '' } = newest;
  const title = `held the event loop for ${duration(blockedMs)}`;
  const who = listener === undefined ? 'code of no listener ' : task !== undefined && task !== 'tick' ? `${task} ` : '';
  const where = hook === undefined || hook === 'tick' ? '' : `in ${hook}, `;
  return [
    { tone: 'warn', listener, title: `${who}${title}`, detail: frame, when: `${where}${relative(newest.at, now)}` },
  ];
}

/** The dead letters of a listener. @param {ListenerStatus} listener */
const deadOf = (listener) =>
  tasksWithDead(listener).map(
    ({ name, cluster }) =>
      /** @type {Finding} */ ({
        tone: 'warn',
        listener: listener.name,
        title: `${name === 'tick' ? '' : `${name} `}has ${deadText(cluster)}`,
        detail: 'Due moments that failed at every start; each can be run again on the page of the listener.',
        when: '',
      }),
  );

/**
 * Everything that an operator should look at: listeners that failed, tasks whose newest run failed, causes of being degraded
 * that no listener explains, the newest standstill of the event loop, and dead letters.
 *
 * @param {ApplicationStatus} status
 * @param {ApplicationHealth | undefined} health
 * @param {number} now
 * @param {ToldStandstill} [standstill]
 */
export function attentionOf(status, health, now, standstill) {
  const found = status.listeners.flatMap((listener) => findingsOf(listener, now));
  // The cause of a stale task begins with its path.
  const explained = found.flatMap(({ listener = '' }) => [`"${listener}"`, `"${listener}.`]);
  const broken = status.listeners.filter(({ state }) => state === 'died').map(({ error }) => error?.message ?? '');
  const causes = (health?.causes ?? [])
    .filter((cause) => !explained.some((name) => cause.includes(name)) && !broken.includes(cause))
    .map(causeOf);
  const sorted = gathered(found, status.listeners).sort(
    (one, other) => TONES.indexOf(one.tone) - TONES.indexOf(other.tone),
  );
  return [...sorted, ...causes, ...standstillOf(standstill, now), ...status.listeners.flatMap(deadOf)];
}

/** More listeners than these that one blocks are told as one. */
const MOST_BLOCKED = 3;

/** The findings, with one in place of many for those that one listener blocks. @param {readonly Finding[]} found @param {readonly ListenerStatus[]} listeners */
function gathered(found, listeners) {
  const many = [...heldUp(listeners)].filter(([, names]) => names.length > MOST_BLOCKED);
  const told = new Set(many.flatMap(([, names]) => names));
  const blocking = many.map(
    ([need, names]) =>
      /** @type {Finding} */ ({
        ...{ tone: 'warn', listener: need, title: `blocks ${count(names.length)} listeners`, when: '', about: names },
        detail: 'They need it, and it does not run.',
      }),
  );
  return [...found.filter(({ listener = '', title }) => title !== 'is blocked' || !told.has(listener)), ...blocking];
}

/** A cause, with the listener that it begins with. @param {string} cause @returns {Finding} */
function causeOf(cause) {
  const [, listener, task = 'tick', rest = ''] = /^"([a-z0-9_]+)(?:\.([a-z0-9_]+))?" (.*)$/s.exec(cause) ?? [];
  const title = listener === undefined ? cause : `${task === 'tick' ? '' : `${task} `}${rest}`;
  return { tone: 'warn', listener, title, detail: '', when: '' };
}
