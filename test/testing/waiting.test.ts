import { BackgroundDaemon, type StartupContext, type TickContext } from '../../src';
import { WaitFailedError } from '../../src/errors/testingErrors';
import { createTestApplication } from '../../src/testing';
import { forever, givenListener, rejectionOf } from '../support/givenListener';

@BackgroundDaemon({ interval: '10m' })
class OrderSync {
  #ticks = 0;
  async tick({ log, sleep }: TickContext): Promise<void> {
    await sleep('5s');
    this.#ticks++;
    log.info(`sync ${this.#ticks}`);
    if (this.#ticks === 3) throw new Error('refused');
  }
}

const begins = Date.parse('2026-01-01T00:00:00Z');

describe('app.until', () => {
  it('is armed before the start, and resolves with the event', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    const started = app.until('listener.started');
    await app.start();
    expect(await started).toEqual({ listener: 'order_sync', startupMs: 0 });
  });

  it('moves time on demand, from the start on, and stops it where the event has come', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    const failed = app.until('run.finished', ({ outcome }) => outcome === 'failed', { within: '2h' });
    await app.start();
    expect(await failed).toMatchObject({ listener: 'order_sync', outcome: 'failed' });
    expect(app.clock.now() - begins).toBe(30 * 60_000 + 5_000);
    await app.clock.advance('1m');
    expect(app.runs('order_sync')).toHaveLength(3);
  });

  it('waits for a log line, and for a condition', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    expect(await app.until('log', ({ message }) => message === 'sync 2', { within: '1h' })).toMatchObject({
      listener: 'order_sync',
      level: 'info',
    });
    await app.until(() => app.runs('order_sync').length === 3, { within: '1h' });
    expect(app.clock.now() - begins).toBe(30 * 60_000);
  });

  it('asks a condition at once, and while real time passes', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.until(() => true);
    await app.start();
    let isThere = false;
    setTimeout(() => (isThere = true), 30);
    await app.until(() => isThere);
    expect(isThere).toBe(true);
  });

  it('does not take what happened before for what it waits for', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    await expect(app.until('listener.started', { patienceMs: 30 })).rejects.toThrow(/time has stood still/);
  });

  it('ends, and shows the journal and where it was called, when the time that was given is used up', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    const error = (await rejectionOf(app.until('listener.died', { within: '15m' }))) as WaitFailedError;
    expect(error).toBeInstanceOf(WaitFailedError);
    expect(error.code).toBe('WAIT_FAILED');
    expect(error.message).toContain("until('listener.died') waits in vain: it has not come within 15m of virtual time");
    expect(error.message).toContain('  order_sync: running');
    expect(error.message).toContain('  run.finished order_sync.tick');
    expect(error.message).toMatch(/called at: .*waiting\.test\.ts:\d+/);
    expect(app.clock.now() - begins).toBe(15 * 60_000);
  });

  it('ends when the application does, unless that is what it waits for', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    const failed = rejectionOf(app.until('run.started'));
    const stopped = app.until('application.stopped');
    await app.stop();
    expect((await stopped).report.code).toBe(0);
    expect(await failed).toMatchObject({ message: expect.stringContaining('the application is over') as string });
    await expect(app.until('run.started')).rejects.toThrow(/the application is stopped already/);
  });

  it('says what its condition throws', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    const broken = (): boolean => {
      throw new Error('no such thing');
    };
    await expect(app.until(broken)).rejects.toMatchObject({ cause: { message: 'no such thing' } });
    await expect(app.until('run.started', broken, { within: '10m' })).rejects.toThrow(/its condition throws/);
  });

  it('refuses a condition that is async, which would hold at once', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    const never = (async () => false) as unknown as () => boolean;
    await expect(app.until(never)).rejects.toThrow(/its condition throws: TypeError: it returns a promise/);
    await expect(app.until('run.started', never, { within: '1h' })).rejects.toThrow(/it returns a promise/);
    await expect(app.clock.advanceUntil(never, '1h')).rejects.toThrow(/it returns a promise/);
    expect(app.clock.now() - begins).toBe(10 * 60_000);
  });

  it.each(['before', 'after'])('moves time for several of them that are armed %s the start', async (when) => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    if (when === 'after') await app.start();
    const all = Promise.all([
      app.until('run.finished', { within: '1h' }),
      app.until('run.started', { within: '1h' }),
      app.until('log', ({ message }) => message === 'sync 2', { within: '1h' }),
      rejectionOf(app.until('listener.died', { within: '30m' })),
    ]);
    if (when === 'before') await app.start();
    const [finished, started, , lost] = await all;
    expect(finished.runId).toBe(started.runId);
    expect(lost).toMatchObject({ message: expect.stringContaining('not come within 30m of virtual time') as string });
    expect(app.clock.now() - begins).toBe(50 * 60_000 + 5_000);
  });

  it('resolves while time is moved for another one', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    const died = rejectionOf(app.until('listener.died', { within: '1h' }));
    await app.until('run.started', { within: '1h' });
    expect(app.clock.now() - begins).toBe(10 * 60_000);
    await died;
  });

  it('refuses a time that is none, and does not move a clock that moves', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    await expect(app.until('run.started', { within: 'soon' as never })).rejects.toMatchObject({
      code: 'INVALID_DURATION',
    });
    const advancing = app.clock.advance('1h');
    await expect(app.until('listener.died', { within: '1h' })).rejects.toMatchObject({
      cause: { code: 'CLOCK_BUSY' },
    });
    await advancing;
  });
});

describe('app.untilStarted', () => {
  it('resolves when the listener runs, though others are still starting; at once when it runs already', async () => {
    const journal: string[] = [];
    const slow = givenListener(journal, 'slow', { startup: ({ sleep }: StartupContext) => sleep('10s') });
    const app = await createTestApplication({ listeners: [givenListener(journal, 'quick'), slow] });
    const quick = app.untilStarted('quick');
    const whole = app.untilStarted(undefined, { within: '1m' });
    const starting = app.start();
    await quick;
    expect(app.status().state).toBe('starting');
    await whole;
    expect(app.clock.now() - begins).toBe(10_000);
    await starting;
    await app.untilStarted('slow');
    await app.untilStarted();
  });

  it('ends as soon as the listener is lost', async () => {
    const journal: string[] = [];
    const database = givenListener(journal, 'database', { fatal: false, failsWith: new Error('refused') });
    const mail = givenListener(journal, 'mail', { fatal: false, dependsOn: ['database'] });
    const app = await createTestApplication({ listeners: [database, mail] });
    const lost = rejectionOf(app.untilStarted('mail'));
    await app.start();
    expect(await lost).toMatchObject({ message: expect.stringContaining('"mail" is blocked') as string });
    await expect(app.untilStarted('database')).rejects.toThrow(/database: startup_failed: refused/);
    await expect(app.untilStarted('mial')).rejects.toThrow(/Did you mean "mail"\?/);
  });

  it('ends when the boot fails', async () => {
    const app = await createTestApplication({
      listeners: [givenListener([], 'database', { fatal: true, startup: forever, startupTimeout: '1s' })],
      settleMs: 5,
    });
    const lost = rejectionOf(app.untilStarted(undefined, { within: '1m' }));
    await rejectionOf(app.start());
    expect(await lost).toMatchObject({ code: 'WAIT_FAILED' });
  });
});
