import { appendFileSync } from 'node:fs';

import { BackgroundDaemon, createApplication, runMain, type TickContext } from '../../../src';

const JOURNAL = process.env['JOURNAL'] ?? '';
/** One line for each moment that is over: the process, the word, the first and the last due moment it stands for. */
const write = (word: string, from: Date | string, to: Date | string = from): void => {
  appendFileSync(JOURNAL, `${process.pid} ${word} ${new Date(from).getTime()} ${new Date(to).getTime()}\n`);
};

@BackgroundDaemon({ interval: 200, misfire: 'run-once' })
class Counted {
  tick({ scheduledAt }: TickContext): void {
    write('run', scheduledAt);
  }
}

void runMain(
  async () => {
    const app = await createApplication({ name: 'killed', listeners: [Counted] });
    app.events.on('run.skipped', ({ record: { missed, reason, scheduledAt } }) => {
      write(reason ?? '', missed?.from ?? scheduledAt, missed?.to ?? scheduledAt);
    });
    return app;
  },
  { printPlan: false },
);
