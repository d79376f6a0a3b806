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
    await Promise.resolve();
    await Promise.resolve();
  }
  const figure = ((performance.now() - began) / ticks) * 1e6;
  await app.stop();
  return figure;
});
