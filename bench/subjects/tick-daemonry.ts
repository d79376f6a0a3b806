import { BackgroundDaemon, createApplication } from 'daemonry';

import { report } from './Subject';
import { SteppedClock } from './SteppedClock';

/** A tick with all it brings: due moment, run, async context, timeout, ledger, events. Nanoseconds a tick. */
void report(async (ticks) => {
  let count = 0;
  @BackgroundDaemon({ name: 'subject', interval: '1s', overlap: 'allow' })
  class Subject {
    async tick(): Promise<void> {
      count++;
    }
  }
  const clock = new SteppedClock();
  const logger = { log: () => undefined };
  const config = { directory: false, env: false } as const;
  const app = await createApplication({ name: 'bench', listeners: [Subject], config, clock, logger });
  await app.start();
  const began = performance.now();
  while (count < ticks) {
    clock.step();
    await Promise.resolve();
  }
  const figure = ((performance.now() - began) / ticks) * 1e6;
  const last = app.runs('subject', { limit: 1 })[0];
  if (last?.outcome !== 'succeeded') throw new Error(`the last run has not settled: ${last?.outcome}`);
  await app.stop();
  return figure;
});
