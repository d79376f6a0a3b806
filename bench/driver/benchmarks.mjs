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
 * @property {boolean} [long] left out by `--quick`
 */

const number = (value) => value.toLocaleString('en');

const SHAPES = {
  daemons: 'each takes three earlier ones',
  services: 'each takes three of ten services',
  none: 'without dependencies',
};

function boot(size, shape) {
  return {
    name: `boot-${size}-${shape}`,
    title: `boot of ${number(size)} daemons, ${SHAPES[shape]}`,
    script: 'boot.cjs',
    args: [shape, String(size)],
    subjects: ['inversify', 'daemonry', 'nestjs', 'awilix', 'tsyringe', 'handwritten'],
    figures: [
      { key: 'wall', title: 'wall', unit: 'ms' },
      { key: 'cpu', title: 'CPU', unit: 'ms' },
      { key: 'heap', title: 'heap growth', unit: 'KiB' },
      {
        key: 'own',
        title: 'heap a daemon beyond inversify',
        unit: 'KiB',
        beyond: { key: 'heap', subject: 'inversify', per: size },
      },
      { key: 'stop', title: 'stop', unit: 'ms' },
    ],
    long: size === 10_000,
  };
}

/** @type {Benchmark[]} */
export const BENCHMARKS = [
  ...[20, 100, 1_000, 10_000].flatMap((size) => Object.keys(SHAPES).map((shape) => boot(size, shape))),
];

/** The benchmarks that a name means: itself, or all that begin with it. */
export function benchmarksNamed(name) {
  return BENCHMARKS.filter((benchmark) => benchmark.name === name || benchmark.name.startsWith(`${name}-`));
}
