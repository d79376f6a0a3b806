'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, rmSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const { report } = require('./measure.cjs');

/** Starts a redis-server on a port of its own that keeps nothing. Where there is none, the process says so and ends. */
async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  const port = await freePort();
  const args = ['--save', '', '--dir', folder, '--bind', '127.0.0.1', '--port', String(port)];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  child.once('error', () => {
    report({ missing: 'redis-server' });
    process.exit(0);
  });
  const stop = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  for (let tries = 0; tries < 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    if (await answers(port)) return { port, stop };
  }
  throw new Error('the redis-server does not answer');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

module.exports = { startRedis };
