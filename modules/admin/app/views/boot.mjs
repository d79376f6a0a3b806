/** @import { ChangeFrame } from '../../../web/EventReaders' */
/** @import { BootPlan, TimelinePhase } from 'daemonry' */
/** @import { Boot, BootedListener } from '../../AdminRoutes' */
/** @import { Tone } from './state.mjs' */
import { stateText, toneOfState } from './state.mjs';

/**
 * @typedef {object} Step One listener in a waterfall. Times are milliseconds since its beginning.
 * @property {string} name
 * @property {Tone} tone
 * @property {string} word
 * @property {number | undefined} from Undefined if it was not started.
 * @property {number} ms
 * @property {boolean} critical True if the whole would have been over sooner without it.
 * @property {string} note
 */

/**
 * The boot, one listener after the other in start order, and the chain of listeners that the boot had to wait for.
 *
 * @param {BootPlan} plan
 * @param {{ readonly bootedAt?: Boot['bootedAt'], readonly listeners: Boot['listeners'] }} status As it was when the boot was decided; before that, as it is.
 */
export function bootOf(plan, status) {
  const known = new Map(status.listeners.map((listener) => [listener.name, listener]));
  const timed = plan.order.flatMap((name) => {
    const { startedAt, startupMs } = known.get(name) ?? {};
    if (startedAt === undefined || startupMs === undefined) return [];
    const end = Date.parse(startedAt);
    return [{ name, begin: end - startupMs, end }];
  });
  const bootedAt = status.bootedAt === undefined ? Infinity : Date.parse(status.bootedAt);
  const during = timed.filter(({ begin }) => begin <= bootedAt);
  const begin = Math.min(...during.map((each) => each.begin));
  const critical = criticalPath(plan, during);
  const isCritical = new Set(critical);
  const times = new Map(during.map((each) => [each.name, each]));
  const steps = plan.order.flatMap((name) => {
    const listener = known.get(name);
    if (listener === undefined) return [];
    const time = times.get(name);
    /** @type {Step} */
    const step = {
      name,
      tone: toneOfState(listener.state),
      word: stateText(listener.state),
      from: time === undefined ? undefined : time.begin - begin,
      ms: time === undefined ? 0 : time.end - time.begin,
      critical: isCritical.has(name),
      note: noteOf(listener, time !== undefined),
    };
    return [step];
  });
  const end = Math.max(...during.map((each) => each.end), Number.isFinite(bootedAt) ? bootedAt : 0);
  return { steps, critical, totalMs: during.length === 0 ? 0 : end - begin };
}

/** @param {BootedListener} listener @param {boolean} isTimed */
function noteOf({ disabledReason, blockedBy, error, startedAt }, isTimed) {
  if (disabledReason !== undefined) return disabledReason;
  if (blockedBy !== undefined) return `blocked by ${blockedBy}`;
  if (isTimed) return '';
  if (startedAt !== undefined) return 'started again after the boot';
  return error?.message ?? '';
}

/** @typedef {{ readonly name: string, readonly begin: number, readonly end: number }} Timed */

/**
 * From the listener that was over last back to the first: before each, the one that it waited for, which is of those it needs,
 * or of all where one starts at a time, the one that was over last.
 *
 * @param {BootPlan} plan
 * @param {readonly Timed[]} times
 */
function criticalPath(plan, times) {
  const edges = new Map(plan.listeners.map(({ name, edges: own }) => [name, own.map(({ on }) => on)]));
  const concurrency = plan.values.find(({ path }) => path === 'startup.concurrency')?.value;
  /** @param {readonly Timed[]} some */
  const lastOf = (some) =>
    some.reduce(
      (last, each) => (last === undefined || each.end > last.end ? each : last),
      /** @type {Timed | undefined} */ (undefined),
    );
  /** From the last one back. @type {Set<string>} */
  const path = new Set();
  for (let step = lastOf(times); step !== undefined;) {
    const { name, begin } = step;
    path.add(name);
    const needed = edges.get(name) ?? [];
    const before = times.filter((each) => each.end <= begin && !path.has(each.name));
    step = lastOf(concurrency === 1 ? before : before.filter((each) => needed.includes(each.name)));
  }
  return [...path].reverse();
}

/** @typedef {Readonly<Record<string, { readonly from: number, readonly to?: number, readonly state: string }>>} Stops */

/** The stop that was watched live, in its order. @param {Stops} stops epoch ms, by listener */
export function stopOf(stops) {
  const all = Object.entries(stops);
  const begin = Math.min(...all.map(([, { from }]) => from));
  const end = Math.max(...all.map(([, { from, to }]) => to ?? from));
  const steps = all
    .sort(([, one], [, other]) => one.from - other.from)
    .map(([name, { from, to, state }]) => {
      /** @type {Step} */
      const step = {
        name,
        tone: toneOfState(state),
        word: stateText(state),
        from: from - begin,
        ms: (to ?? end) - from,
        critical: false,
        note: '',
      };
      return step;
    });
  return { steps, critical: /** @type {string[]} */ ([]), totalMs: all.length === 0 ? 0 : end - begin };
}

/** The stop of an earlier run, in its order. @param {TimelinePhase} phase */
export function savedStopOf({ began, ended, spans }) {
  const steps = spans.map((span) => {
    /** @type {Step} */
    const step = {
      name: span.listener,
      tone: span.outcome === 'ok' ? 'off' : 'bad',
      word: span.outcome,
      from: span.began - began,
      ms: span.ended - span.began,
      critical: false,
      note: '',
    };
    return step;
  });
  return { steps, totalMs: ended - began };
}

/** The stops with those that a frame tells of. @param {Stops} stops @param {ChangeFrame} frame @returns {Stops} */
export function stopsWith(stops, { at, listeners }) {
  const now = Date.parse(at);
  /** @type {[string, Stops[string]][]} */
  const changed = [];
  for (const { name, state } of listeners) {
    const from = stops[name]?.from ?? now;
    if (state === 'stopping') changed.push([name, { from, state }]);
    if (state === 'stopped' || state === 'shutdown_failed') changed.push([name, { from, to: now, state }]);
  }
  return { ...stops, ...Object.fromEntries(changed) };
}
