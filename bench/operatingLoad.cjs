'use strict';

// node bench/operatingLoad.cjs [processes]: the share in the time of `require('daemonry')` of the parts that operate an
// application: state database, history, watchdog, acts of operators, timeline, freshness. "Run" is the time of those that run
// when the engine is loaded, without what they load; "read" is how much longer it takes than with the others cut out of its
// file. Needs dist/.

const { execFileSync } = require('node:child_process');
const { readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const PROCESSES = Number(process.argv[2] ?? 15);
const FOLDER = join(__dirname, '../dist/src');
const PARTS = /^dist\/src\/(state|history|watchdog|application\/(operator|Timeline|watchLoop|Freshness))/;
const MODULE = /^\/\/ (dist\/\S+\.js)\nvar (\w+) = __commonJS\(\{\n {2}"[^"]+"\(exports2[^]*?^\}\);$/gm;

/** Loads the engine from such a file, and prints the CPU milliseconds of that, and those of each module that ran. */
const PROGRAM = `
  require('reflect-metadata');
  require('inversify');
  const own = (globalThis.OWN = {});
  const stack = [];
  let last = 0;
  const pass = () => {
    const now = performance.now();
    if (stack.length > 0) own[stack.at(-1)] += now - last;
    last = now;
  };
  globalThis.TIMED = (path, work) => {
    pass();
    own[path] ??= 0;
    stack.push(path);
    try { return work(); } finally { pass(); stack.pop(); }
  };
  const cpu = process.cpuUsage();
  require(process.argv[1])['src/index.js']();
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ cpu: (user + system) / 1_000, own }));
`;

/** Loads the engine whose text this is, in a process of its own. */
function load(text) {
  const file = join(FOLDER, `engine.${process.pid}.js`);
  writeFileSync(file, text);
  try {
    return JSON.parse(execFileSync(process.execPath, ['-e', PROGRAM, file], { encoding: 'utf8' }));
  } finally {
    rmSync(file);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function main() {
  const engine = readFileSync(join(FOLDER, 'engine.js'), 'utf8');
  const timed = engine.replace(
    '(0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod)',
    'globalThis.TIMED(__getOwnPropNames(cb)[0], () => (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod))',
  );
  const running = new Set(Object.keys(load(timed).own));
  let cut = 0;
  const without = engine.replace(MODULE, (all, path, name) => {
    if (!PARTS.test(path) || running.has(path)) return all;
    cut += all.length;
    return `var ${name} = __commonJS({ "${path}"() {} });`;
  });
  const [whole, rest] = [[], []];
  const ran = new Map([...running].filter((path) => PARTS.test(path)).map((path) => [path, []]));
  for (let round = 0; round < PROCESSES; round++) {
    const { own } = load(timed);
    for (const [path, times] of ran) times.push(own[path]);
    // By turns, the other one first.
    for (const each of round % 2 === 0 ? [whole, rest] : [rest, whole])
      each.push(load(each === whole ? engine : without).cpu);
  }
  const sum = [...ran.values()].reduce((total, times) => total + median(times), 0);
  const [longer, shorter] = [median(whole), median(rest)].map((ms) => ms.toFixed(1));
  console.log(`run: ${ran.size} modules, ${sum.toFixed(1)} ms, each the median of ${PROCESSES}`);
  console.log(`read: ${Math.round(cut / 1_024)} KiB more, ${longer} ms of CPU with them and ${shorter} without`);
}

main();
