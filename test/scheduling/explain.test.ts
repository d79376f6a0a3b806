import type { ScheduleExplanation } from '../../src/contracts/Scheduler';
import { BOOT, SchedulerRig, task } from './SchedulerRig';

const at = (rig: SchedulerRig, second: number): ScheduleExplanation | undefined =>
  rig.scheduler.explain('sync', new Date(BOOT + second * 1_000))[0];

describe('explain', () => {
  it('says what became of a due moment, with its record', async () => {
    const rig = new SchedulerRig().open({}, () => Promise.reject(new Error('disk full')));
    await rig.clock.advance('2s');
    expect(at(rig, 1)).toMatchObject({
      listener: 'sync',
      task: 'tick',
      at: '2026-01-01T00:00:01.000Z',
      verdict: 'recorded',
      record: { outcome: 'failed' },
      nextDueAt: '2026-01-01T00:00:02.000Z',
      text: 'sync.tick (every 1s) ran: failed (disk full).',
    });
  });

  it('says why one was skipped', async () => {
    const rig = new SchedulerRig().open({}, ({ sleep }) => sleep('1500ms'));
    await rig.clock.advance('3s');
    expect(at(rig, 2)).toMatchObject({ verdict: 'recorded', text: 'sync.tick (every 1s) was skipped: overlap.' });
    expect(at(rig, 3)).toMatchObject({ verdict: 'recorded', text: 'sync.tick (every 1s) is running since then.' });
  });

  it('says when the next ones come', () => {
    const rig = new SchedulerRig().open({});
    expect(at(rig, 1)).toMatchObject({ verdict: 'will-run', text: 'sync.tick (every 1s) is due then.' });
    expect(at(rig, 3_600)).toMatchObject({ verdict: 'will-run', previousDueAt: '2026-01-01T00:59:59.000Z' });
  });

  it('says who has paused it', () => {
    const rig = new SchedulerRig().open({});
    rig.pause({ reason: 'migration', by: 'eve', until: new Date(BOOT + 5_000).toISOString() });
    expect(at(rig, 4)).toMatchObject({
      verdict: 'will-be-skipped',
      text: 'sync.tick (every 1s) is due then, and will be skipped, as things are: paused (pause by eve: migration).',
    });
    expect(at(rig, 5)?.text).toBe('sync.tick (every 1s) is due then.');
  });

  it('says that an instant is no due moment, and which ones are near', () => {
    const rig = new SchedulerRig().open({});
    expect(at(rig, 2.5)).toEqual({
      listener: 'sync',
      task: 'tick',
      at: '2026-01-01T00:00:02.500Z',
      verdict: 'not-due',
      text: 'sync.tick (every 1s) is not due then.',
      previousDueAt: '2026-01-01T00:00:02.000Z',
      nextDueAt: '2026-01-01T00:00:03.000Z',
    });
  });

  it('says that a record is not kept any more', async () => {
    const rig = new SchedulerRig({ runsPerTask: 2 }).open({});
    await rig.clock.advance('5s');
    expect(at(rig, 2)).toMatchObject({ verdict: 'not-recorded' });
    expect(at(rig, 4)).toMatchObject({ verdict: 'recorded' });
  });

  it('says that cron was due before ticks were open', () => {
    const rig = new SchedulerRig().open({ schedule: { kind: 'cron', pattern: '* * * * *', timeZone: 'UTC' } });
    expect(at(rig, -60)).toMatchObject({ verdict: 'not-recorded' });
    expect(at(rig, -30)).toMatchObject({ verdict: 'not-due' });
  });

  it('says that a task runs only when it is triggered, and finds such a run', async () => {
    const rig = new SchedulerRig().open({ schedule: { kind: 'manual' } });
    expect(at(rig, 7)).toMatchObject({ verdict: 'manual' });
    await rig.clock.advance('7s');
    await rig.scheduler.trigger('sync', 'tick');
    expect(at(rig, 7)).toMatchObject({ verdict: 'recorded', record: { trigger: 'manual' } });
  });

  it('says that nothing comes any more once it is stopped', async () => {
    const rig = new SchedulerRig().open({});
    await rig.scheduler.closeListener('sync', new Error('stop'));
    expect(at(rig, 5)).toMatchObject({ verdict: 'not-recorded' });
    expect(at(rig, 5)?.text).toContain('keeps no due moments');
  });

  it('answers once a task, and not at all for a listener without any', () => {
    const rig = new SchedulerRig();
    rig.openTasks([task({}), task({ name: 'compact' })]);
    expect(rig.scheduler.explain('sync', new Date(BOOT)).map(({ task: name }) => name)).toEqual(['tick', 'compact']);
    expect(rig.scheduler.explain('nobody', new Date(BOOT))).toEqual([]);
  });
});
