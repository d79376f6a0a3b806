import { BackgroundDaemon, createApplication } from 'daemonry';

import { elapsed, report } from './Subject';

/** Decorate, create (plan and validation included) and start, quiet as the others are: a line a listener is not what is compared. */
void report(async (size) => {
  const logger = { log: () => undefined };
  const config = { directory: false, env: false, values: { logging: { level: 'error' } } } as const;
  return elapsed(async () => {
    const listeners = Array.from({ length: size }, (_, index) => {
      @BackgroundDaemon({ name: `daemon_${index}`, interval: '5m' })
      class Daemon {
        started = false;
        async startup(): Promise<void> {
          this.started = true;
        }
        tick(): void {}
      }
      return Daemon;
    });
    const app = await createApplication({ name: 'bench', listeners, config, logger });
    await app.start();
    setImmediate(() => void app.stop());
  });
});
