import {
  BackgroundDaemon,
  NotRunningError,
  RestartError,
  type RunContext,
  type StartupContext,
  UnknownListenerError,
} from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { givenListener, rejectionOf } from '../support/givenListener';
import { givenPatient, started, stateOf, statusOf } from '../support/restarts';

const WANTED = { reason: 'new token', by: 'kim' };

describe('app.restart()', () => {
  it('shuts a running listener down and starts it again, without delay, and is not counted', async () => {
    const reasons: string[] = [];
    const { patient, listener } = givenPatient('db', { shutdown: ({ reason }) => void reasons.push(reason) });
    const app = await started([listener]);
    const events: unknown[] = [];
    app.events.on('operator.restarted', (event) => events.push(event));
    app.events.on('listener.restarting', (event) => events.push(event));
    const instance = app.listeners.resolve('db');

    await app.restart('db', WANTED);
    expect(patient.journal).toEqual(['db.start', 'db.stop', 'db.start']);
    expect(reasons).toEqual(['new token']);
    expect(events).toEqual([{ listener: 'db', by: 'kim', reason: 'new token' }]);
    expect(statusOf(app, 'db')).toMatchObject({ state: 'running' });
    expect(statusOf(app, 'db')?.restarts).toBeUndefined();
    expect(app.listeners.resolve('db')).toBe(instance);
    expect(app.status().state).toBe('running');
  });

  it('restarts a listener that does not declare restarts, with its ticks', async () => {
    let ticks = 0;
    @BackgroundDaemon({ interval: '10s' })
    class Mail {
      tick(): void {
        ticks++;
      }
    }
    const app = await started([Mail]);
    await app.clock.advance('5s');
    await app.restart('mail', WANTED);
    await app.clock.advance('9s');
    expect(ticks).toBe(0);
    await app.clock.advance('1s');
    expect(ticks).toBe(1);
  });

  it('ends a back-off at once', async () => {
    const { patient, listener } = givenPatient('db');
    const app = await started([listener]);
    patient.die(new Error('down'));
    await app.clock.settle();
    expect(stateOf(app, 'db')).toBe('backing_off');
    await app.restart('db', WANTED);
    expect(stateOf(app, 'db')).toBe('running');
    expect(statusOf(app, 'db')?.restarts).toBeUndefined();
    await app.clock.advance('1h');
    expect(patient.journal).toEqual(['db.start', 'db.stop', 'db.start']);
  });

  it('is shared by two who ask at once', async () => {
    const { patient, listener } = givenPatient('db');
    const app = await started([listener]);
    await Promise.all([app.restart('db', WANTED), app.restart('db', WANTED)]);
    expect(patient.journal).toEqual(['db.start', 'db.stop', 'db.start']);
  });

  it('takes part in a start that goes on already', async () => {
    const { patient, listener } = givenPatient('db');
    const app = await started([listener]);
    patient.startsIn = '10s';
    patient.die(new Error('down'));
    await app.clock.advance('2s');
    expect(stateOf(app, 'db')).toBe('starting');
    const restarted = app.restart('db', WANTED);
    await app.clock.advance('9s');
    await restarted;
    expect(patient.journal).toEqual(['db.start', 'db.stop', 'db.start']);
  });

  it('saves a dead listener the delay while it is being shut down', async () => {
    const { patient, listener } = givenPatient('db', { shutdown: ({ sleep }) => sleep('3s') });
    const app = await started([listener]);
    patient.die(new Error('down'));
    await app.clock.advance('1s');
    expect(stateOf(app, 'db')).toBe('stopping');
    const restarted = app.restart('db', WANTED);
    await app.clock.advance('2s');
    await restarted;
    expect(stateOf(app, 'db')).toBe('running');
  });

  it('rejects when the listener fails to start, which is retried as its policy says', async () => {
    const { patient, listener } = givenPatient('db');
    const app = await started([listener]);
    patient.failsWith = new Error('refused');
    const error = await rejectionOf(app.restart('db', WANTED));
    expect(error).toBeInstanceOf(RestartError);
    expect(error).toMatchObject({ code: 'RESTART_FAILED', cause: { message: 'refused' } });
    expect(stateOf(app, 'db')).toBe('backing_off');
    patient.failsWith = undefined;
    await app.clock.advance('1s');
    expect(stateOf(app, 'db')).toBe('running');
  });

  it('starts a listener again that has failed for good, or was given up', async () => {
    const never = givenPatient('never', { restart: 'never' });
    const limited = givenPatient('limited', { restart: { jitter: 0, limit: { restarts: 1, within: '10m' } } });
    const app = await started([never.listener, limited.listener]);
    never.patient.die(new Error('down'));
    limited.patient.failsWith = new Error('refused');
    limited.patient.die(new Error('down'));
    await app.clock.advance('1m');
    expect([stateOf(app, 'never'), stateOf(app, 'limited')]).toEqual(['died', 'startup_failed']);
    limited.patient.failsWith = undefined;
    await app.restart('never', WANTED);
    await app.restart('limited', WANTED);
    expect(app.status().state).toBe('running');
    expect(never.patient.journal).toEqual(['never.start', 'never.stop', 'never.start']);
    const report = await app.stop();
    expect(report.listeners.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  });

  it('starts no second life beside a hook of the first that goes on, although the listener was given up', async () => {
    const restart = { jitter: 0, limit: { restarts: 1, within: '10m' } } as const;
    const lives: { die: (error: unknown) => void; release: () => void; isOver: boolean }[] = [];
    @BackgroundDaemon({ restart, shutdownTimeout: '1s' })
    class Reader {
      run({ fail }: RunContext): Promise<void> {
        return new Promise((resolve) => {
          const life = {
            die: fail,
            isOver: false,
            release: () => {
              life.isOver = true;
              resolve();
            },
          };
          lives.push(life);
        });
      }
    }
    const app = await started([Reader], { settleMs: 5 });
    lives[0]?.die(new Error('down'));
    lives[0]?.release();
    await app.clock.advance('5s');
    lives[1]?.die(new Error('down'));
    await app.clock.advance('5s');
    expect(stateOf(app, 'reader')).toBe('died');

    const restarted = app.restart('reader', WANTED);
    await app.clock.advance('5s');
    expect(lives).toHaveLength(2);
    expect(statusOf(app, 'reader')).toMatchObject({ state: 'backing_off', stuck: true });
    lives[1]?.release();
    await app.clock.settle();
    await restarted;
    expect(lives.map(({ isOver }) => isOver)).toEqual([true, true, false]);
    lives[2]?.release();
  });

  it('starts no second startup beside one that goes on, although the listener was given up', async () => {
    const releases: (() => void)[] = [];
    let die: (error: unknown) => void = () => undefined;
    @BackgroundDaemon({ restart: { jitter: 0, limit: { restarts: 1, within: '10m' } }, startupTimeout: '1s' })
    class Reader {
      startup({ fail }: StartupContext): Promise<void> | undefined {
        die = fail;
        releases.push(() => undefined);
        if (releases.length === 1) return undefined;
        return new Promise((resolve) => (releases[releases.length - 1] = resolve));
      }
    }
    const app = await started([Reader], { settleMs: 5 });
    die(new Error('down'));
    await app.clock.advance('5s');
    expect(stateOf(app, 'reader')).toBe('startup_failed');

    const restarted = app.restart('reader', WANTED);
    await app.clock.settle();
    expect(releases).toHaveLength(2);
    releases[1]?.();
    await app.clock.settle();
    expect(releases).toHaveLength(3);
    releases[2]?.();
    await restarted;
    expect(stateOf(app, 'reader')).toBe('running');
  });

  it('stops the application with code 1 when a fatal listener without restarts does not come up again', async () => {
    const { patient, listener } = givenPatient('db', { restart: 'never', fatal: true });
    const app = await started([listener]);
    patient.failsWith = new Error('refused');
    expect(await rejectionOf(app.restart('db', WANTED))).toBeInstanceOf(RestartError);
    expect(await app.stop()).toMatchObject({ code: 1, reason: '"db" failed to start again' });
  });

  it('goes on when the listener dies as it is shut down, and when it dies right after', async () => {
    let dies: (error: unknown) => void = () => undefined;
    const { patient, listener } = givenPatient('db', {
      shutdown: ({ clock }) => {
        dies(new Error('too late'));
        return new Promise((resolve) => void clock.at(clock.now() + 1_000, resolve));
      },
    });
    const app = await started([listener]);
    dies = patient.die;
    const restarted = app.restart('db', WANTED);
    await app.clock.advance('1s');
    await restarted;
    dies = () => undefined;
    patient.die(new Error('down'));
    await app.clock.advance('2s');
    expect(stateOf(app, 'db')).toBe('running');
    expect(patient.journal.filter((one) => one === 'db.start')).toHaveLength(3);
  });

  it('refuses a listener that is unknown, disabled, or needs one that does not run', async () => {
    const db = givenPatient('db', { restart: 'never' });
    const orders = givenPatient('orders', { dependsOn: ['db'] });
    const slack = givenListener([], 'slack', { startup: ({ disable }) => disable('no token') });
    const app = await started([db.listener, orders.listener, slack]);
    expect(await rejectionOf(app.restart('bd', WANTED))).toBeInstanceOf(UnknownListenerError);
    expect(await rejectionOf(app.restart('slack', WANTED))).toMatchObject({
      code: 'RESTART_FAILED',
      message: expect.stringContaining('"slack" was not restarted: it is disabled: no token.') as string,
    });
    db.patient.die(new Error('down'));
    expect(await rejectionOf(app.restart('orders', WANTED))).toMatchObject({
      message: expect.stringContaining('it needs "db", which does not run') as string,
    });
    expect(stateOf(app, 'orders')).toBe('running');
    expect(orders.patient.journal).toEqual(['orders.start']);
  });

  it('refuses before the boot is decided, and after the stop', async () => {
    const { listener } = givenPatient('db');
    const app = await createTestApplication({ listeners: [listener] });
    const early = await rejectionOf(app.restart('db', WANTED));
    expect(early).toBeInstanceOf(NotRunningError);
    expect((early as NotRunningError).fix).toMatch(
      /^ask for this only after start\(\) has resolved, and before the stop/,
    );
    await app.start();
    await app.stop();
    expect(await rejectionOf(app.restart('db', WANTED))).toBeInstanceOf(NotRunningError);
  });

  it('rejects when the application stops meanwhile', async () => {
    const { patient, listener } = givenPatient('db');
    const app = await started([listener]);
    patient.startsIn = '10s';
    const restarted = rejectionOf(app.restart('db', WANTED));
    await app.clock.advance('1s');
    expect((await app.stop()).code).toBe(0);
    expect(await restarted).toMatchObject({ message: expect.stringContaining('the application stops') as string });
  });

  it('begins the restart and resolves at once when the listener asks for its own', async () => {
    const journal: string[] = [];
    let app: TestApplication | undefined = undefined as TestApplication | undefined;
    @BackgroundDaemon({ interval: '10s' })
    class Mail {
      startup(): void {
        journal.push('start');
      }
      async tick(): Promise<void> {
        if (journal.length === 1) await app?.restart('mail', WANTED);
        journal.push('restarted');
      }
    }
    app = await started([Mail]);
    await app.clock.advance('10s');
    expect(journal).toEqual(['start', 'restarted', 'start']);
    expect(app.logs.some(({ message }) => message.startsWith('restart() was called inside mail.tick'))).toBe(true);
  });
});
