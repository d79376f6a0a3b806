import { mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon } from '../../src';
import { createTestApplication } from '../../src/testing';

@BackgroundDaemon({ interval: '1h', misfire: 'run-once' })
class Nightly {
  tick(): void {}
}

describe('What is remembered of due moments', () => {
  it('is written before virtual time goes on, so that a stop is over when the clock says so', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'state-'));
    const app = await createTestApplication({ listeners: [Nightly], config: { values: { state: { directory } } } });
    const starting = app.start();
    await app.clock.advance('90m');
    await starting;
    let isOver = false;
    void app.stop().then(() => {
      isOver = true;
    });

    await app.clock.advance('1s');

    expect(isOver).toBe(true);
    expect(readdirSync(directory)).toContain('test.db');
  });

  it('changes no mode of what is in the way of its file, and ends the start', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'state-'));
    for (const name of ['test.db', 'test.lock.db']) mkdirSync(join(directory, name), { mode: 0o755 });
    const app = await createTestApplication({ listeners: [Nightly], config: { values: { state: { directory } } } });

    await expect(app.start()).rejects.toMatchObject({ code: expect.stringMatching(/^STATE_/) as string });
    const modes = ['test.db', 'test.lock.db'].map((name) => statSync(join(directory, name)).mode & 0o777);
    expect(modes).toEqual([0o755, 0o755]);
  });

  it('ends the start where the system makes no folder, and does not hang', async () => {
    const values = { state: { directory: '/proc/none' } };
    const app = await createTestApplication({ listeners: [Nightly], config: { values } });

    await expect(app.start()).rejects.toMatchObject({ code: expect.stringMatching(/^STATE_/) as string });
  });
});
