import { BackgroundDaemon, type Duration, type RestartOption } from '../../src';
import { forever, givenListener, type Behaviour } from '../support/givenListener';
import { eventsOf, Patient, SOON, started, stateOf, statusOf } from '../support/restarts';

describe('the limit', () => {
  const limit = { restarts: 2, within: '10m' } as const;

  it('of a fatal daemon lets it die within it; the next death stops the application with code 1', async () => {
    const db = new Patient();
    const app = await started([
      givenListener(db.journal, 'db', db.behaviour({ fatal: true, restart: { jitter: 0, limit } })),
    ]);
    const deaths: unknown[] = [];
    app.events.on('listener.died', ({ fatal }) => deaths.push(fatal));
    const givenUp: unknown[] = [];
    app.events.on('listener.restart_given_up', (event) => givenUp.push(event));
    for (const delay of ['1s', '2s'] as const) {
      db.die(new Error('down'));
      await app.clock.advance(delay);
      expect(stateOf(app, 'db')).toBe('running');
    }
    db.die(new Error('down for good'));
    const report = await app.stop();
    expect(report).toMatchObject({ code: 1, reason: '"db" died', error: { code: 'DAEMON_DIED' } });
    expect(deaths).toEqual([false, false, true]);
    expect(givenUp).toEqual([{ listener: 'db', restarts: 2 }]);
  });

  it('of a fatal daemon stops the application with code 1 when its restarts fail', async () => {
    const db = new Patient();
    const app = await started([
      givenListener(db.journal, 'db', db.behaviour({ fatal: true, restart: { jitter: 0, limit } })),
    ]);
    db.failsWith = new Error('refused');
    db.die(new Error('down'));
    await app.clock.advance('10s');
    const report = await app.stop();
    expect(report).toMatchObject({ code: 1, reason: '"db" failed to start again', error: { message: 'refused' } });
    expect(db.journal.filter((one) => one === 'db.start')).toHaveLength(3);
  });

  it('of another daemon ends its restarts: it is given up, and the application stays degraded', async () => {
    const db = new Patient();
    const app = await started([givenListener(db.journal, 'db', db.behaviour({ restart: { jitter: 0, limit } }))]);
    const events = eventsOf(app);
    db.failsWith = new Error('refused');
    db.die(new Error('down'));
    await app.clock.advance('1h');
    expect(statusOf(app, 'db')).toMatchObject({ state: 'startup_failed', error: { message: 'refused' } });
    expect(events.slice(-2)).toEqual(['db restart_given_up', 'application.degraded']);
    expect(app.status().state).toBe('degraded');
    expect((await app.stop()).code).toBe(0);
  });

  it('leaves a daemon that dies once too often shut down', async () => {
    const db = new Patient();
    const app = await started([givenListener(db.journal, 'db', db.behaviour({ restart: { jitter: 0, limit } }))]);
    for (const delay of ['1s', '2s', '1h'] as const) {
      db.die(new Error('down'));
      await app.clock.advance(delay);
    }
    expect(stateOf(app, 'db')).toBe('died');
    expect(db.journal.slice(-1)).toEqual(['db.stop']);
    const report = await app.stop();
    expect(report).toMatchObject({ code: 0, listeners: [{ name: 'db', state: 'died' }] });
    expect(db.journal.filter((one) => one === 'db.stop')).toHaveLength(3);
  });
});

describe('flapping', () => {
  it('goes on with longer delays until the daemon has run for resetAfter', async () => {
    const db = new Patient();
    const restart: RestartOption = { jitter: 0, resetAfter: '1m' };
    const app = await started([givenListener(db.journal, 'db', db.behaviour({ restart }))]);
    const attempts: number[] = [];
    app.events.on('listener.restarting', ({ attempt }) => attempts.push(attempt));
    const dieAfter = async (ran: Duration, delay: Duration): Promise<void> => {
      await app.clock.advance(ran);
      db.die(new Error('down'));
      await app.clock.advance(delay);
      expect(stateOf(app, 'db')).toBe('running');
    };
    await dieAfter('0ms', '1s');
    await dieAfter('59s', '2s');
    await dieAfter('59s', '4s');
    expect(statusOf(app, 'db')?.restarts).toBe(3);
    await app.clock.advance('1m');
    expect(statusOf(app, 'db')?.restarts).toBeUndefined();
    await dieAfter('0ms', '1s');
    expect(attempts).toEqual([1, 2, 3, 1]);
  });
});

describe('a stop', () => {
  it('during a back-off cancels the timer, calls no hook, and exits with code 0', async () => {
    const db = new Patient();
    const app = await started([givenListener(db.journal, 'db', db.behaviour())]);
    db.die(new Error('down'));
    await app.clock.settle();
    const before = [...db.journal];
    const report = await app.stop();
    expect(report).toMatchObject({ code: 0, listeners: [{ name: 'db', state: 'stopped' }] });
    app.clock.belongTo(() => undefined);
    await app.clock.advance('1h');
    expect(db.journal).toEqual(before);
  });

  it('during the startup of a restart aborts it, and waits for it, as during the boot', async () => {
    const db = new Patient();
    let isSlow = false;
    const startup: Behaviour['startup'] = ({ sleep }) => (isSlow ? sleep('1h') : undefined);
    const app = await started([givenListener(db.journal, 'db', db.behaviour({ startup }))]);
    isSlow = true;
    db.die(new Error('down'));
    await app.clock.advance('2s');
    expect(stateOf(app, 'db')).toBe('starting');
    expect(app.availability('db').current()).toMatchObject({ state: 'restarting' });
    const report = await app.stop();
    expect(report).toMatchObject({ code: 0, listeners: [{ name: 'db', state: 'stopped' }] });
    expect(db.journal).toEqual(['db.start', 'db.stop', 'db.start']);
  });

  it('during the startup of a restart shuts down what comes up all the same', async () => {
    const db = new Patient();
    let isSlow = false;
    const startup: Behaviour['startup'] = ({ clock }) =>
      isSlow ? new Promise((resolve) => void clock.at(clock.now() + 5_000, resolve)) : undefined;
    const app = await started([givenListener(db.journal, 'db', db.behaviour({ startup }))]);
    isSlow = true;
    db.die(new Error('down'));
    await app.clock.advance('2s');
    const stopping = app.stop();
    await app.clock.advance('5s');
    expect((await stopping).code).toBe(0);
    expect(db.journal).toEqual(['db.start', 'db.stop', 'db.start', 'db.stop']);
  });

  it('during the shutdown of a restart waits for that shutdown, and calls no second one', async () => {
    const db = new Patient();
    const shutdown: Behaviour['shutdown'] = ({ clock }) =>
      new Promise((resolve) => void clock.at(clock.now() + 5_000, resolve));
    const app = await started([givenListener(db.journal, 'db', db.behaviour({ shutdown }))]);
    db.die(new Error('down'));
    await app.clock.advance('1s');
    expect(stateOf(app, 'db')).toBe('stopping');
    const stopping = app.stop();
    await app.clock.advance('4s');
    expect(await stopping).toMatchObject({ code: 0, listeners: [{ state: 'stopped' }] });
    expect(db.journal).toEqual(['db.start', 'db.stop']);
  });

  it('during the shutdown of a restart gives it up when the grace is gone', async () => {
    const db = new Patient();
    const app = await started([givenListener(db.journal, 'db', db.behaviour({ shutdown: forever }))], {
      config: { values: { shutdown: { grace: '3s' } } },
      settleMs: 5,
    });
    db.die(new Error('down'));
    await app.clock.advance('1s');
    const stopping = app.stop();
    await app.clock.advance('10s');
    expect(await stopping).toMatchObject({ code: 3, listeners: [{ state: 'shutdown_failed', cut: true }] });
  });
});

describe('a run of a dead daemon that never settles', () => {
  it('makes its restart wait until it does, and the daemon counts as stuck', async () => {
    let release: () => void = () => undefined;
    let die: (error: unknown) => void = () => undefined;
    const journal: string[] = [];
    @BackgroundDaemon({ interval: '10s', restart: SOON, shutdownTimeout: '2s' })
    class Mail {
      startup({ fail }: { fail: (error: unknown) => void }): void {
        journal.push('start');
        die = fail;
      }
      tick(): Promise<void> {
        return new Promise((resolve) => (release = resolve));
      }
      shutdown(): void {
        journal.push('stop');
      }
    }
    const app = await started([Mail], { settleMs: 5 });
    await app.clock.advance('10s');
    die(new Error('down'));
    await app.clock.advance('10s');
    expect(journal).toEqual(['start', 'stop']);
    expect(statusOf(app, 'mail')).toMatchObject({ state: 'backing_off', stuck: true });
    expect((await app.health()).causes.join()).toContain('"mail" is stuck');
    release();
    await app.clock.settle();
    expect(journal).toEqual(['start', 'stop', 'start']);
    expect(statusOf(app, 'mail')).toMatchObject({ state: 'running' });
    expect(app.status().state).toBe('running');
  });
});
