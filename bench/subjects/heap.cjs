'use strict';

const { report, usedHeap } = require('../support/measure.cjs');
const { declareClasses } = require('../support/shapes.cjs');

/**
 * node --expose-gc heap.cjs <subject> <shape> <size>: KiB that each daemon holds once it is started. A smaller application is
 * started before and kept, so that what a process has once, such as compiled functions,
 * is not counted but in `once`.
 */
async function main([subject, shape, size]) {
  const { hook, boot } = require(`./boot/${subject}.cjs`);
  const [warm, measured] = [200, Number(size)].map((count) => declareClasses(shape, count, hook));
  const atFirst = usedHeap();
  const first = await boot(warm.daemons, warm.services);
  await new Promise((resolve) => setImmediate(resolve));
  const before = usedHeap();
  const second = await boot(measured.daemons, measured.services);
  await new Promise((resolve) => setImmediate(resolve));
  const each = (usedHeap() - before) / 1_024 / measured.daemons.length;
  report({ each, once: (before - atFirst) / 1_024 - each * warm.daemons.length });
  await first.stop();
  await second.stop();
}

void main(process.argv.slice(2));
