import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { BENCHMARKS } from './driver/benchmarks.mjs';
import { measureRounds } from './driver/rounds.mjs';
import { figureOf } from './driver/rows.mjs';

const HELP = `Compares what dist/ costs with bench/recorded.json; fails when a figure is worse in three tries of three.

  npm run bench:check [-- --record]

  --record   writes the file instead
  --help
`;

const RECORDED = new URL('./recorded.json', import.meta.url);

/** The most that a figure may exceed what is recorded of it: by half. A machine that does other things makes less of a difference. */
const TOLERANCE = 1.5;

const [RUNS, TRIES] = [5, 3];

/** Ratios of CPU times, and the heap: what depends little on the machine, and needs no package from `bench/peers`. */
const FIGURES = [
  { name: 'boot 1,000 daemons, over inversify', benchmark: 'boot-1000-daemons', key: 'cpu', over: 'inversify' },
  { name: 'boot 1,000 daemons, over NestJS', benchmark: 'boot-1000-daemons', key: 'cpu', over: 'nestjs' },
  { name: 'KiB a daemon beyond inversify', benchmark: 'heap-daemons', key: 'own' },
  { name: 'load, over inversify', benchmark: 'load', key: 'cpu', over: 'inversify' },
  { name: 'a tick, over the bare loop', benchmark: 'tick', key: 'cpu', over: 'bare' },
  { name: 'a virtual day, over the bare loop', benchmark: 'day', key: 'cpu', over: 'bare' },
];

/** Measures the benchmarks that these figures come from, and returns each figure by its name. */
async function measureFigures(figures, warmed) {
  const measured = new Map();
  for (const name of new Set(figures.map(({ benchmark }) => benchmark))) {
    const benchmark = BENCHMARKS.find((other) => other.name === name);
    const asked = figures.filter((figure) => figure.benchmark === name);
    const subjects = new Set(['daemonry', ...asked.map(({ over }) => over ?? 'inversify')]);
    const result = await measureRounds({ ...benchmark, subjects: [...subjects] }, RUNS, warmed);
    const lacking = result.subjects.find(({ missing }) => missing !== undefined);
    if (lacking !== undefined) throw new Error(`${lacking.missing} is not installed`);
    for (const figure of asked) measured.set(figure.name, figureOf(result, figure));
  }
  return measured;
}

async function record() {
  const measured = await measureFigures(FIGURES, new Set());
  const rounded = Object.fromEntries([...measured].map(([name, value]) => [name, Number(value.toFixed(2))]));
  writeFileSync(RECORDED, `${JSON.stringify({ node: process.version, figures: rounded }, undefined, 2)}\n`);
  for (const [name, value] of Object.entries(rounded)) console.log(`${name}: ${value}`);
}

async function check() {
  const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')).figures;
  const unknown = FIGURES.find(({ name }) => recorded[name] === undefined);
  if (unknown !== undefined) throw new Error(`bench/recorded.json lacks "${unknown.name}": write it with --record`);
  const warmed = new Set();
  let suspects = FIGURES;
  for (let attempt = 1; attempt <= TRIES && suspects.length > 0; attempt++) {
    const measured = await measureFigures(suspects, warmed);
    const isWorse = ({ name }) => measured.get(name) > recorded[name] * TOLERANCE;
    for (const figure of suspects) {
      const { name } = figure;
      const verdict = isWorse(figure) ? `worse, try ${attempt} of ${TRIES}` : 'good';
      console.log(`${name}: ${measured.get(name).toFixed(2)}, recorded ${recorded[name]}: ${verdict}`);
    }
    suspects = suspects.filter(isWorse);
  }
  if (suspects.length === 0) return;
  console.error(`\nMore than half worse than bench/recorded.json: ${suspects.map(({ name }) => name).join('; ')}.`);
  process.exitCode = 1;
}

async function main() {
  let flags;
  try {
    flags = parseArgs({ options: { record: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  if (flags.help) console.log(HELP);
  else await (flags.record ? record() : check());
}

await main();
