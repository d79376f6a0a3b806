import { type AvailabilityState, BackgroundDaemon, BootError, PeriodicTask } from '../../src';
import { createTestApplication } from '../../src/testing';
import { givenListener, rejectionOf, type Behaviour } from '../support/givenListener';
import { eventsOf, Patient, SOON, started, stateOf, statusOf } from '../support/restarts';

describe('a daemon that has died', () => {
  it('is shut down, and started again on the same instance after its delay', async () => {
    const db = new Patient();
    const app = await started([givenListener(db.journal, 'db', db.behaviour())]);
    const instance = app.listeners.resolve('db');
    const availability = app.availability('db');
    const events = eventsOf(app);

    db.die(new Error('the socket closed'));
    await app.clock.settle();
    expect(db.journal).toEqual(['db.start', 'db.stop']);
    expect(statusOf(app, 'db')).toMatchObject({
      state: 'backing_off',
      restartAt: new Date(app.clock.now() + 1_000).toISOString(),
      error: { code: 'DAEMON_DIED', message: expect.stringContaining('the socket closed') as string },
    });
    expect(availability.current()).toMatchObject({
      state: 'restarting',
      error: { message: expect.stringContaining('the socket closed') as string },
      restartAt: new Date(app.clock.now() + 1_000),
    });
    expect(app.status().state).toBe('degraded');
    expect((await app.health()).causes).toEqual([expect.stringContaining('the socket closed')]);

    await app.clock.advance('1s');
    expect(db.journal).toEqual(['db.start', 'db.stop', 'db.start']);
    expect(availability.current()).toEqual({ state: 'ready', instance } satisfies AvailabilityState<object>);
    expect(statusOf(app, 'db')).toMatchObject({ state: 'running', restarts: 1 });
    expect(app.status().state).toBe('running');
    expect(events).toEqual([
      'db died',
      'application.degraded',
      'db stopping',
      'db stopped',
      'db restarting',
      'db starting',
      'db started',
      'application.recovered',
    ]);
    expect((await app.stop()).code).toBe(0);
  });

  it('says which attempt comes when', async () => {
    const db = new Patient();
    const app = await started([givenListener(db.journal, 'db', db.behaviour())]);
    const attempts: unknown[] = [];
    app.events.on('listener.restarting', ({ listener, attempt, at }) => attempts.push([listener, attempt, at]));
    const died = app.clock.now();
    db.failsWith = new Error('refused');
    db.die(new Error('down'));
    await app.clock.advance('3s');
    expect(attempts).toEqual([
      ['db', 1, new Date(died + 1_000).toISOString()],
      ['db', 2, new Date(died + 3_000).toISOString()],
      ['db', 3, new Date(died + 7_000).toISOString()],
    ]);
  });

  it('is not restarted without the option', async () => {
    const db = new Patient();
    const app = await started([givenListener(db.journal, 'db', db.behaviour({ restart: 'never' }))]);
    db.die(new Error('down'));
    await app.clock.advance('1h');
    expect(stateOf(app, 'db')).toBe('died');
    expect(db.journal).toEqual(['db.start']);
  });

  it('has its ticks anchored at the restart, and its pauses kept', async () => {
    const ticks: string[] = [];
    let die: (error: unknown) => void = () => undefined;
    @BackgroundDaemon({ interval: '10s', restart: SOON })
    class Mail {
      startup({ fail }: { fail: (error: unknown) => void }): void {
        die = fail;
      }
      tick({ scheduledAt }: { scheduledAt: Date }): void {
        ticks.push(scheduledAt.toISOString());
      }
      @PeriodicTask({ interval: '10s' })
      sweep(): void {
        ticks.push('sweep');
      }
    }
    const app = await started([Mail]);
    await app.pause('mail', { task: 'sweep', reason: 'test', by: 'test', until: new Date(app.clock.now() + 30_000) });
    await app.clock.advance('3s');
    die(new Error('down'));
    await app.clock.advance('1s');
    const restarted = app.clock.now();
    await app.clock.advance('10s');
    expect(ticks).toEqual([new Date(restarted + 10_000).toISOString()]);
    expect(statusOf(app, 'mail')?.tasks.map(({ paused }) => paused)).toEqual([false, true]);
    await app.clock.advance('30s');
    expect(ticks).toContain('sweep');
  });

  it('has its ready hook called again, and its disposers called before', async () => {
    const journal: string[] = [];
    const db = new Patient();
    const behaviour = db.behaviour({
      startup: ({ defer }) => {
        defer(() => void journal.push('disposed'));
      },
      ready: () => void journal.push('ready'),
    });
    const app = await started([givenListener(journal, 'db', behaviour)]);
    db.die(new Error('down'));
    await app.clock.advance('1s');
    expect(journal).toEqual(['db.start', 'ready', 'db.stop', 'disposed', 'db.start', 'ready']);
  });

  it('is not killed again by what an earlier life has acquired, whose late errors are logged', async () => {
    const journal: string[] = [];
    const lives: ((error: Error) => void)[] = [];
    const behaviour: Behaviour = { restart: SOON, startup: ({ fail }) => void lives.push(fail) };
    const app = await started([givenListener(journal, 'db', behaviour)]);
    lives[0]?.(new Error('the socket closed'));
    await app.clock.advance('1s');

    lives[0]?.(new Error('the old socket was reset'));
    await app.clock.advance('1m');
    expect(journal).toEqual(['db.start', 'db.stop', 'db.start']);
    expect(stateOf(app, 'db')).toBe('running');
    expect(app.logs).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        listener: 'db',
        message: 'it failed in an earlier life, after which it was started again',
        error: expect.objectContaining({ message: 'the old socket was reset' }) as object,
      }),
    );

    lives[1]?.(new Error('the new socket closed'));
    await app.clock.settle();
    expect(stateOf(app, 'db')).toBe('backing_off');
  });

  it('is restarted although its shutdown fails on the way, which is logged', async () => {
    const db = new Patient();
    const shutdown = (): void => {
      throw new Error('cannot close');
    };
    const app = await started([givenListener(db.journal, 'db', db.behaviour({ shutdown }))]);
    db.die(new Error('down'));
    await app.clock.advance('1s');
    expect(stateOf(app, 'db')).toBe('running');
    expect(app.logs.filter(({ message }) => message === 'Failed to shut down')).toMatchObject([
      { listener: 'db', level: 'error', error: { message: 'cannot close' } },
    ]);
  });
});

describe('a startup that fails', () => {
  it('does not hold the boot up: it is retried after the boot is decided, and what needs it starts late', async () => {
    const journal: string[] = [];
    const db = new Patient();
    db.failsWith = new Error('refused');
    const app = await started([
      givenListener(journal, 'db', db.behaviour()),
      givenListener(journal, 'orders', { dependsOn: ['db'], ready: () => void journal.push('orders.ready') }),
      givenListener(journal, 'web'),
    ]);
    expect(app.status().state).toBe('degraded');
    expect(app.status().listeners.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'db backing_off',
      'orders blocked',
      'web running',
    ]);
    expect(statusOf(app, 'orders')?.blockedBy).toBe('db');

    db.failsWith = undefined;
    await app.clock.advance('1s');
    expect(app.status().listeners.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    expect(app.status().state).toBe('running');
    expect(journal).toEqual(['db.start', 'web.start', 'db.start', 'orders.start', 'orders.ready']);

    await app.stop();
    expect(journal.slice(5)).toEqual(['orders.stop', 'db.stop', 'web.stop']);
  });

  it('waits for the end of the boot, however long that takes', async () => {
    const db = new Patient();
    db.failsWith = new Error('refused');
    const slow = givenListener([], 'slow', { startup: ({ sleep }) => sleep('20s') });
    const app = await createTestApplication({ listeners: [givenListener(db.journal, 'db', db.behaviour()), slow] });
    const booted = app.start();
    await app.clock.advance('10s');
    expect(db.journal).toEqual(['db.start']);
    db.failsWith = undefined;
    await app.clock.advance('10s');
    await booted;
    await app.clock.settle();
    expect(stateOf(app, 'db')).toBe('running');
  });

  it('is never retried in the boot when it is fatal', async () => {
    const db = new Patient();
    db.failsWith = new Error('refused');
    const app = await createTestApplication({
      listeners: [givenListener(db.journal, 'db', db.behaviour({ fatal: true }))],
    });
    expect(await rejectionOf(app.start())).toMatchObject({ listenerName: 'db', phase: 'startup' });
    expect(db.journal).toEqual(['db.start']);
    expect(app.status().state).toBe('failed');
  });

  it('aborts the boot when a fatal listener needs it', async () => {
    const db = new Patient();
    db.failsWith = new Error('refused');
    const app = await createTestApplication({
      listeners: [
        givenListener(db.journal, 'db', db.behaviour()),
        givenListener([], 'orders', { dependsOn: ['db'], fatal: true }),
      ],
    });
    const error = await rejectionOf(app.start());
    expect(error).toBeInstanceOf(BootError);
    expect(error).toMatchObject({ listenerName: 'orders', phase: 'blocked', blockedBy: 'db' });
    expect(statusOf(app, 'db')).toMatchObject({ state: 'stopped', error: { message: 'refused' } });
  });

  it('is shut down first when it resolves after its timeout, and started after that', async () => {
    const journal: string[] = [];
    let isSlow = true;
    const startup: Behaviour['startup'] = ({ clock }) =>
      isSlow ? new Promise((resolve) => void clock.at(clock.now() + 10_000, resolve)) : undefined;
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'db', { restart: SOON, startupTimeout: '2s', startup })],
    });
    const booted = app.start();
    await app.clock.advance('2s');
    await booted;
    expect(statusOf(app, 'db')).toMatchObject({ state: 'backing_off', error: { code: 'STARTUP_TIMEOUT' } });
    isSlow = false;
    await app.clock.advance('5s');
    expect(statusOf(app, 'db')).toMatchObject({ state: 'backing_off', stuck: true });
    expect((await app.health()).causes).toContainEqual(expect.stringContaining('"db" is stuck'));
    expect(journal).toEqual(['db.start']);
    await app.clock.advance('3s');
    expect(journal).toEqual(['db.start', 'db.stop', 'db.start']);
    expect(stateOf(app, 'db')).toBe('running');
  });

  it('is retried when the constructor fails', async () => {
    let fails = true;
    @BackgroundDaemon({ restart: SOON })
    class Mail {
      constructor() {
        if (fails) throw new Error('no token');
      }
    }
    const app = await started([Mail]);
    expect(statusOf(app, 'mail')).toMatchObject({ state: 'backing_off', error: { message: 'no token' } });
    fails = false;
    await app.clock.advance('1s');
    expect(stateOf(app, 'mail')).toBe('running');
  });
});

describe('a listener that disables itself in a restart', () => {
  it('is disabled, without further restarts, and so is what waits for it', async () => {
    const db = new Patient();
    db.failsWith = new Error('refused');
    let disables = false;
    const startup: Behaviour['startup'] = ({ disable }) => {
      if (disables) disable('no token');
    };
    const app = await started([
      givenListener(db.journal, 'db', db.behaviour({ startup })),
      givenListener([], 'orders', { dependsOn: ['db'] }),
    ]);
    db.failsWith = undefined;
    disables = true;
    await app.clock.advance('1s');
    expect(statusOf(app, 'db')).toMatchObject({ state: 'disabled', disabledReason: 'no token' });
    expect(statusOf(app, 'orders')).toMatchObject({ state: 'disabled' });
    await app.clock.advance('1h');
    expect(db.journal).toHaveLength(2);
    expect(app.status().state).toBe('running');
  });
});
