import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { TickContext } from 'daemonry';

// Runs 500 daemons that work, fail with ever new texts, get stuck or remember, until it is stopped. Sends its parent the heap
// in use, in bytes, every few seconds. `PACKAGE` names the package under test, `STATE` the folder of its state.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the package under test is known when it runs
const daemonry = require(process.env['PACKAGE'] ?? '') as typeof import('daemonry');

const SAMPLE_MS = 2_000;
const DAEMONS = 500;
const NEVER = new Promise<never>(() => undefined);

class FeedError extends Error {
  override readonly name = 'FeedError';
}

type Tick = (context: TickContext) => void | Promise<void>;

let failures = 0;
const fails: Tick = () => {
  throw new FeedError(`order ${failures++} of ${new Date().toISOString()} is refused by host-${failures % 97}`);
};
const rejects: Tick = async ({ tickId }) => {
  await Promise.resolve();
  throw Object.assign(new Error(`the answer to ${tickId} is ${Math.random()}`), { code: `E${failures++ % 89}` });
};

/** The kinds of daemons, in the order in which they take turns. */
const KINDS: readonly { readonly share: number; readonly options: object; readonly tick: Tick }[] = [
  { share: 250, options: { interval: '1s', jitter: '10%' }, tick: ({ sleep }) => sleep(5) },
  { share: 80, options: { interval: '1s' }, tick: fails },
  { share: 80, options: { interval: '500ms' }, tick: rejects },
  { share: 40, options: { cron: '* * * * * *' }, tick: () => undefined },
  { share: 20, options: { interval: '5s', misfire: 'run-once' }, tick: () => undefined },
  { share: 20, options: { interval: '1s', tickTimeout: '200ms' }, tick: () => NEVER },
  { share: 2, options: { interval: '1s', tickTimeout: '200ms', overlap: 'allow' }, tick: () => NEVER },
  { share: 8, options: { interval: '100ms' }, tick: () => undefined },
];

function daemonClass(tick: Tick, options: object): new () => object {
  class Daemon {
    tick(context: TickContext): void | Promise<void> {
      return tick(context);
    }
  }
  daemonry.BackgroundDaemon(options)(Daemon);
  return Daemon;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setInterval(() => {
  collect();
  process.send?.(process.memoryUsage().heapUsed);
}, SAMPLE_MS).unref();

void daemonry.runMain(
  async () => {
    const classes = KINDS.flatMap(({ share, options, tick }, kind) =>
      Array.from({ length: share }, (_, index) => daemonClass(tick, { ...options, name: `kind${kind}_${index}` })),
    );
    if (classes.length !== DAEMONS) throw new Error(`${classes.length} daemons`);
    const app = await daemonry.createApplication({
      name: 'soak',
      listeners: classes,
      config: {
        directory: false,
        env: false,
        // With fewer records, the heap has its size after some seconds.
        values: {
          logging: { format: 'json' },
          state: { directory: process.env['STATE'] },
          ledger: { runsPerTask: 10 },
        },
      },
    });
    app.events.on('run.skipped', ({ runId }) => {
      if (failures % 3 === 0) throw new Error(`the subscriber does not know ${runId}`);
    });
    return app;
  },
  { printPlan: false },
);
