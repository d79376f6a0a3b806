import { BOOT, fixedDelay, SchedulerRig, task } from './SchedulerRig';

const why = { reason: 'migration', by: 'eve' };
const INFO = { since: '2026-01-01T00:00:00.000Z', ...why };

describe('A pause', () => {
  it('skips due moments, and leaves a running run', async () => {
    const rig = new SchedulerRig().open({}, ({ sleep }) => sleep('500ms'));
    await rig.clock.advance('1s');
    rig.pause(why);
    await rig.clock.advance('2s');
    expect(rig.outcomes()).toEqual(['+1 succeeded', '+2 skipped paused', '+3 skipped paused']);
    rig.resume();
    await rig.clock.advance('1500ms');
    expect(rig.outcomes().at(-1)).toBe('+4 succeeded');
  });

  it('drops a queued run', async () => {
    const rig = new SchedulerRig().open({ overlap: 'queue-one' }, ({ sleep }) => sleep('2500ms'));
    await rig.clock.advance('2s');
    rig.pause(why);
    await rig.clock.advance('900ms');
    expect(rig.outcomes()).toEqual(['+1 running', '+2 skipped paused']);
  });

  it('leaves a queued run that an operator asked for', async () => {
    const rig = new SchedulerRig().open({ overlap: 'queue-one' }, ({ sleep }) => sleep('500ms'));
    await rig.clock.advance('1s');
    const manual = rig.scheduler.trigger('sync', 'tick');
    rig.pause(why);
    await rig.clock.advance('1s');
    expect((await manual).outcome).toBe('succeeded');
  });

  it('comes before overlap as a reason', async () => {
    const rig = new SchedulerRig().open({}, ({ sleep }) => sleep('5s'));
    await rig.clock.advance('1s');
    rig.pause(why);
    await rig.clock.advance('1s');
    expect(rig.outcomes().at(-1)).toBe('+2 skipped paused');
  });

  it('lets a fixed-delay task go on afterwards', async () => {
    const rig = new SchedulerRig().open({ schedule: fixedDelay });
    rig.pause(why);
    await rig.clock.advance('2500ms');
    rig.resume();
    await rig.clock.advance('1s');
    expect(rig.outcomes()).toEqual(['+1 skipped paused', '+2 skipped paused', '+3 succeeded']);
  });

  it('lets a fixed-delay task go on when it has dropped its queued run', async () => {
    const rig = new SchedulerRig().open({ schedule: fixedDelay, overlap: 'queue-one' }, ({ sleep }) => sleep('5s'));
    const manual = rig.scheduler.trigger('sync', 'tick');
    await rig.clock.advance('1s');
    rig.pause(why);
    rig.resume();
    await rig.clock.advance('8s');
    expect((await manual).outcome).toBe('succeeded');
    expect(rig.outcomes()).toEqual(['+0 manual succeeded', '+1 skipped paused', '+2 running'].sort());
  });

  it('shows in the state, which gives no next run', () => {
    const rig = new SchedulerRig().open({});
    rig.pause(why);
    expect(rig.scheduler.state('sync', 'tick')).toEqual({ pause: INFO });
    rig.resume();
    expect(rig.scheduler.state('sync', 'tick')).toEqual({ nextRunAt: '2026-01-01T00:00:01.000Z' });
  });

  it('is over by itself at `until`', async () => {
    const rig = new SchedulerRig().open({});
    rig.pause({ ...why, until: new Date(BOOT + 2_500).toISOString() });
    expect(rig.scheduler.state('sync', 'tick')).toEqual({
      pause: { ...INFO, until: '2026-01-01T00:00:02.500Z' },
      nextRunAt: '2026-01-01T00:00:03.000Z',
    });
    await rig.clock.advance('3s');
    expect(rig.outcomes()).toEqual(['+1 skipped paused', '+2 skipped paused', '+3 succeeded']);
  });

  it('is replaced by a later one, whose end counts', async () => {
    const rig = new SchedulerRig().open({});
    rig.pause({ ...why, until: '2026-01-01T00:00:01.500Z' });
    rig.pause({ reason: 'still', by: 'bob' });
    await rig.clock.advance('3s');
    expect(rig.outcomes()).toEqual(['+1 skipped paused', '+2 skipped paused', '+3 skipped paused']);
  });

  it('is of one task', async () => {
    const rig = new SchedulerRig();
    rig.openTasks([task({}), task({ name: 'compact' })]);
    rig.pause(why, ['compact']);
    await rig.clock.advance('1s');
    expect(rig.runs({ task: 'tick' })).toMatchObject([{ outcome: 'succeeded' }]);
    expect(rig.runs({ task: 'compact' })).toMatchObject([{ reason: 'paused' }]);
  });

  it('that is not there is taken back without a word', () => {
    const rig = new SchedulerRig().open({});
    rig.resume();
    expect(rig.events).toEqual([]);
  });

  it('before ticks open holds from the first due moment', async () => {
    const rig = new SchedulerRig();
    rig.pause(why);
    rig.ledger.declare('never_opened', ['tick']);
    void rig.scheduler.pause('never_opened', 'tick', { since: new Date(BOOT).toISOString(), ...why });
    rig.open({});
    await rig.clock.advance('1s');
    expect(rig.outcomes()).toEqual(['+1 skipped paused']);
  });
});
