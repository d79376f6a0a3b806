'use strict';

/** Runs `work` and returns what it returned, with the milliseconds of wall and CPU time that it took. */
async function measure(work) {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await work();
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { result, wall, cpu: (user + system) / 1_000 };
}

/** Bytes on the heap that are in use, garbage apart. */
function usedHeap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Hands the figures of this process to the driver. */
function report(figures) {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

module.exports = { measure, usedHeap, report };
