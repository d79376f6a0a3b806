'use strict';

// node bench/operatingLoad.cjs [processes]: what the parts that operate an application add to `require('daemonry')`: state
// database, acts of operators, timeline, freshness. The engine is built with them and without; what loads only where it is used, such
// as history and watchdog, is in neither. CPU milliseconds, medians of processes by turns.

const { execFileSync } = require('node:child_process');
const { mkdirSync, rmSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { build } = require('esbuild');

const PROCESSES = Number(process.argv[2] ?? 15);
const ROOT = join(__dirname, '..');
const FOLDER = join(__dirname, 'results', 'operating');
const PARTS = /\/src\/(state|history|watchdog|application\/(operator|Timeline|watchLoop|Freshness))/;

/** In place of a part: whatever is imported from it is a class without members. */
const NOTHING = `module.exports = new Proxy({}, { get: (_, name) => name === '__esModule' || class {}, has: () => true });`;

const PROGRAM = `
  require('reflect-metadata');
  require('inversify');
  const cpu = process.cpuUsage();
  require(process.argv[1]);
  const { user, system } = process.cpuUsage(cpu);
  console.log((user + system) / 1_000);
`;

/** Builds the engine. Returns its file. */
async function engine(name, without) {
  const outfile = join(FOLDER, `${name}.js`);
  const later = ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\./ }, ({ kind, path }) => (kind === 'require-call' ? { path, external: true } : undefined));
    if (without) onLoad({ filter: PARTS }, () => ({ contents: NOTHING, loader: 'js' }));
  };
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/index.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    plugins: [{ name: 'parts', setup: later }],
  });
  return outfile;
}

const load = (file) => Number(execFileSync(process.execPath, ['-e', PROGRAM, file], { cwd: ROOT, encoding: 'utf8' }));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function main() {
  mkdirSync(FOLDER, { recursive: true });
  const whole = { file: await engine('whole', false), times: [] };
  const rest = { file: await engine('rest', true), times: [] };
  for (let round = 0; round < PROCESSES; round++) {
    for (const each of round % 2 === 0 ? [whole, rest] : [rest, whole]) each.times.push(load(each.file));
  }
  const more = Math.round((statSync(whole.file).size - statSync(rest.file).size) / 1_024);
  const [longer, shorter] = [whole, rest].map(({ times }) => median(times));
  console.log(`${longer.toFixed(1)} ms with them, ${shorter.toFixed(1)} without; they are ${more} KiB of its file`);
  rmSync(FOLDER, { recursive: true });
}

void main();
