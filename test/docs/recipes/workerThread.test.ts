import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTestApplication } from 'daemonry/testing';
import { ContainerModule } from 'inversify';

// region thread
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { BackgroundDaemon, type TickContext } from 'daemonry';

abstract class Thumbnails {
  /** The file that the thread runs. */
  abstract readonly file: string;
}

@BackgroundDaemon({ interval: '5m', initialDelay: '10s', tickTimeout: '1m' })
class ThumbnailRun {
  constructor(private readonly thumbnails: Thumbnails) {}

  async tick({ signal }: TickContext): Promise<void> {
    const worker = new Worker(this.thumbnails.file);
    // At the timeout and at the stop.
    signal.addEventListener('abort', () => void worker.terminate(), { once: true });
    // Rejects with what the thread throws.
    const [code] = (await once(worker, 'exit')) as [number];
    if (code !== 0) throw new Error(`The thread ended with ${code}.`);
  }
}
// endregion thread

describe('The work of a thread', () => {
  const folder = mkdtempSync(join(tmpdir(), 'thread-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const runWith = async (code: string) => {
    const file = join(folder, 'thumbnails.cjs');
    writeFileSync(file, code);
    const app = await createTestApplication({
      listeners: [ThumbnailRun],
      modules: [new ContainerModule(({ bind }) => void bind(Thumbnails).toConstantValue({ file }))],
      settleMs: 10_000, // a thread takes real time
    });
    await app.start();
    const run = await app.tick('thumbnail_run');
    await app.stop();
    return run;
  };

  it('is a run of the daemon that starts it', async () => {
    expect(await runWith('')).toMatchObject({ outcome: 'succeeded' });
  });

  it.each([
    ['throws', 'throw new Error("no such picture")', 'no such picture'],
    ['ends with another code', 'process.exit(3)', 'The thread ended with 3.'],
  ])('fails the run when it %s', async (_how, code, message) => {
    expect(await runWith(code)).toMatchObject({ outcome: 'failed', error: { message } });
  });
});
