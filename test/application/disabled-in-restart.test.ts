import { BackgroundDaemon, type BackgroundDaemonOptions, type StartupContext } from '../../src';
import { type Behaviour, givenListener } from '../support/givenListener';
import { eventsOf, givenPatient, SOON, started, stateOf, statusOf } from '../support/restarts';

/** A listener that disables itself in its first restart. */
function givenGoing(behaviour: Behaviour = {}) {
  let lives = 0;
  return givenPatient('going', {
    ...behaviour,
    startup: ({ disable }) => {
      if (++lives > 1) disable('gone');
    },
  });
}

function givenTicking(name: string, needs: readonly string[], options: Partial<BackgroundDaemonOptions> = {}) {
  @BackgroundDaemon({ name, interval: '1s', dependsOn: needs, ...options } as { interval: '1s' })
  class Ticking {
    tick(): void {}
  }
  return Ticking;
}

describe('a listener that disables itself in a restart', () => {
  it('takes a running daemon that needs it out of service, and everybody says so', async () => {
    const going = givenGoing();
    const app = await started([going.listener, givenTicking('needs', ['going'])]);
    going.patient.die(new Error('died'));
    await app.clock.advance('5m');

    const reason = 'it needs "going", which is disabled: gone';
    expect(statusOf(app, 'going')).toMatchObject({ state: 'disabled', disabledReason: 'gone' });
    expect(statusOf(app, 'needs')).toMatchObject({ state: 'disabled', disabledReason: reason });
    expect(statusOf(app, 'needs')?.tasks[0]).not.toHaveProperty('nextRunAt');
    expect(app.runs('needs').length).toBeLessThan(3);
    expect(app.status().state).toBe('degraded');
    expect(await app.health()).toMatchObject({ ready: true, causes: [`"needs" is disabled: ${reason}`] });
    expect(app.logs).toContainEqual(
      expect.objectContaining({ listener: 'needs', message: expect.stringMatching(/disabled/i) as string }),
    );
    await expect(app.trigger('needs')).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    await expect(app.restart('needs', { by: 'kim', reason: 'again' })).rejects.toThrow(reason);
    expect(await app.stop()).toMatchObject({ code: 0, causes: [`"needs" is disabled: ${reason}`] });
  });

  it('has what needs it, directly or through others, shut down newest first, and before what that needs itself', async () => {
    const going = givenGoing();
    const journal = going.patient.journal;
    const slow: Behaviour['shutdown'] = ({ sleep }) => sleep('2s');
    const app = await started([
      going.listener,
      givenListener(journal, 'a', { dependsOn: ['going'], shutdown: slow }),
      givenListener(journal, 'b', { dependsOn: ['a'], shutdown: slow }),
      givenListener(journal, 'c', { dependsOn: ['a', 'b'] }),
      givenListener(journal, 'other', { wants: ['going'] }),
    ]);
    const events = eventsOf(app);
    going.patient.die(new Error('died'));
    await app.clock.advance('10s');

    expect(journal.slice(5)).toEqual(['going.stop', 'going.start', 'c.stop', 'b.stop', 'a.stop']);
    expect(events.filter((event) => / (stopping|disabled)$/.test(event))).toEqual([
      'going stopping',
      'going disabled',
      'c stopping',
      'c disabled',
      'b stopping',
      'b disabled',
      'a stopping',
      'a disabled',
    ]);
    expect(statusOf(app, 'c')?.disabledReason).toBe(
      'it needs "a", which is disabled: it needs "going", which is disabled: gone',
    );
    expect(stateOf(app, 'other')).toBe('running');
    expect((await app.stop()).listeners.map(({ state }) => state)).toEqual([
      ...['disabled', 'disabled', 'disabled', 'disabled'],
      'stopped',
    ]);
  });

  it('takes along what waits for its own restart, is being started, or is blocked', async () => {
    const going = givenGoing({ restart: { delay: '10s', jitter: 0 } });
    const waiting = givenPatient('waiting', { dependsOn: ['going'], restart: { delay: '15s', jitter: 0 } });
    const restarting = givenPatient('restarting', { dependsOn: ['going'], restart: SOON });
    const blocked = givenTicking('blocked', ['restarting', 'broken']);
    const broken = givenListener([], 'broken', { failsWith: new Error('no disk') });
    const app = await started([going.listener, waiting.listener, restarting.listener, broken, blocked]);
    restarting.patient.startsIn = '10s';
    restarting.patient.die(new Error('died'));
    await app.clock.advance('5s');
    going.patient.die(new Error('died'));
    waiting.patient.die(new Error('died'));
    expect(stateOf(app, 'restarting')).toBe('starting');
    await app.clock.advance('1m');

    expect(['waiting', 'restarting', 'blocked'].map((name) => stateOf(app, name))).toEqual([
      'disabled',
      'disabled',
      'disabled',
    ]);
    expect((await app.health()).causes).toEqual([
      '"waiting" is disabled: it needs "going", which is disabled: gone',
      '"restarting" is disabled: it needs "going", which is disabled: gone',
      expect.stringContaining('no disk'),
    ]);
  });

  it('counts as a loss what was blocked by it after having run, while one that needs that is being started', async () => {
    const going = givenGoing();
    const middle = givenPatient('middle', { dependsOn: ['going'] });
    const last = givenPatient('last', { dependsOn: ['middle'] });
    const app = await started([going.listener, middle.listener, last.listener]);
    const events = eventsOf(app);
    last.patient.startsIn = '10s';
    last.patient.die(new Error('died'));
    await app.clock.advance('1s');
    middle.patient.die(new Error('died'));
    going.patient.die(new Error('died'));
    await app.clock.advance('1m');

    const reason = 'it needs "going", which is disabled: gone';
    const causes = [
      `"middle" is disabled: ${reason}`,
      `"last" is disabled: it needs "middle", which is disabled: ${reason}`,
    ];
    expect(await app.health()).toMatchObject({ causes });
    expect(events.filter((event) => / disabled$/.test(event))).toEqual([
      'going disabled',
      'last disabled',
      'middle disabled',
    ]);
    expect(events).not.toContain('application.recovered');
  });

  it('stops the application with exit code 1 where a fatal one needs it', async () => {
    const going = givenGoing();
    const app = await started([going.listener, givenTicking('vital', ['going'], { fatalOnStartupFailure: true })]);
    going.patient.die(new Error('died'));
    await app.clock.advance('10s');

    expect(await app.stop()).toMatchObject({
      code: 1,
      reason: '"vital" cannot be started again',
      error: { code: 'DISABLED_DEPENDENCY' },
    });
  });

  it('leaves no stale task behind: nobody expects one of it to succeed any more', async () => {
    let lives = 0;
    let die: StartupContext['fail'] = () => undefined;
    @BackgroundDaemon({ interval: '10m', mustSucceedWithin: '1h', freshness: 'unlive', restart: SOON })
    class Report {
      startup({ fail, disable }: StartupContext): void {
        die = fail;
        if (++lives > 1) disable('gone');
      }
      tick(): void {
        throw new Error('no data');
      }
    }
    const app = await started([Report]);
    await app.clock.advance('2h');
    expect(app.liveness()).toMatchObject({ live: false });

    die(new Error('died'));
    await app.clock.advance('1m');

    expect(app.liveness()).toEqual({ live: true, causes: [] });
    expect(app.status()).toMatchObject({ state: 'running', listeners: [{ state: 'disabled' }] });
    expect(app.journal).toContain('task.fresh report.tick');
  });

  it('does the same when an operator restarts it', async () => {
    const going = givenGoing({ restart: 'never' });
    const app = await started([going.listener, givenTicking('needs', ['going'])]);
    await expect(app.restart('going', { by: 'kim', reason: 'new token' })).rejects.toThrow('it is disabled: gone');
    await app.clock.settle();
    expect(stateOf(app, 'needs')).toBe('disabled');
  });

  it('leaves a run that ignores its signal behind, and a stop that comes meanwhile is a stop', async () => {
    const going = givenGoing();
    const journal: string[] = [];
    const app = await started([
      going.listener,
      givenListener(journal, 'slow', { dependsOn: ['going'], shutdown: ({ sleep }) => sleep('5s') }),
    ]);
    going.patient.die(new Error('died'));
    await app.clock.advance('2s');
    expect(stateOf(app, 'slow')).toBe('stopping');

    const stopped = app.stop();
    await app.clock.advance('10s');

    expect((await stopped).listeners).toMatchObject([{ state: 'disabled' }, { name: 'slow', state: 'stopped' }]);
    expect(journal).toEqual(['slow.start', 'slow.stop']);
  });
});
