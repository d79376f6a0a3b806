/** @import { RunRecord } from 'daemonry' */
/** @import { Bar, BarKind } from '../../timeline' */

const STEPS_MS = [1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400].map((s) => s * 1_000);

/**
 * The marks of a time axis, at round local times: where each is, from 0 to 1, and its text.
 *
 * @param {number} from epoch ms
 * @param {number} to epoch ms
 * @param {number} most
 */
export function ticksOf(from, to, most) {
  const step = STEPS_MS.find((each) => (to - from) / each <= most) ?? 86_400_000;
  // Round in local time: an offset of half an hour would move the marks.
  const offset = new Date(from).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - offset) / step) * step + offset;
  const ticks = [];
  for (let at = first; at <= to; at += step) ticks.push({ at: (at - from) / (to - from), text: tickText(at, step) });
  return ticks;
}

/** @param {number} at @param {number} step */
function tickText(at, step) {
  const date = new Date(at);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  if (step >= 86_400_000) return `${date.getMonth() + 1}/${date.getDate()}`;
  return step < 60_000 ? `${hours}:${minutes}:${seconds}` : `${hours}:${minutes}`;
}

/** Width of the drawing in which lanes are drawn, and its height. */
export const LANE = { width: 1_000, height: 20 };

/** Height of a bar of each kind: a success is calm, and a failure stands out. @type {Readonly<Record<BarKind, number>>} */
const HEIGHTS = {
  succeeded: 10,
  running: 10,
  cancelled: 10,
  skipped: 4,
  missed: 12,
  failed: 18,
  timed_out: 18,
  lost: 18,
};

/** Drawn later is drawn over. @type {readonly BarKind[]} */
const DRAWN = ['skipped', 'succeeded', 'running', 'cancelled', 'missed', 'lost', 'timed_out', 'failed'];

/**
 * The outlines of the bars of a lane, one for each kind, as the `d` of an SVG path.
 *
 * @param {readonly Bar[]} bars
 * @param {number} length of the timeline in ms
 */
export function pathsOf(bars, length) {
  return DRAWN.flatMap((kind) => {
    const own = bars.filter((bar) => bar[2] === kind);
    if (own.length === 0) return [];
    const height = HEIGHTS[kind];
    const top = (LANE.height - height) / 2;
    const d = own.map(([from, to]) => {
      const x = (from / length) * LANE.width;
      const width = Math.max(2.5, ((to - from) / length) * LANE.width);
      return `M${round(Math.min(x, LANE.width - 2.5))} ${top}h${round(width)}v${height}h-${round(width)}z`;
    });
    return [{ kind, d: d.join('') }];
  });
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;

/** A lane in words, for those who do not see it. @param {readonly Bar[]} bars */
export function laneText(bars) {
  if (bars.length === 0) return 'no runs';
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const [, , kind, count] of bars) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return [...counts].map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')}`).join(', ');
}

/** The bar at a place of a lane, if there is one near. @param {readonly Bar[]} bars @param {number} at ms @param {number} near ms */
export function barAt(bars, at, near) {
  let best;
  let distance = near;
  for (const bar of bars) {
    const away = at < bar[0] ? bar[0] - at : at > bar[1] ? at - bar[1] : 0;
    if (away <= distance) [best, distance] = [bar, away];
  }
  return best;
}

/** The value below which the given part of the sorted values lies. @param {readonly number[]} sorted @param {number} part */
function percentile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * part) - 1))];
}

/**
 * The durations of runs that were carried out: instants in epoch seconds, milliseconds of the good and the bad ones, and the
 * median and 95th percentile of all. Undefined while there are fewer than two.
 *
 * @param {readonly RunRecord[]} runs
 */
export function durationsOf(runs) {
  const ended = runs
    .filter(({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt !== undefined)
    .map((run) => ({
      at: Date.parse(run.startedAt ?? '') / 1_000,
      ms: Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? ''),
      isGood: run.outcome === 'succeeded',
    }))
    .sort((one, other) => one.at - other.at);
  if (ended.length < 2) return undefined;
  const sorted = ended.map(({ ms }) => ms).sort((one, other) => one - other);
  return {
    at: ended.map(({ at }) => at),
    good: ended.map(({ ms, isGood }) => (isGood ? ms : null)),
    bad: ended.map(({ ms, isGood }) => (isGood ? null : ms)),
    p50: percentile(sorted, 0.5) ?? 0,
    p95: percentile(sorted, 0.95) ?? 0,
    most: sorted.at(-1) ?? 0,
  };
}
