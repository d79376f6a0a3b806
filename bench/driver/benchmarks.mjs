/**
 * @typedef {object} Figure
 * @property {string} key the name of the number in what the process reports, or of the number derived from it
 * @property {string} title
 * @property {string} unit
 * @property {{ key: string, subject: string, per: number }} [beyond] what daemonry has more than another subject, divided
 *
 * @typedef {object} Benchmark
 * @property {string} name what `--only` takes
 * @property {string} title
 * @property {string} script the file in `bench/subjects` that measures
 * @property {string[]} args what the script is given after the subject
 * @property {string[]} subjects the first is what the others are compared with
 * @property {Figure[]} figures
 * @property {boolean} [long] left out by `--quick`, and measured five times at most
 */

const number = (value) => value.toLocaleString('en');

const SHAPES = {
  daemons: 'each takes three earlier ones',
  services: 'each takes three of ten services',
  none: 'without dependencies',
};

/** @type {Figure} */
const WALL = { key: 'wall', title: 'wall', unit: 'ms' };

/** @type {Figure} */
const CPU = { key: 'cpu', title: 'CPU', unit: 'ms' };

/** What daemonry takes more than another subject, each of so many. */
function beyond(subject, key, figure, per = 1) {
  return { ...figure, key, title: `${figure.title} beyond ${subject}`, beyond: { key: figure.key, subject, per } };
}

function boot(size, shape) {
  return {
    name: `boot-${size}-${shape}`,
    title: `boot of ${number(size)} daemons, ${SHAPES[shape]}`,
    script: 'boot.cjs',
    args: [shape, String(size)],
    subjects: ['inversify', 'daemonry', 'nestjs', 'awilix', 'tsyringe', 'handwritten'],
    figures: [
      WALL,
      beyond('inversify', 'more', WALL),
      CPU,
      beyond('inversify', 'moreCpu', CPU),
      { key: 'heap', title: 'heap growth', unit: 'KiB' },
      { key: 'stop', title: 'stop', unit: 'ms' },
    ],
    long: size === 10_000,
  };
}

function heap(shape) {
  const each = { key: 'each', title: 'heap a daemon', unit: 'KiB' };
  return {
    name: `heap-${shape}`,
    title: `heap of 2,000 daemons, ${SHAPES[shape]}`,
    script: 'heap.cjs',
    args: [shape, '2000'],
    subjects: ['inversify', 'daemonry'],
    figures: [
      each,
      beyond('inversify', 'own', each),
      { key: 'once', title: 'once a process, such as compiled functions', unit: 'KiB' },
    ],
  };
}

/** Metrics, history and watchdog together, against an application without them. */
function operated(part, title, size, figures) {
  const subjects = ['plain', 'daemonry'];
  return { name: `operated-${part}`, title, script: 'operated.cjs', args: [part, String(size)], subjects, figures };
}

function virtual(name, title, numbers) {
  const args = numbers.map(String);
  return { name, title, script: 'virtual.cjs', args, subjects: ['bare', 'daemonry'], figures: [WALL, CPU] };
}

const TASKS = ['setInterval', 'daemonry', 'nestjs', 'toad-scheduler', 'daemonry-cron', 'croner', 'node-cron'];

/** @type {Benchmark[]} */
export const BENCHMARKS = [
  {
    name: 'load',
    title: 'load the packages',
    script: 'load.cjs',
    args: [],
    subjects: ['inversify', 'daemonry', 'nestjs'],
    figures: [WALL, CPU, beyond('inversify', 'own', WALL), beyond('inversify', 'ownCpu', CPU)],
  },
  {
    name: 'cold',
    title: 'from the spawn of a process to 20 listeners that have started',
    script: 'cold.cjs',
    args: [],
    subjects: ['nestjs', 'daemonry', 'inversify', 'nestjs-one-file', 'daemonry-one-file', 'daemonry-code-cache'],
    figures: [WALL, CPU],
  },
  ...[20, 100, 1_000, 10_000].flatMap((size) => Object.keys(SHAPES).map((shape) => boot(size, shape))),
  {
    name: 'tick',
    title: 'one tick on a clock that is stepped by hand, mean of 100,000',
    script: 'tick.cjs',
    args: ['100000'],
    subjects: ['bare', 'daemonry'],
    figures: [
      { key: 'wall', title: 'wall', unit: 'µs' },
      { key: 'cpu', title: 'CPU', unit: 'µs' },
      beyond('bare', 'own', { key: 'cpu', title: 'CPU', unit: 'µs' }),
    ],
  },
  {
    name: 'burst',
    title: '1,000 tasks that are due at once, every second, on real timers',
    script: 'burst.cjs',
    args: ['1000'],
    subjects: TASKS,
    figures: [
      { key: 'cpu', title: 'CPU a tick', unit: 'µs' },
      { key: 'span', title: 'first to last tick, a tick', unit: 'µs' },
      { key: 'hold', title: 'longest hold of the loop', unit: 'ms' },
    ],
    long: true,
  },
  {
    name: 'lateness',
    title: 'lateness of 1,000 tasks that are due at once, on a loop that is busy half of the time',
    script: 'lateness.cjs',
    args: ['1000'],
    subjects: ['bare', 'daemonry', 'daemonry-cron'],
    figures: [
      { key: 'p50', title: 'p50', unit: 'ms' },
      { key: 'p99', title: 'p99', unit: 'ms' },
      beyond('bare', 'own', { key: 'p99', title: 'p99', unit: 'ms' }),
    ],
    long: true,
  },
  {
    name: 'idle',
    title: '1,000 tasks that wait for their next five minutes',
    script: 'idle.cjs',
    args: ['1000'],
    subjects: TASKS,
    figures: [{ key: 'cpu', title: 'CPU a second', unit: 'ms' }],
    long: true,
  },
  {
    name: 'jobs',
    title: 'from the spawn of a process to its first job, and 100 jobs',
    script: 'jobs.cjs',
    args: ['100'],
    subjects: ['daemonry', 'bullmq', 'agenda', 'bree'],
    figures: [
      WALL,
      { key: 'heap', title: 'heap of 100 jobs that wait', unit: 'KiB' },
      { key: 'cpu', title: 'CPU of a job that is due every second', unit: 'µs' },
    ],
    long: true,
  },
  ...Object.keys(SHAPES).map((shape) => heap(shape)),
  operated('tick', 'one tick with metrics, history and watchdog, mean of 100,000', 100_000, [
    { ...CPU, unit: 'µs' },
    beyond('plain', 'own', { ...CPU, unit: 'µs' }),
  ]),
  operated('boot', 'boot of 1,000 daemons with metrics, history and watchdog, whose state has its tables', 1_000, [
    { ...WALL, title: 'wall, in a process that has started nothing before' },
    { ...CPU, title: 'CPU, in a process that has started nothing before' },
    { key: 'first', title: 'CPU of the first 5 s, with that boot', unit: 'ms' },
    { ...WALL, key: 'wallAgain', title: 'wall, once more in the same process' },
    { ...CPU, key: 'cpuAgain', title: 'CPU, once more in the same process' },
  ]),
  operated('idle', '50 daemons that wait, with metrics, history and watchdog', 50, [
    { key: 'cpu', title: 'CPU a second', unit: 'ms' },
  ]),
  virtual('day', 'a virtual day of 15 daemons every 30 s', [15, 30, 24]),
  virtual('hour', 'a virtual hour with 100,000 due moments of 1,000 daemons', [1_000, 36, 1]),
  {
    name: 'questions',
    title: '10,000 daemons that are asked about, for the first time',
    script: 'questions.cjs',
    args: ['10000'],
    subjects: ['daemonry'],
    figures: [
      { key: 'plan', title: '`plan.listeners`, wall', unit: 'ms' },
      { key: 'planCpu', title: '`plan.listeners`, CPU', unit: 'ms' },
      { key: 'status', title: '`status()`, wall', unit: 'ms' },
      { key: 'statusCpu', title: '`status()`, CPU', unit: 'ms' },
      { key: 'statusAgain', title: '`status()` again, wall', unit: 'ms' },
      { key: 'health', title: '`health()`, wall', unit: 'ms' },
      { key: 'healthCpu', title: '`health()`, CPU', unit: 'ms' },
    ],
    long: true,
  },
];

/** The benchmarks that a name means: itself, or all that begin with it. */
export function benchmarksNamed(name) {
  return BENCHMARKS.filter((benchmark) => benchmark.name === name || benchmark.name.startsWith(`${name}-`));
}
