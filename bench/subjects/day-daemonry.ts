import { BackgroundDaemon } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { elapsed, report } from './Subject';

/** A virtual day of so many daemons that tick every 30 s, as a test suite would run it. Milliseconds. */
void report(async (size) => {
  const listeners = Array.from({ length: size }, (_, index) => {
    @BackgroundDaemon({ name: `daemon_${index}`, interval: '30s' })
    class Daemon {
      async tick(): Promise<void> {}
    }
    return Daemon;
  });
  const app = await createTestApplication({ listeners });
  await app.start();
  const ms = await elapsed(() => app.clock.advance('24h'));
  await app.stop();
  return ms;
});
