import { givenReport as given } from '../support/givenReport';
import { givenPatient, stateOf } from '../support/restarts';

describe('a task that must succeed within a time, and that an operator pauses,', () => {
  it('stands still while it is paused', async () => {
    const { app, report, stale, isStaleAfter } = await given();
    report.fails = true;
    await app.clock.advance('2m');
    await app.pause('report', { reason: 'migration', by: 'kim' });
    await app.clock.advance('1h');
    expect(stale()).toBe(false);
    await app.resume('report');
    await isStaleAfter(180);
  });

  it('is fresh with a success while it is paused, and its age begins with the end of the pause', async () => {
    const { app, report, events, stale, isStaleAfter } = await given({ freshness: 'unready' });
    report.fails = true;
    await app.clock.advance('6m');
    await app.pause('report', { reason: 'migration', by: 'kim' });
    await app.clock.advance('1h');
    expect(stale()).toBe(true);
    report.fails = false;
    await app.trigger('report');
    expect(stale()).toBe(false);
    expect(await app.health()).toMatchObject({ ready: true });
    expect(events.at(-2)).toBe('task.fresh');
    report.fails = true;
    await app.clock.advance('1h');
    await app.resume('report');
    await isStaleAfter(300);
  });

  it('stays stale when it is paused, and says so, but calls for no restart: that would not help', async () => {
    const { app, report, stale } = await given({ freshness: 'unlive' });
    report.fails = true;
    await app.clock.advance('6m');
    expect(app.liveness().live).toBe(false);

    await app.pause('report', { reason: 'the source moves', by: 'kim' });

    const cause = '"report.tick" has not succeeded for 5m, as it must; it is paused';
    expect(stale()).toBe(true);
    expect(app.liveness()).toEqual({ live: true, causes: [] });
    expect(await app.health()).toMatchObject({ live: true, ready: false, causes: [cause] });
    await app.resume('report');
    expect(app.liveness().live).toBe(false);
    await app.operate({
      action: 'reschedule',
      listener: 'report',
      interval: 'off',
      by: 'kim',
      reason: 'no source',
      kind: 'human',
    });
    expect((await app.health()).causes).toEqual([cause.replace('it is paused', 'its schedule is off')]);
  });

  it('stands still while it is paused, also before its listener has run', async () => {
    const db = givenPatient('db', { restart: { delay: '10h', maxDelay: '10h' } });
    db.patient.failsWith = new Error('down');
    const { app, stale, isStaleAfter } = await given({ dependsOn: ['db'] }, {}, [db.listener]);
    expect(stateOf(app, 'report')).toBe('blocked');
    await app.clock.advance('2m');
    await app.pause('report', { reason: 'migration', by: 'kim' });
    await app.clock.advance('1h');
    expect(stale()).toBe(false);
    await app.resume('report');
    await isStaleAfter(180);
  });

  it('stands still while an operator has switched its schedule off, also beside a pause', async () => {
    const { app, report, stale, isStaleAfter } = await given();
    const kim = { reason: 'migration', by: 'kim', kind: 'human', listener: 'report' } as const;
    report.fails = true;
    await app.clock.advance('2m');
    await app.operate({ action: 'reschedule', interval: 'off', ...kim });
    await app.clock.advance('1h');
    await app.operate({ action: 'pause', ...kim });
    await app.clock.advance('1h');
    await app.operate({ action: 'reschedule', interval: '1m', ...kim });
    await app.clock.advance('1h');
    expect(stale()).toBe(false);
    await app.operate({ action: 'resume', ...kim });
    await isStaleAfter(180);
  });
});
