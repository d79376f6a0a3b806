'use strict';

const { measure, report, usedHeap } = require('../support/measure.cjs');
const { declareClasses } = require('../support/shapes.cjs');

/**
 * node --expose-gc boot.cjs <subject> <shape> <size>: decorates, binds, plans and starts, then stops. Loading the
 * packages and declaring the classes is not part of the figures.
 */
async function main([subject, shape, size]) {
  const { hook, boot } = require(`./boot/${subject}.cjs`);
  const { tally, services, daemons } = declareClasses(shape, Number(size), hook);
  const before = usedHeap();
  const { result: started, wall, cpu } = await measure(() => boot(daemons, services));
  if (tally.started !== daemons.length) throw new Error(`${tally.started} of ${daemons.length} daemons have started`);
  await new Promise((resolve) => setImmediate(resolve));
  const heap = usedHeap() - before;
  const stopped = await measure(() => started.stop());
  report({ wall, cpu, heap: heap / 1_024, stop: stopped.wall });
}

void main(process.argv.slice(2));
