import { elapsed, report } from './Subject';

/** The limit: objects made with `new`, started one after the other, each with an interval of its own. */
void report((size) =>
  elapsed(async () => {
    for (let index = 0; index < size; index++) {
      const daemon = new (class {
        started = false;
        async startup(): Promise<void> {
          this.started = true;
        }
        tick(): void {}
      })();
      await daemon.startup();
      setInterval(() => {
        daemon.tick();
      }, 300_000).unref();
    }
  }),
);
