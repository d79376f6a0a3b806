import { SystemClock } from '../../src/time/SystemClock';
import { FakeNative } from '../time/FakeNative';
import { BOOT, everySecond, SchedulerRig, task } from './SchedulerRig';

const every = (everyMs: number) => ({ ...everySecond, everyMs, initialDelayMs: everyMs });

describe('The log says in one line', () => {
  const given = (tasks = [task({})]): { native: FakeNative; rig: SchedulerRig<SystemClock> } => {
    const native = new FakeNative(BOOT);
    return { native, rig: new SchedulerRig({ clock: new SystemClock(native) }).openTasks(tasks) };
  };

  it('that a blocked loop missed due moments, of all tasks together', () => {
    const { native, rig } = given([
      task({}),
      task({ schedule: every(500) }, () => undefined, 'fast'),
      task({ schedule: every(60_000) }, () => undefined, 'slow'),
    ]);
    native.block(5_500);
    native.pass(10_000);
    expect(rig.warnings).toEqual([
      'The process or its event loop stood still: 14 due moments of 2 tasks passed without a run.',
    ]);
  });

  it('nothing when a due moment was only late', () => {
    const { native, rig } = given([task({ schedule: every(60_000) })]);
    native.pass(59_000);
    native.block(30_000);
    native.pass(1_000);
    expect(rig.warnings).toEqual([]);
  });

  it('that the clock went forward, or the machine slept, with what was missed', () => {
    const { native, rig } = given();
    native.pass(1_500);
    native.set(3_600_000);
    native.pass(2_000);
    expect(rig.warnings).toEqual([
      'The clock went forward by 1h at once: it was set, or the machine slept. 3600 due moments of 1 task passed without a run.',
    ]);
  });

  it('that it did when nothing was missed', () => {
    const { native, rig } = given([task({ schedule: every(86_400_000) })]);
    native.set(3_600_000);
    native.pass(40_000);
    expect(rig.warnings).toEqual(['The clock went forward by 1h at once: it was set, or the machine slept.']);
  });

  it.each([
    [2, 'cron waits until what it has kept is past'],
    [4, 'cron goes by the new time'],
  ])('that it was set back, by %d hours', (hours, cron) => {
    const { native, rig } = given();
    native.pass(10_000);
    native.set(-hours * 3_600_000);
    native.pass(40_000);
    expect(rig.warnings).toEqual([`The clock was set back by ${hours}h: intervals go on as time does, and ${cron}.`]);
  });

  it('each minute at the most, however often a task is late; the last line comes with the end', () => {
    const { native, rig } = given();
    for (let count = 0; count < 30; count++) native.block(10_500);
    expect(rig.warnings.length).toBeLessThanOrEqual(7);
    expect(rig.warnings.length).toBeGreaterThan(1);
    native.block(10_500);
    rig.scheduler.close();
    const counted = rig.warnings.reduce((sum, line) => sum + Number(/(\d+) due moment/.exec(line)?.[1]), 0);
    expect(counted).toBe(rig.ledger.counters('sync', 'tick').missed);
  });
});

describe('When the clock is set back and nobody has noticed yet', () => {
  it.each([0, 1])('a run that is triggered then keeps its full timeout, beside %d others', async (others) => {
    const native = new FakeNative(BOOT);
    const rig = new SchedulerRig({ clock: new SystemClock(native) }).open(
      { schedule: { kind: 'manual' }, overlap: 'allow', tickTimeout: 60_000 },
      () => new Promise(() => undefined),
    );
    for (let count = 0; count < others; count++) void rig.scheduler.trigger('sync', 'tick');
    native.set(-3_600_000);
    const run = rig.scheduler.trigger('sync', 'tick');
    native.pass(59_000);
    expect(rig.runs().at(-1)?.outcome).toBeUndefined();
    native.pass(1_001);
    expect((await run).outcome).toBe('timed_out');
  });
});
