import { BackgroundDaemon, createApplication, runMain, type TickContext } from 'daemonry';

/** Runs every 20 ms, remembers its due moments, and says of each run that it is decided. */
@BackgroundDaemon({ interval: 20, misfire: 'run-once' })
class Busy {
  tick({ runId }: TickContext): void {
    process.stdout.write(`ran ${runId} ${Date.now()}\n`);
  }
}

void runMain(
  () =>
    createApplication({
      name: 'busy',
      listeners: [Busy],
      config: {
        directory: false,
        env: {},
        values: { state: { directory: process.env['STATE'] }, history: { flush: '50ms' }, logging: { level: 'debug' } },
      },
      logger: {
        log: ({ level, message, causes, error }) => {
          if (level === 'debug') return;
          process.stdout.write(`${level} ${message} ${JSON.stringify({ causes, error })}\n`);
        },
      },
    }),
  { printPlan: false },
);
