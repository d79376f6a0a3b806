import { BackgroundDaemon, BootError, type BootCancelledError } from '../../src';
import { createTestApplication } from '../../src/testing';
import { forever, givenListener, rejectionOf } from '../support/givenListener';

describe('the boot', () => {
  let journal: string[];
  beforeEach(() => {
    journal = [];
  });

  it('starts listeners without edges in the order of registration, and stops them in the reverse', async () => {
    const app = await createTestApplication({
      listeners: ['a', 'b', 'c', 'd'].map((name) => givenListener(journal, name)),
    });
    await app.start();
    const report = await app.stop('done');
    expect(journal).toEqual(['a.start', 'b.start', 'c.start', 'd.start', 'd.stop', 'c.stop', 'b.stop', 'a.stop']);
    expect(report).toMatchObject({ code: 0, reason: 'done', degraded: false });
  });

  it('shares one start among concurrent callers', async () => {
    const app = await createTestApplication({ listeners: [givenListener(journal, 'a')] });
    await Promise.all([app.start(), app.start()]);
    await app.start();
    expect(journal).toEqual(['a.start']);
  });

  it('runs and stops without any listener', async () => {
    const app = await createTestApplication();
    await app.start();
    expect(app.status().state).toBe('running');
    expect((await app.stop()).code).toBe(0);
  });

  it('accepts a startup that is synchronous, and a class without hooks', async () => {
    @BackgroundDaemon()
    class Silent {}
    @BackgroundDaemon()
    class Synchronous {
      startup(): void {
        journal.push('synchronous.start');
      }
    }
    const app = await createTestApplication({ listeners: [Silent, Synchronous] });
    await app.start();
    expect(app.status().listeners.map(({ name, state }) => [name, state])).toEqual([
      ['silent', 'running'],
      ['synchronous', 'running'],
    ]);
    expect(journal).toEqual(['synchronous.start']);
  });

  it('starts independent branches side by side when startup.concurrency allows it', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'slow', { startup: ({ sleep }) => sleep('10s') }),
        givenListener(journal, 'after_slow', { dependsOn: ['slow'] }),
        givenListener(journal, 'quick'),
      ],
      config: { values: { startup: { concurrency: 2 } } },
    });
    const starting = app.start();
    await app.clock.advance('9s');
    expect(journal).toEqual(['slow.start', 'quick.start']);
    await app.clock.advance('1s');
    await starting;
    expect(journal).toEqual(['slow.start', 'quick.start', 'after_slow.start']);
    await app.stop();
    expect(journal.indexOf('after_slow.stop')).toBeLessThan(journal.indexOf('slow.stop'));
  });

  describe('when a fatal listener fails', () => {
    it('stops what has started, newest first, starts nothing more, and rejects with the cause', async () => {
      const cause = new Error('port 5432 refused');
      const app = await createTestApplication({
        listeners: [
          givenListener(journal, 'a'),
          givenListener(journal, 'b'),
          givenListener(journal, 'c', { failsWith: cause, fatal: true }),
          givenListener(journal, 'd'),
        ],
      });
      const error = await rejectionOf(app.start());
      expect(journal).toEqual(['a.start', 'b.start', 'c.start', 'b.stop', 'a.stop']);
      expect(error).toBeInstanceOf(BootError);
      expect(error).toMatchObject({
        name: 'BootError',
        code: 'BOOT_FAILED',
        listenerName: 'c',
        phase: 'startup',
        cause,
      });
      expect((error as BootError).errors).toEqual([cause]);
      expect(app.status().state).toBe('failed');
      expect((await app.stop()).code).toBe(1);
    });

    it('tells what failed during the roll back as well', async () => {
      const cause = new Error('first');
      const second = new Error('second');
      const app = await createTestApplication({
        listeners: [
          givenListener(journal, 'a', {
            shutdown: () => {
              throw second;
            },
          }),
          givenListener(journal, 'b', { failsWith: cause, fatal: true }),
        ],
      });
      const error = (await rejectionOf(app.start())) as BootError;
      expect(error.errors).toEqual([cause, second]);
      expect(error.message).toContain('second');
    });

    it('aborts the startups in flight and waits for them', async () => {
      const app = await createTestApplication({
        listeners: [
          givenListener(journal, 'slow', {
            startup: async ({ sleep }) => {
              try {
                await sleep('20s');
              } finally {
                journal.push('slow.aborted');
              }
            },
          }),
          givenListener(journal, 'fatal', {
            fatal: true,
            startup: async ({ sleep }) => {
              await sleep('1s');
              throw new Error('no');
            },
          }),
        ],
        config: { values: { startup: { concurrency: 2 } } },
      });
      const failure = rejectionOf(app.start());
      await app.clock.advance('1s');
      expect(await failure).toMatchObject({ listenerName: 'fatal' });
      expect(journal).toContain('slow.aborted');
      expect(journal).not.toContain('slow.stop');
      expect(app.status().listeners.map(({ state }) => state)).toEqual(['stopped', 'startup_failed']);
    });

    it('gives up a roll back that outlives its grace', async () => {
      const app = await createTestApplication({
        listeners: [
          givenListener(journal, 'a', { shutdown: forever, shutdownTimeout: '1m' }),
          givenListener(journal, 'b', { failsWith: new Error('no'), fatal: true }),
        ],
        settleMs: 5,
      });
      const failure = rejectionOf(app.start());
      await app.clock.advance('9s');
      expect(app.status().state).toBe('stopping');
      await app.clock.advance('2s');
      expect(((await failure) as BootError).errors).toHaveLength(2);
    });
  });

  describe('when a listener that is not fatal fails', () => {
    it('starts the others, keeps the error, and is degraded', async () => {
      const app = await createTestApplication({
        listeners: [givenListener(journal, 'a', { failsWith: new Error('no token') }), givenListener(journal, 'b')],
      });
      await app.start();
      const status = app.status();
      expect(status.state).toBe('degraded');
      expect(status.listeners).toMatchObject([
        { name: 'a', state: 'startup_failed', error: { name: 'Error', message: 'no token' } },
        { name: 'b', state: 'running' },
      ]);
      const health = await app.health();
      expect(health).toMatchObject({ started: true, ready: true, live: true });
      expect(health.causes.join()).toContain('no token');
      expect(await app.stop()).toMatchObject({ code: 0, degraded: true });
      expect(journal).toEqual(['a.start', 'b.start', 'b.stop']);
    });

    it('blocks what needs it, through any number of listeners, naming the one that failed', async () => {
      const app = await createTestApplication({
        listeners: [
          givenListener(journal, 'db', { failsWith: new Error('refused') }),
          givenListener(journal, 'store', { dependsOn: ['db'] }),
          givenListener(journal, 'sync', { dependsOn: ['store'] }),
          givenListener(journal, 'lone'),
        ],
      });
      await app.start();
      expect(app.status().listeners.map(({ name, state, blockedBy }) => [name, state, blockedBy])).toEqual([
        ['db', 'startup_failed', undefined],
        ['store', 'blocked', 'db'],
        ['sync', 'blocked', 'db'],
        ['lone', 'running', undefined],
      ]);
    });

    it('aborts the boot when a fatal listener needs it', async () => {
      const app = await createTestApplication({
        listeners: [
          givenListener(journal, 'db', { failsWith: new Error('refused') }),
          givenListener(journal, 'store', { dependsOn: ['db'] }),
          givenListener(journal, 'api', { dependsOn: ['store'], fatal: true }),
        ],
      });
      expect(await rejectionOf(app.start())).toMatchObject({ listenerName: 'api', phase: 'blocked', blockedBy: 'db' });
    });

    it('does not block what only wants it', async () => {
      const app = await createTestApplication({
        listeners: [
          givenListener(journal, 'reports', { wants: ['cache', 'not_there'] }),
          givenListener(journal, 'cache', { failsWith: new Error('refused') }),
        ],
      });
      await app.start();
      expect(journal).toEqual(['cache.start', 'reports.start']);
      expect(app.status().listeners[1]).toMatchObject({ name: 'reports', state: 'running' });
    });
  });

  it('fails a listener whose constructor throws, in the phase "construct"', async () => {
    @BackgroundDaemon({ fatalOnStartupFailure: true })
    class Broken {
      constructor() {
        throw new Error('cannot be built');
      }
    }
    const app = await createTestApplication({ listeners: [Broken] });
    expect(await rejectionOf(app.start())).toMatchObject({ phase: 'construct', listenerName: 'broken' });
  });

  it('understands a startup that throws something that is not an error', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a', {
          startup: () => Promise.reject('just a text'),
        }),
      ],
    });
    await app.start();
    expect(app.status().listeners[0]?.error).toMatchObject({ code: 'NON_ERROR_THROWN' });
    expect(app.status().listeners[0]?.error?.message).toContain('just a text');
  });

  it('cannot start again after it has stopped', async () => {
    const app = await createTestApplication({ listeners: [givenListener(journal, 'a')] });
    expect(await app.stop('changed my mind')).toMatchObject({ code: 0, reason: 'changed my mind' });
    const error = (await rejectionOf(app.start())) as BootCancelledError;
    expect(error.name).toBe('BootCancelledError');
    expect(journal).toEqual([]);
  });
});
