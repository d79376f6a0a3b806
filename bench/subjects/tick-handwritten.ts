import { report } from './Subject';

/** The limit: a loop that awaits an empty handler. Nanoseconds a tick. */
void report(async (ticks) => {
  const daemon = { count: 0, tick: async () => void daemon.count++ };
  const began = performance.now();
  for (let tick = 0; tick < ticks; tick++) await daemon.tick();
  return ((performance.now() - began) / ticks) * 1e6;
});
