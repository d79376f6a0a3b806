import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { BENCHMARKS, benchmarksNamed } from './driver/benchmarks.mjs';
import { goalsTable } from './driver/goals.mjs';
import { measureRounds } from './driver/rounds.mjs';
import { markdownTable, textTable } from './driver/tables.mjs';

const HELP = `Measures dist/ against what it is compared with, each figure in a process of its own.

  npm run bench -- [flags]        builds first
  node bench/run.mjs [flags]

  --only <name>      only this benchmark, or those whose names begin with it; may be repeated
  --subject <name>   only this subject; may be repeated
  --runs <n>         processes for each subject; 7 unless it is said, 5 at most where they are long
  --quick            3 runs, and nothing that takes long
  --json <file>      where the measured values go; bench/results/last.json unless it is said
  --from <file>      prints what such a file holds and measures nothing
  --markdown         prints the tables as Markdown
  --goals            prints the goals as Markdown, with what has been measured of them
  --list             prints the names of the benchmarks
  --help

For NestJS, awilix and the others: npm install --prefix bench/peers
`;

const FLAGS = {
  only: { type: 'string', multiple: true },
  subject: { type: 'string', multiple: true },
  runs: { type: 'string' },
  quick: { type: 'boolean' },
  json: { type: 'string' },
  from: { type: 'string' },
  markdown: { type: 'boolean' },
  goals: { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
};

const LONG_RUNS = 5;

class UsageError extends Error {}

function readFlags() {
  try {
    return parseArgs({ options: FLAGS }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** The benchmarks that the flags choose, with the subjects that they leave. */
function chosen({ only, subject, quick }) {
  const named = (only ?? []).flatMap((name) => {
    const benchmarks = benchmarksNamed(name);
    if (benchmarks.length === 0) throw new UsageError(`No benchmark is named ${name}: see --list.`);
    return benchmarks;
  });
  const known = new Set(BENCHMARKS.flatMap(({ subjects }) => subjects));
  const stranger = subject?.find((name) => !known.has(name));
  if (stranger !== undefined) throw new UsageError(`No subject is named ${stranger}: ${[...known].join(', ')}.`);
  return BENCHMARKS.filter((benchmark) => (only ? named.includes(benchmark) : !(quick && benchmark.long)))
    .map((benchmark) => ({
      ...benchmark,
      subjects: benchmark.subjects.filter((name) => subject?.includes(name) ?? true),
    }))
    .filter(({ subjects }) => subjects.length > 0);
}

function runsOf({ runs, quick }) {
  const count = Number(runs ?? (quick ? 3 : 7));
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`--runs takes a number of at least 1, not ${runs}.`);
  return count;
}

/** Measures, and says after each benchmark what it was; returns the results, which are in the file as well. */
async function measureAll(benchmarks, runs, file, say) {
  mkdirSync(dirname(file), { recursive: true });
  const results = { node: process.version, platform: `${process.platform} ${process.arch}`, runs, benchmarks: [] };
  const warmed = new Set();
  for (const benchmark of benchmarks) {
    const result = await measureRounds(benchmark, benchmark.long ? Math.min(runs, LONG_RUNS) : runs, warmed);
    results.benchmarks.push(result);
    // After each one, so that what has been measured survives an end in the middle.
    writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
    say(result);
  }
  return results;
}

function headOf({ node, platform, runs }) {
  const long = runs > LONG_RUNS ? `, ${LONG_RUNS} where they are long` : '';
  return `Node ${node}, ${platform}; median and range of ${runs} ${runs === 1 ? 'process' : 'processes'} each${long}.\n`;
}

async function main() {
  const flags = readFlags();
  if (flags.help) return console.log(HELP);
  if (flags.list) return BENCHMARKS.forEach(({ name, title }) => console.log(`${name.padEnd(24)}${title}`));
  const print = flags.markdown ? markdownTable : textTable;
  const say = (result) => flags.goals || console.log(print(result));
  let results;
  if (flags.from === undefined) {
    const file = flags.json ?? fileURLToPath(new URL('./results/last.json', import.meta.url));
    results = await measureAll(chosen(flags), runsOf(flags), file, say);
  } else {
    results = JSON.parse(readFileSync(flags.from, 'utf8'));
    for (const result of results.benchmarks) say(result);
  }
  if (flags.goals) console.log(goalsTable(results));
  console.log(headOf(results));
}

main().catch((error) => {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
});
