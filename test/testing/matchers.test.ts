import { BackgroundDaemon, type TickContext } from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { daemonryMatchers } from '../../src/testing/matchers';
import { givenListener, rejectionOf } from '../support/givenListener';

@BackgroundDaemon({ interval: '1m', tickTimeout: '10m' })
class OrderSync {
  #ticks = 0;
  async tick({ log, sleep }: TickContext): Promise<void> {
    this.#ticks++;
    log.warn('slow today', { attempt: this.#ticks });
    await sleep('90s');
    if (this.#ticks === 2) throw new Error('refused');
  }
}

/** The message of an expectation that fails. */
function failureOf(expectation: () => void): string {
  try {
    expectation();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the expectation holds');
}

async function givenShop(): Promise<TestApplication> {
  const app = await createTestApplication({
    listeners: [
      givenListener([], 'database'),
      givenListener([], 'cache', { fatal: false, failsWith: new Error('port 6379 refused') }),
      givenListener([], 'mail', { fatal: false, dependsOn: ['cache'] }),
      givenListener([], 'web', { dependsOn: ['database'] }),
      OrderSync,
    ],
  });
  await app.start();
  return app;
}

describe('The matchers', () => {
  it('are there once daemonry/testing/matchers is imported', async () => {
    await import('daemonry/testing/matchers');
    expect(await givenShop()).toHaveStartedInOrder(['database', 'web']);
  });

  describe('about order', () => {
    it('hold for listeners that have started so, whatever stands between', async () => {
      const app = await givenShop();
      expect(app).toHaveStartedInOrder(['database', 'web', 'order_sync']);
      expect(app).toHaveStartedInOrder(['database', 'order_sync']);
      expect(app).not.toHaveStartedInOrder(['web', 'database']);
      expect(app).not.toHaveStartedInOrder(['database', 'cache']);
      expect(app).not.toHaveStoppedInReverse();
      await app.stop();
      expect(app).toHaveStoppedInReverse();
    });

    it('hold for no application in which nothing has started', async () => {
      const app = await createTestApplication({});
      await app.start();
      await app.stop();
      expect(app).not.toHaveStoppedInReverse();
    });

    it('show the statuses and the journal when they fail', async () => {
      const app = await givenShop();
      const message = failureOf(() => expect(app).toHaveStartedInOrder(['web', 'database']));
      expect(message).toContain(
        'Expected these to have started in the order web, database, but they have started in this: database, web.',
      );
      expect(message).toContain('The application "test" is degraded. Its listeners:\n  database: running');
      expect(message).toContain('  cache: startup_failed: port 6379 refused');
      expect(message).toContain('  mail: blocked by "cache"');
      expect(message).toContain('Its journal:\n  application.starting\n  listener.starting database');
      expect(failureOf(() => expect(app).toHaveStoppedInReverse())).toContain('they have stopped in this: none');
    });
  });

  it('tell what an application is degraded and blocked by', async () => {
    const app = await givenShop();
    expect(app).toBeDegradedBy('cache');
    expect(app).toBeDegradedBy('mail');
    expect(app).not.toBeDegradedBy('web');
    expect(app).toBeBlockedBy('cache');
    expect(app).toBeBlockedBy('cache', ['mail']);
    expect(app).not.toBeBlockedBy('cache', ['mail', 'web']);
    expect(app).not.toBeBlockedBy('database');
    expect(failureOf(() => expect(app).toBeDegradedBy('web'))).toContain('it is by cache, mail');
    expect(failureOf(() => expect(app).toBeBlockedBy('database', ['web']))).toContain('blocked by it: none');
  });

  it('count runs and skipped moments', async () => {
    const app = await givenShop();
    expect(app).not.toHaveRun('order_sync');
    await app.clock.advance('5m');
    expect(app).toHaveRun('order_sync');
    expect(app).toHaveRun('order_sync', { times: 1, outcome: 'failed' });
    expect(app).toHaveRun('order_sync', { task: 'tick', outcome: 'succeeded' });
    expect(app).not.toHaveRun('order_sync', { outcome: 'timed_out' });
    expect(app).toHaveSkipped('order_sync', { reason: 'overlap' });
    expect(app).not.toHaveSkipped('order_sync', { reason: 'paused' });
    expect(app).not.toHaveSkipped('database');
    const message = failureOf(() => expect(app).toHaveRun('order_sync', { times: 9 }));
    expect(message).toMatch(/"order_sync" to have run 9×, but it has 2×; its runs: .*skipped \(overlap\)/);
    expect(message).toContain('run.skipped order_sync.tick');
    expect(() => expect(app).toHaveRun('order_sync', { task: 'tock' })).toThrow(/Did you mean|no task named "tock"/);
  });

  it('compare a boot failure by listener, phase, root and cause', async () => {
    const refused = new TypeError('port 5432 refused');
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'database', { fatal: false, failsWith: refused }),
        givenListener([], 'web', { fatal: true, dependsOn: ['database'] }),
      ],
    });
    const starting = app.start();
    await expect(starting).rejects.toBeBootFailure();
    await expect(starting).rejects.toBeBootFailure('web');
    await expect(starting).rejects.toBeBootFailure({ phase: 'blocked', blockedBy: 'database', cause: refused });
    await expect(starting).rejects.toBeBootFailure({ cause: /5432/ });
    await expect(starting).rejects.toBeBootFailure({ cause: TypeError });
    await expect(starting).rejects.not.toBeBootFailure('database');
    await expect(starting).rejects.not.toBeBootFailure({ cause: 'timeout' });
    const error = await rejectionOf(starting);
    expect(failureOf(() => expect(error).toBeBootFailure({ listener: 'database' }))).toContain(
      'Expected a boot failure of "database", but it is this:\nThe boot was aborted: "web" failed to start',
    );
    expect(failureOf(() => expect(new Error('no')).toBeBootFailure())).toContain('it is no BootError: Error: no');
  });

  it('find log lines by text, pattern or fields, in an application or its logs', async () => {
    const app = await givenShop();
    await app.clock.advance('1m');
    expect(app).toContainLog('slow today');
    expect(app.logs).toContainLog(/^slow/);
    const everySlow = /slow/g;
    for (let time = 0; time < 2; time++) expect(app.logs.slice(-1)).toContainLog(everySlow);
    expect(app).toContainLog({ level: 'warn', listener: 'order_sync', attempt: expect.any(Number) });
    expect(app).not.toContainLog({ message: 'slow' });
    const message = failureOf(() =>
      expect(app).toContainLog({ level: 'debug', message: expect.stringContaining('x') }),
    );
    expect(message).toContain('Expected a log line like {"level":"debug","message":"StringContaining');
    expect(message).toContain('WARN  order_sync.tick slow today attempt=1');
  });

  it.each(Object.keys(daemonryMatchers).filter((name) => name !== 'toBeBootFailure'))(
    '%s says what it is for when it is given something else, and takes no negation for an answer',
    (name) => {
      const wrong = expect(Promise.resolve()) as unknown as Record<string, (...args: unknown[]) => void>;
      const negated = expect(undefined).not as unknown as Record<string, (...args: unknown[]) => void>;
      expect(() => wrong[name]?.(['x'])).toThrow(`${name} is for an application that createTestApplication has made`);
      expect(() => negated[name]?.(['x'])).toThrow('given: undefined');
    },
  );

  it('refuse the name of no listener, also when negated', async () => {
    const app = await givenShop();
    expect(() => expect(app).not.toHaveRun('order_snyc')).toThrow(/Did you mean "order_sync"\?/);
    expect(() => expect(app).not.toBeDegradedBy('wbe')).toThrow(/Did you mean "web"\?/);
    expect(() => expect(app).not.toHaveStartedInOrder(['webb'])).toThrow(/Did you mean "web"\?/);
  });
});
