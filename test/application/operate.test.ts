import { BackgroundDaemon, StateDatabase, type TickContext } from '../../src';
import { createTestApplication } from '../../src/testing';
import { KIM, outcomes, started, taskOf } from '../support/givenOperated';
import { rejectionOf } from '../support/givenListener';

describe('an operator', () => {
  it('pauses and resumes a listener, or one of its tasks', async () => {
    const app = await started();

    const paused = await app.operate({ action: 'pause', listener: 'order_sync', ...KIM });
    await app.clock.advance('2h');
    expect(outcomes(app, 'order_sync')).toEqual(['skipped paused', 'skipped paused']);
    expect(outcomes(app, 'order_sync', 'compact')).toEqual(['skipped paused']);
    expect(outcomes(app, 'report')).toEqual(['succeeded', 'succeeded']);
    expect(paused).toMatchObject({
      action: 'pause',
      listener: 'order_sync',
      by: 'kim',
      intent: { action: 'pause', kind: 'human', reason: 'the disk is full', persisted: false },
      notes: [expect.stringContaining('no state database')],
    });

    await app.operate({ action: 'resume', listener: 'order_sync', task: 'tick', ...KIM });
    await app.clock.advance('2h');
    expect(outcomes(app, 'order_sync').slice(2)).toEqual(['succeeded', 'succeeded']);
    expect(outcomes(app, 'order_sync', 'compact')).toEqual(['skipped paused', 'skipped paused']);
    expect(app.intents()).toMatchObject([{ action: 'pause', listener: 'order_sync', task: 'compact' }]);
  });

  it('pauses the whole application, but for what is essential', async () => {
    const app = await started();

    await app.operate({ action: 'pause', ...KIM });
    await app.clock.advance('1h');

    expect(outcomes(app, 'order_sync')).toEqual(['skipped paused']);
    expect(outcomes(app, 'report')).toEqual(['skipped paused']);
    expect(outcomes(app, 'watch')).toEqual(['succeeded']);
    expect(app.plan.listeners.find(({ name }) => name === 'watch')?.essential).toBe(true);
    const resumed = await app.operate({ action: 'resume', listener: 'report', ...KIM });
    expect(resumed.notes).toEqual([expect.stringContaining('Nothing'), expect.stringContaining('still paused')]);
    await app.operate({ action: 'resume', ...KIM });
    await app.clock.advance('1h');
    expect(outcomes(app, 'report')).toEqual(['skipped paused', 'succeeded']);
  });

  it('leaves a listener paused that was paused by itself when the whole application is resumed', async () => {
    const app = await started();
    await app.operate({ action: 'pause', listener: 'report', ...KIM });
    await app.operate({ action: 'pause', ...KIM });

    await app.operate({ action: 'resume', ...KIM });

    expect(taskOf(app, 'report')?.paused).toBe(true);
    expect(taskOf(app, 'order_sync')?.paused).toBe(false);
  });

  it('may say when a pause is over, exactly to the due moment', async () => {
    const app = await started({ now: '2030-01-01T00:00:00Z' });
    await app.operate({ action: 'pause', listener: 'report', until: '2030-01-01T02:00:00Z', ...KIM });
    expect(taskOf(app, 'report')?.nextRunAt).toBe('2030-01-01T02:00:00.000Z');

    await app.clock.advance('2h');

    expect(outcomes(app, 'report')).toEqual(['skipped paused', 'succeeded']);
    expect(app.intents()).toEqual([]);
    expect(app.journal).toContain('operator.resumed report');
  });

  it('triggers a task, and gets its record', async () => {
    const app = await started();

    const { record } = await app.operate({ action: 'trigger', listener: 'report', ...KIM });

    expect(record).toMatchObject({ trigger: 'manual', outcome: 'succeeded' });
    expect(
      await rejectionOf(app.operate({ action: 'trigger', listener: 'order_sync', task: 'tik', ...KIM })),
    ).toMatchObject({
      code: 'UNKNOWN_TASK',
    });
  });

  it('gives a task another schedule between its ticks, and hears the next three due moments', async () => {
    const app = await started({ now: '2030-01-01T00:00:00Z' });
    await app.clock.advance('90m');

    const { nextDue, intent } = await app.operate({
      action: 'reschedule',
      listener: 'report',
      interval: '10m',
      ...KIM,
    });
    await app.clock.advance('30m');

    expect(nextDue).toEqual(['2030-01-01T01:40:00.000Z', '2030-01-01T01:50:00.000Z', '2030-01-01T02:00:00.000Z']);
    expect(intent?.value).toBe('every 10m');
    expect(app.runs('report').map(({ scheduledAt }) => scheduledAt.slice(11, 16))).toEqual([
      '01:00',
      '01:40',
      '01:50',
      '02:00',
    ]);
    expect(taskOf(app, 'report')?.schedule).toBe('every 10m');
    const planned = app.plan.listeners.find(({ name }) => name === 'report')?.tasks[0];
    expect(planned).toMatchObject({ schedule: 'every 10m', origins: { interval: 'operator kim' } });
    expect(app.plan.toText()).toContain('reschedule: every 10m');

    await app.operate({ action: 'reset', listener: 'report', ...KIM });
    expect(taskOf(app, 'report')?.schedule).toBe('every 1h');
    expect(app.plan.intents).toEqual([]);
  });

  it('keeps a run in flight, its overlap slot and the history when it reschedules', async () => {
    @BackgroundDaemon({ interval: '1h' })
    class Slow {
      async tick({ sleep }: TickContext): Promise<void> {
        await sleep('3m');
      }
    }
    const app = await createTestApplication({ listeners: [Slow] });
    await app.start();
    await app.clock.advance('1h');

    await app.operate({ action: 'reschedule', listener: 'slow', interval: '1m', ...KIM });
    await app.clock.advance('4m');

    expect(outcomes(app, 'slow')).toEqual([
      'succeeded',
      'skipped overlap',
      'skipped overlap',
      expect.any(String),
      expect.any(String),
    ]);
    expect(taskOf(app, 'slow')?.counters).toMatchObject({ succeeded: 1 });
  });

  it('reschedules by cron, and switches off', async () => {
    const app = await started({ now: '2030-01-01T00:00:00Z' });

    const cron = await app.operate({
      action: 'reschedule',
      listener: 'report',
      cron: '0 3 * * *',
      timeZone: 'Europe/Berlin',
      ...KIM,
    });
    expect(cron.nextDue?.[0]).toBe('2030-01-01T02:00:00.000Z');
    const off = await app.operate({ action: 'reschedule', listener: 'report', interval: 'off', ...KIM });
    expect(off.nextDue).toEqual([]);
    expect(off.lifted).toMatchObject([{ value: 'cron 0 3 * * * (Europe/Berlin)' }]);
    await app.clock.advance('1d');
    expect(outcomes(app, 'report')).toEqual([]);
  });

  it('skips the next due moment of a task, and no other', async () => {
    const app = await started({ now: '2030-01-01T00:00:00Z' });

    const { nextDue } = await app.operate({ action: 'skip-next', listener: 'report', ...KIM });
    expect(app.intents()).toMatchObject([{ action: 'skip-next', value: '2030-01-01T01:00:00.000Z' }]);
    await app.clock.advance('2h');

    expect(nextDue).toEqual(['2030-01-01T01:00:00.000Z']);
    expect(outcomes(app, 'report')).toEqual(['skipped paused', 'succeeded']);
    expect(app.intents()).toEqual([]);
  });

  it('sets the log level of a listener, or of the application, for a while', async () => {
    const app = await started({ now: '2030-01-01T00:00:00Z' });
    const fine = () => app.logs.filter(({ message }) => message === 'fine').length;
    await app.tick('order_sync');
    expect(fine()).toBe(0);

    await app.operate({
      action: 'log-level',
      listener: 'order_sync',
      level: 'debug',
      until: '2030-01-01T00:30:00Z',
      ...KIM,
    });
    await app.tick('order_sync');
    expect(fine()).toBe(1);
    expect(app.plan.values).toContainEqual({
      path: 'logging.levels.order_sync',
      value: 'debug',
      origin: 'operator kim',
    });

    await app.clock.advance('30m');
    await app.tick('order_sync');
    expect(fine()).toBe(1);
    expect(app.intents()).toEqual([]);
  });
});

describe('an application with a state database', () => {
  @BackgroundDaemon({ interval: '1h' })
  class Keeper {
    constructor(readonly state: StateDatabase) {}
    tick(): void {}
  }

  it('says that what was set survives', async () => {
    const app = await createTestApplication({ listeners: [Keeper] });
    await app.start();

    const { intent, notes } = await app.operate({ action: 'pause', listener: 'keeper', ...KIM });

    expect(intent?.persisted).toBe(true);
    expect(notes).toEqual([]);
  });

  it('does nothing that could not be written', async () => {
    const app = await createTestApplication({ listeners: [Keeper] });
    await app.start();
    await app.container.get(StateDatabase).run('DROP TABLE operator_intents');

    await expect(app.operate({ action: 'pause', listener: 'keeper', ...KIM })).rejects.toThrow();

    expect(app.intents()).toEqual([]);
    expect(taskOf(app, 'keeper')?.paused).toBe(false);
    expect(app.journal).toContain('operator.refused pause keeper');
  });
});
