import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

// region faults
import 'daemonry/testing/matchers';

import { givenFolder, givenShop } from './support/givenShop';

describe('The shop', () => {
  it('starts its books first and closes them last', async () => {
    const app = await givenShop({ folder: givenFolder() });
    await app.start();
    await app.stop();

    expect(app).toHaveStartedInOrder(['order_import', 'books', 'invoice_run']);
    expect(app).toHaveStoppedInReverse();
  });

  it('does not run without its books', async () => {
    const app = await givenShop({ folder: givenFolder() });
    app.fault('books').failStartup(new Error('disk full'));

    await expect(app.start()).rejects.toBeBootFailure('books');
  });

  it('runs without its import, and says so', async () => {
    const app = await givenShop({ folder: givenFolder() });
    app.fault('order_import').failStartup();
    await app.start();

    expect(app).toBeDegradedBy('order_import');
  });

  it('gives up a partner that hangs, and tries again', async () => {
    const app = await givenShop({ folder: givenFolder() });
    app.fault('order_import').hangTick();
    await app.start();

    await app.clock.advance('45s');

    expect(app.runs('order_import')).toMatchObject([{ outcome: 'timed_out' }]);
  });

  it('goes on after an import that failed', async () => {
    const app = await givenShop({ folder: givenFolder() });
    app.fault('order_import').failTick(1);
    const failed = app.until('run.finished', ({ outcome }) => outcome === 'failed', { within: '1m' });
    await app.start();
    await app.untilStarted('order_import');

    expect((await failed).listener).toBe('order_import');
    expect(app.status().state).toBe('running');
  });
  // endregion faults

  it('does not run when its books cannot be opened', async () => {
    const folder = givenFolder();
    mkdirSync(join(folder, 'books.jsonl'));
    const app = await givenShop({ folder });

    await expect(app.start()).rejects.toBeBootFailure('books');
  });
});
