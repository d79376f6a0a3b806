'use strict';

const { spawn } = require('node:child_process');
const { join } = require('node:path');

const { report } = require('../support/measure.cjs');
const { startRedis } = require('../support/redis.cjs');

const ON_REDIS = ['bullmq', 'agenda'];

/**
 * node jobs.cjs <subject> <count>: from the spawn of a process to its first job, in milliseconds; then, in that process, what so
 * many jobs hold that wait for five minutes, in KiB, and the CPU of a job that does nothing, in microseconds, with twenty that
 * are due every second. Workers count; a Redis does not.
 */
async function main([subject, count]) {
  const redis = ON_REDIS.includes(subject) ? await startRedis() : undefined;
  const began = performance.now();
  const args = ['--expose-gc', join(__dirname, 'jobs', 'program.cjs'), subject, count];
  const env = { ...process.env, REDIS_PORT: String(redis?.port ?? 0), NODE_NO_WARNINGS: '1' };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  let [wall, output] = [undefined, ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    wall ??= performance.now() - began;
    output += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  redis?.stop();
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  if (lines[0]?.missing !== undefined) return report(lines[0]);
  if (code !== 0 || lines.length !== 2) throw new Error(`${subject} ended with ${code}: ${output}`);
  report({ wall, ...lines[1] });
}

void main(process.argv.slice(2));
