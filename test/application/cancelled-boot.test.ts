import { createTestApplication } from '../../src/testing';
import { forever, givenListener, rejectionOf } from '../support/givenListener';

describe('a stop during the boot', () => {
  let journal: string[];
  beforeEach(() => {
    journal = [];
  });

  it('aborts the startup in flight, rolls back, and rejects start with BootCancelledError and code 0', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a'),
        givenListener(journal, 'slow', { startup: ({ sleep }) => sleep('20s'), fatal: true }),
        givenListener(journal, 'c'),
      ],
    });
    const starting = rejectionOf(app.start());
    await app.clock.advance('1s');
    const report = await app.stop('changed my mind');
    expect(await starting).toMatchObject({ name: 'BootCancelledError', reason: 'changed my mind' });
    expect(report.code).toBe(0);
    expect(journal).toEqual(['a.start', 'slow.start', 'a.stop']);
    expect(app.status().state).toBe('stopped');
    expect(app.journal).not.toContain('listener.startup_failed slow');
  });

  it('shuts a startup down that completes in spite of the abort', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'stubborn', {
          startup: ({ clock }) =>
            new Promise((resolve) => {
              clock.at(clock.now() + 5_000, resolve);
            }),
        }),
      ],
    });
    const starting = rejectionOf(app.start());
    await app.clock.advance('1s');
    const stopping = app.stop();
    await app.clock.advance('4s');
    expect((await stopping).code).toBe(0);
    await starting;
    expect(journal).toEqual(['stubborn.start', 'stubborn.stop']);
  });

  it('gives a startup that ignores the abort up when the grace is over', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a'),
        givenListener(journal, 'hung', { startup: forever, startupTimeout: '1h' }),
      ],
      config: { values: { shutdown: { grace: '3s' } } },
      settleMs: 5,
    });
    const starting = rejectionOf(app.start());
    await app.clock.advance('1s');
    const stopping = app.stop();
    await app.clock.advance('4s');
    await stopping;
    expect(await starting).toMatchObject({ name: 'BootCancelledError' });
    expect(journal).toEqual(['a.start', 'hung.start', 'a.stop']);
  });

  it('exits with 3 when the roll back fails', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a', { shutdown: () => Promise.reject(new Error('no')) }),
        givenListener(journal, 'slow', { startup: ({ sleep }) => sleep('20s') }),
      ],
    });
    const starting = rejectionOf(app.start());
    await app.clock.advance('1s');
    expect((await app.stop()).code).toBe(3);
    await starting;
  });

  it('makes run() resolve with the report', async () => {
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'slow', { startup: ({ sleep }) => sleep('20s') })],
    });
    const running = app.run();
    await app.clock.advance('1s');
    app.requestShutdown('received SIGTERM');
    expect(await running).toMatchObject({ code: 0, reason: 'received SIGTERM' });
  });
});

describe('a start after the stop', () => {
  it('is refused, whether the application has run or not, so that nobody waits for work that is not done', async () => {
    const refusal = { code: 'BOOT_CANCELLED', reason: 'it was stopped before this start: enough' };
    for (const hasRun of [true, false]) {
      const app = await createTestApplication({ listeners: [givenListener([], 'a')] });
      if (hasRun) await app.start();
      await app.stop('enough');
      expect(await rejectionOf(app.start())).toMatchObject(refusal);
      expect(await app.run()).toMatchObject({ code: 0, reason: 'enough' });
    }
  });

  it('is refused from the moment in which the stop begins, and a failed boot rejects as before', async () => {
    const app = await createTestApplication({ listeners: [givenListener([], 'a')] });
    await app.start();
    const stopping = app.stop('enough');
    expect(await rejectionOf(app.start())).toMatchObject({ code: 'BOOT_CANCELLED' });
    await stopping;

    const failing = await createTestApplication({
      listeners: [givenListener([], 'b', { fatal: true, startup: () => Promise.reject(new Error('no disk')) })],
    });
    const failure = await rejectionOf(failing.start());
    expect(failure).toMatchObject({ code: 'BOOT_FAILED' });
    expect(await rejectionOf(failing.start())).toBe(failure);
  });
});
