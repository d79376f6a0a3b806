import { figureOf } from './rows.mjs';

/**
 * @typedef {object} Goal
 * @property {string} title
 * @property {string} benchmark the name of the benchmark that measures it
 * @property {string} key the figure
 * @property {string} [of] the subject, daemonry unless it is said
 * @property {string} [over] the subject that it is divided by
 * @property {number} [most] the goal, as an upper limit
 * @property {number} [least] the goal, as a lower limit
 */

const SHAPES = ['daemons', 'services', 'none'];

/** @type {Goal[]} */
const GOALS = [
  ...SHAPES.map((shape, index) => ({
    title: `boot of 1,000, ${shape}: over inversify`,
    benchmark: `boot-1000-${shape}`,
    key: 'wall',
    over: 'inversify',
    most: [1.5, 1.4, 2][index],
  })),
  ...[1_000, 10_000].flatMap((size) =>
    SHAPES.map((shape) => ({
      title: `boot of ${size.toLocaleString('en')}, ${shape}: NestJS over daemonry`,
      benchmark: `boot-${size}-${shape}`,
      key: 'wall',
      of: 'nestjs',
      over: 'daemonry',
      least: size === 1_000 ? 1.6 : 3,
    })),
  ),
  ...[20, 100].map((size) => ({
    title: `boot of ${size}: beyond inversify, ms`,
    benchmark: `boot-${size}-daemons`,
    key: 'more',
    most: 25,
  })),
  ...['daemons', 'none'].map((shape) => ({
    title: `heap a daemon, ${shape}: beyond inversify, KiB`,
    benchmark: `heap-${shape}`,
    key: 'own',
    most: 1,
  })),
  { title: 'metrics, history and watchdog: a tick, µs', benchmark: 'operated-tick', key: 'own', most: 8 },
  ...[
    ['first of its process', 'wall'],
    ['once its process has the code', 'wallAgain'],
  ].map(([which, key]) => ({
    title: `metrics, history and watchdog: boot of 1,000, ${which}`,
    benchmark: 'operated-boot',
    key,
    over: 'plain',
    most: 1.1,
  })),
  {
    title: 'metrics, history and watchdog: 50 that wait, ms of CPU a second',
    benchmark: 'operated-idle',
    key: 'cpu',
    most: 10,
  },
  { title: 'a tick, beyond the bare loop, µs', benchmark: 'tick', key: 'own', most: 1 },
  { title: 'burst of 1,000: CPU a tick, µs', benchmark: 'burst', key: 'cpu', most: 5 },
  { title: 'burst of 1,000: p99 of lateness beyond bare timers, ms', benchmark: 'lateness', key: 'own', most: 5 },
  { title: 'load, beyond inversify, ms', benchmark: 'load', key: 'own', most: 25 },
  { title: 'process of 20 listeners: over NestJS', benchmark: 'cold', key: 'wall', over: 'nestjs', most: 0.5 },
  {
    title: 'process of 20 listeners, one file: over NestJS',
    benchmark: 'cold',
    key: 'wall',
    of: 'daemonry-one-file',
    over: 'nestjs',
    most: 0.3,
  },
  { title: 'virtual day, ms', benchmark: 'day', key: 'wall', most: 300 },
  { title: '`status()` of 10,000, ms', benchmark: 'questions', key: 'status', most: 30 },
  { title: '`plan.listeners` of 10,000, ms', benchmark: 'questions', key: 'plan', most: 50 },
  { title: '`health()` of 10,000, ms', benchmark: 'questions', key: 'health', most: 5 },
];

/** The goals as Markdown, with what the results say of them; `by CPU` depends less on what else the machine does. */
export function goalsTable({ benchmarks }) {
  const rows = GOALS.map((goal) => {
    const { title, benchmark, key, least, most } = goal;
    const limit = least === undefined ? `≤ ${most}` : `≥ ${least}`;
    const result = benchmarks.find(({ name }) => name === benchmark);
    const value = result && figureOf(result, goal);
    if (value === undefined) return [title, limit, 'not measured', '', ''];
    const byCpu = figureOf(result, { ...goal, key: key === 'wall' ? 'cpu' : `${key}Cpu` });
    const isReached = least === undefined ? value <= most : value >= least;
    return [title, limit, value.toFixed(2), byCpu?.toFixed(2) ?? '', isReached ? 'reached' : ''];
  });
  const lines = [['goal', 'limit', 'measured', 'by CPU', ''], ['---', '--:', '--:', '--:', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
