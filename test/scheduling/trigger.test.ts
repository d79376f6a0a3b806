import { NotRunningError, UnknownTaskError } from '../../src/errors/taskErrors';
import { deferred, fixedDelay, SchedulerRig, seconds } from './SchedulerRig';

describe('trigger', () => {
  it('runs once now, and does not move the schedule', async () => {
    const rig = new SchedulerRig().open({});
    await rig.clock.advance('500ms');
    const record = await rig.scheduler.trigger('sync', 'tick');
    expect(record).toMatchObject({
      trigger: 'manual',
      outcome: 'succeeded',
      tickId: `sync.tick@manual:${record.runId}`,
    });
    expect(seconds(record.scheduledAt)).toBe('+0.5');
    await rig.clock.advance('1s');
    expect(rig.outcomes()).toEqual(['+0.5 manual succeeded', '+1 succeeded']);
  });

  it('does not move a fixed-delay schedule either', async () => {
    const rig = new SchedulerRig().open({ schedule: fixedDelay });
    await rig.clock.advance('500ms');
    await rig.scheduler.trigger('sync', 'tick');
    await rig.clock.advance('600ms');
    expect(rig.outcomes()).toEqual(['+0.5 manual succeeded', '+1 succeeded']);
  });

  it('obeys overlap: skip resolves with a skipped record', async () => {
    const gate = deferred();
    const rig = new SchedulerRig().open({}, () => gate.promise);
    await rig.clock.advance('1s');
    const record = await rig.scheduler.trigger('sync', 'tick');
    expect(record).toMatchObject({ trigger: 'manual', outcome: 'skipped', reason: 'overlap' });
    gate.resolve();
  });

  it('obeys overlap: queue-one waits for its turn', async () => {
    const rig = new SchedulerRig().open({ overlap: 'queue-one', schedule: { kind: 'manual' } }, ({ sleep }) =>
      sleep('1s'),
    );
    const records = Promise.all([1, 2, 3].map(() => rig.scheduler.trigger('sync', 'tick')));
    await rig.clock.advance('5s');
    expect((await records).map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'skipped']);
  });

  it('ignores a pause', async () => {
    const rig = new SchedulerRig().open({});
    rig.pause({ reason: 'r', by: 'eve' });
    expect((await rig.scheduler.trigger('sync', 'tick')).outcome).toBe('succeeded');
  });

  it('resolves with the failure of the handler', async () => {
    const rig = new SchedulerRig().open({}, () => Promise.reject(new Error('no')));
    expect(await rig.scheduler.trigger('sync', 'tick')).toMatchObject({
      outcome: 'failed',
      error: { message: 'no' },
    });
  });

  it('resolves when the run has timed out, though its handler hangs', async () => {
    const rig = new SchedulerRig().open(
      { tickTimeout: 2_000, schedule: { kind: 'manual' } },
      () => new Promise(() => undefined),
    );
    const record = rig.scheduler.trigger('sync', 'tick');
    await rig.clock.advance('2s');
    expect((await record).outcome).toBe('timed_out');
  });

  it('refuses a listener and a task that it does not keep', () => {
    const rig = new SchedulerRig().open({});
    expect(() => rig.scheduler.trigger('other', 'tick')).toThrow(NotRunningError);
    expect(() => rig.scheduler.trigger('sync', 'tikc')).toThrow(UnknownTaskError);
    expect(() => rig.scheduler.trigger('sync', 'tikc')).toThrow(/Did you mean "tick"/);
  });
});
