import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

// node bench/cluster.mjs [--processes 3] [--tasks 1,50,100,200] [--every 1000] [--seconds 10] [--all]: how many due moments a second
// one Redis carries, up to the knee (with --all beyond it), and the costs of a task and a process. Starts a redis-server of its
// own. Needs dist/ of both packages.

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '1,3,6' },
    tasks: { type: 'string', default: '1,50,100,200,400,800' },
    every: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    all: { type: 'boolean' },
  },
});
const numbers = (text) => text.split(',').map(Number);
const [everyMs, seconds] = [Number(values.every), Number(values.seconds)];

/** The knee: a hundredth of the moments is later than this, or has not been started. */
const LATE_MS = 500;
const MISSING = 0.01;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const percent = (msASecond) => Math.round(msASecond) / 10;
const part = (sorted, share) => sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function startRedis() {
  const [port, folder] = [await freePort(), mkdtempSync(join(tmpdir(), 'bench-redis-'))];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--dir', folder];
  const child = spawn('redis-server', [...durable, '--bind', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  child.once('error', (error) => {
    throw new Error('redis-server is needed: apt-get install redis-server', { cause: error });
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let socket;
  for (let tries = 0; socket === undefined && tries < 200; tries++) {
    await wait(50);
    socket = await new Promise((resolve) => {
      const tried = connect(port, '127.0.0.1', () => resolve(tried));
      tried.once('error', () => resolve(undefined));
    });
  }
  socket.setEncoding('utf8');
  const info = async () => {
    socket.write('INFO\r\n');
    let text = '';
    while (!text.includes('# Keyspace')) text += (await once(socket, 'data'))[0];
    const of = (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1] ?? NaN);
    return {
      commands: of('total_commands_processed'),
      connections: of('connected_clients') - 1,
      cpuMs: (of('used_cpu_sys') + of('used_cpu_user')) * 1_000,
      bytes: of('used_memory'),
    };
  };
  const stop = async () => {
    socket.destroy();
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `redis://127.0.0.1:${port}`, info, stop };
}

async function measured(processes, tasks) {
  const redis = await startRedis();
  const given = JSON.stringify({ tasks, everyMs, url: redis.url });
  const children = Array.from({ length: processes }, () =>
    fork(join(import.meta.dirname, 'subjects/cluster.cjs'), [given]),
  );
  const began = performance.now();
  await Promise.all(children.map((child) => once(child, 'message')));
  const bootMs = performance.now() - began;
  // Everybody has connected, and has run each task a few times.
  await wait(Math.min(Math.max(3_000, 2 * everyMs), 5_000));
  const ask = () =>
    Promise.all(
      children.map(async (child) => {
        child.send('figures');
        return (await once(child, 'message'))[0];
      }),
    );
  await ask();
  const [before, from] = [await redis.info(), performance.now()];
  await wait(seconds * 1_000);
  const figures = await ask();
  const [after, span] = [await redis.info(), (performance.now() - from) / 1_000];
  for (const child of children) child.send('stop');
  await Promise.all(children.map((child) => once(child, 'exit')));
  await redis.stop();

  const late = figures.flatMap((one) => one.late).sort((a, b) => a - b);
  const due = (tasks * 1_000) / everyMs;
  const skipped = figures.flatMap((one) => Object.values(one.skipped)).reduce((sum, count) => sum + count, 0);
  const mean = (pick) => figures.reduce((sum, one) => sum + pick(one), 0) / processes;
  const started = late.length / span;
  return {
    processes,
    tasks,
    'due a second': due,
    'started a second': Math.round(started * 10) / 10,
    skipped,
    'late ms, median': Math.round(part(late, 0.5)),
    'late ms, p99': Math.round(part(late, 0.99)),
    'Redis CPU': `${percent((after.cpuMs - before.cpuMs) / span)} %`,
    'CPU a process': `${percent(mean(({ cpuMs }) => cpuMs) / span)} %`,
    // Those that scripts call are counted as well.
    'commands a second': Math.round((after.commands - before.commands) / span),
    connections: after.connections,
    'Redis MB': Math.round(after.bytes / 1e5) / 10,
    'RSS MB': Math.round(mean(({ rss }) => rss) / 1e6),
    'boot s': Math.round(bootMs / 100) / 10,
    isBeyond: part(late, 0.99) > LATE_MS || !(started > due * (1 - MISSING) - 1),
  };
}

console.log(
  `${cpus()[0]?.model ?? ''}, ${cpus().length} cores, Node ${process.versions.node}, a task every ${everyMs} ms`,
);
const rows = [];
for (const processes of numbers(values.processes)) {
  for (const tasks of numbers(values.tasks)) {
    const { isBeyond, ...row } = await measured(processes, tasks);
    rows.push(row);
    console.log(JSON.stringify({ ...row, ...(isBeyond ? { knee: true } : {}) }));
    if (isBeyond && values.all !== true) break;
  }
}
console.table(rows);
