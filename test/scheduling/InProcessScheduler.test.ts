import type { RunEvent } from '../../src/contracts/ApplicationEvents';
import type { TaskSchedule } from '../../src/contracts/entries';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';
import { SystemClock } from '../../src/time/SystemClock';
import { FakeNative } from '../time/FakeNative';
import { BOOT, deferred, everySecond, fixedDelay, SchedulerRig, seconds, task } from './SchedulerRig';

describe('InProcessScheduler', () => {
  describe('keeps due moments', () => {
    it('from the instant of open, one full interval later first', async () => {
      const rig = new SchedulerRig().open({});
      await rig.clock.advance('3500ms');
      expect(rig.outcomes()).toEqual(['+1 succeeded', '+2 succeeded', '+3 succeeded']);
    });

    it('of every task from the same instant, however long it takes to open them', () => {
      class SlowClock extends VirtualClock {
        #reads = 0;
        override now(): number {
          return super.now() + this.#reads++;
        }
      }
      const rig = new SchedulerRig({ clock: new SlowClock({ now: BOOT, settleMs: 20 }) });
      const listeners = Array.from({ length: 20 }, (_, index) => `daemon_${index}`);
      rig.openTasks(listeners.map((listener) => task({}, () => undefined, listener)));
      const next = listeners.map((listener) => rig.scheduler.state(listener, 'tick').nextRunAt);
      expect(new Set(next).size).toBe(1);
    });

    it('at once with an initial delay of 0, but not before time is advanced', async () => {
      const rig = new SchedulerRig().open({ schedule: { ...everySecond, initialDelayMs: 0 } });
      expect(rig.runs()).toEqual([]);
      await rig.clock.advance(0);
      expect(rig.outcomes()).toEqual(['+0 succeeded']);
    });

    it('without drift, however long the handler takes', async () => {
      const rig = new SchedulerRig().open({}, ({ sleep }) => sleep('300ms'));
      await rig.clock.advance('3500ms');
      expect(rig.runs().map(({ startedAt }) => seconds(startedAt ?? ''))).toEqual(['+1', '+2', '+3']);
      expect(rig.runs().map(({ finishedAt }) => seconds(finishedAt ?? ''))).toEqual(['+1.3', '+2.3', '+3.3']);
    });

    it('from the end of a run with fixed-delay', async () => {
      const rig = new SchedulerRig().open({ schedule: fixedDelay }, ({ sleep }) => sleep('2500ms'));
      await rig.clock.advance('10s');
      expect(rig.outcomes()).toEqual(['+1 succeeded', '+4.5 succeeded', '+8 running']);
    });

    it('of cron, in its time zone', async () => {
      const rig = new SchedulerRig().open({ schedule: { kind: 'cron', pattern: '0 3 * * *', timeZone: 'Asia/Tokyo' } });
      await rig.clock.advance('2d');
      expect(rig.runs().map(({ scheduledAt }) => scheduledAt)).toEqual([
        '2026-01-01T18:00:00.000Z',
        '2026-01-02T18:00:00.000Z',
      ]);
    });

    it('with jitter: it runs later, and scheduledAt stays nominal', async () => {
      const rig = new SchedulerRig({ random: () => 0.5 }).open({ jitter: { kind: 'percent', percent: 10 } });
      await rig.clock.advance('2500ms');
      expect(rig.outcomes()).toEqual(['+1 succeeded', '+2 succeeded']);
      expect(rig.runs().map(({ startedAt }) => seconds(startedAt ?? ''))).toEqual(['+1.05', '+2.05']);
    });

    it('of several tasks side by side, in the order they were opened', async () => {
      const rig = new SchedulerRig();
      const order: string[] = [];
      rig.openTasks([
        task({}, () => order.push('a')),
        task({ name: 'compact' }, () => order.push('b')),
        task({}, () => order.push('c'), 'other'),
      ]);
      await rig.clock.advance('2s');
      expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    });

    it('never of a manual task', async () => {
      const rig = new SchedulerRig().open({ schedule: { kind: 'manual' } });
      await rig.clock.advance('30d');
      expect(rig.runs()).toEqual([]);
      expect(rig.scheduler.state('sync', 'tick')).toEqual({});
    });
  });

  describe('after a block or a clock jump', () => {
    const given = (schedule: TaskSchedule = everySecond): { native: FakeNative; rig: SchedulerRig<SystemClock> } => {
      const native = new FakeNative(BOOT);
      return { native, rig: new SchedulerRig({ clock: new SystemClock(native) }).open({ schedule }) };
    };

    it('runs the newest due moment and leaves one record for the older ones', () => {
      const { native, rig } = given();
      native.block(5_500);
      native.pass(600);
      expect(rig.outcomes()).toEqual(['+1 skipped missed +1..+4 x4', '+5 succeeded', '+6 succeeded']);
      expect(rig.ledger.counters('sync', 'tick')).toMatchObject({ skipped: 1, missed: 4, succeeded: 2 });
    });

    it('does the same when the wall clock jumps ahead', () => {
      const { native, rig } = given();
      native.set(3_600_000);
      native.pass(1_000);
      expect(rig.outcomes()).toEqual(['+1 skipped missed +1..+3600 x3600', '+3601 succeeded']);
    });

    it('goes on without silence when the wall clock is set back, and runs no due moment twice', () => {
      const { native, rig } = given();
      native.pass(5_500);
      native.set(-3_600_000);
      native.pass(5_600);
      const runs = rig.runs();
      expect(runs).toHaveLength(11);
      expect(runs.every(({ outcome }) => outcome === 'succeeded')).toBe(true);
      expect(new Set(runs.map(({ tickId }) => tickId)).size).toBe(11);
    });

    it('skips what fell into a pause that is over when the late clock comes to it', async () => {
      const { native, rig } = given();
      const until = new Date(BOOT + 7_200).toISOString();
      await rig.scheduler.pause('sync', 'tick', { since: new Date(BOOT).toISOString(), until, by: 'eve', reason: 'x' });
      native.set(6_500);
      native.pass(1_000);
      expect(rig.outcomes()).toEqual(['+1 skipped paused +1..+6 x6', '+7 skipped paused']);
    });

    it('skips nothing for a pause that is over when the wall clock is set back into it', () => {
      const { native, rig } = given();
      native.pass(5_500);
      rig.scheduler.held('sync', 'tick', { from: BOOT, to: BOOT + 5_500, what: 'pause', by: 'eve', reason: 'x' });
      native.set(-3_000);
      native.pass(3_000);
      expect(rig.runs().map(({ outcome }) => outcome)).toEqual(Array(8).fill('succeeded'));
    });

    it('lets cron wait until the moments it has kept are over', () => {
      const { native, rig } = given({ kind: 'cron', pattern: '*/5 * * * * *', timeZone: 'UTC' });
      native.pass(10_000);
      native.set(-20_000);
      native.pass(25_000);
      expect(rig.outcomes()).toEqual(['+5 succeeded', '+10 succeeded', '+15 succeeded']);
    });

    it.each([
      [
        'among the missed ones, and runs the newest',
        2,
        ['+1 skipped missed +1..+4 x4', '+5 succeeded', '+6 succeeded'],
      ],
      ['the newest', 5, ['+1 skipped missed +1..+4 x4', '+5 skipped paused', '+6 succeeded']],
    ])('ends a skip of a moment that is %s', async (_which, second, outcomes) => {
      const { native, rig } = given();
      await rig.scheduler.skipNext('sync', 'tick', { at: BOOT + second * 1_000, by: 'eve', reason: 'moving' });
      native.block(5_500);
      native.pass(600);
      expect(rig.outcomes()).toEqual(outcomes);
    });

    it('records older due moments as paused while the task is paused', () => {
      const { native, rig } = given();
      rig.pause({ reason: 'migration', by: 'eve' });
      native.block(3_500);
      expect(rig.outcomes()).toEqual(['+1 skipped paused +1..+2 x2', '+3 skipped paused']);
      expect(rig.ledger.counters('sync', 'tick').missed).toBe(0);
    });
  });

  describe('when a run overlaps the next due moment', () => {
    it('skips the due moment', async () => {
      const rig = new SchedulerRig().open({ overlap: 'skip' }, ({ sleep }) => sleep('2500ms'));
      await rig.clock.advance('4s');
      expect(rig.outcomes()).toEqual(['+1 succeeded', '+2 skipped overlap', '+3 skipped overlap', '+4 running']);
    });

    it('keeps the first one, with its scheduledAt, for queue-one', async () => {
      const gate = deferred();
      let calls = 0;
      const rig = new SchedulerRig().open({ overlap: 'queue-one' }, async ({ sleep }) => {
        if (++calls === 1) await sleep('3500ms');
        else await gate.promise;
      });
      await rig.clock.advance('5s');
      expect(rig.outcomes()).toEqual(['+1 succeeded', '+3 skipped overlap', '+4 skipped overlap', '+2 running']);
      expect(seconds(rig.runs().at(-1)?.startedAt ?? '')).toBe('+4.5');
      gate.resolve();
    });

    it('runs them side by side for allow', async () => {
      let most = 0;
      let now = 0;
      const rig = new SchedulerRig().open({ overlap: 'allow' }, async ({ sleep }) => {
        most = Math.max(most, ++now);
        await sleep('2500ms');
        now--;
      });
      await rig.clock.advance('5s');
      expect(most).toBe(3);
      expect(rig.outcomes().slice(0, 2)).toEqual(['+1 succeeded', '+2 succeeded']);
    });
  });

  describe('when a handler fails', () => {
    it('records the error and goes on', async () => {
      const rig = new SchedulerRig().open({}, () => {
        throw new TypeError('no');
      });
      await rig.clock.advance('2s');
      expect(rig.outcomes()).toEqual(['+1 failed', '+2 failed']);
      expect(rig.runs()[0]?.error).toEqual({ name: 'TypeError', message: 'no' });
    });

    it('does not stop another task of the same instant', async () => {
      const rig = new SchedulerRig();
      rig.openTasks([task({}, () => Promise.reject(new Error('no'))), task({}, () => undefined, 'other')]);
      await rig.clock.advance('1s');
      expect(rig.outcomes()).toEqual(['+1 failed']);
      expect(rig.ledger.runs('other')).toMatchObject([{ outcome: 'succeeded' }]);
    });

    it.each(['text', undefined, null, 42])('keeps the text when %p is thrown', async (thrown) => {
      const rig = new SchedulerRig().open({}, () => {
        throw thrown;
      });
      await rig.clock.advance('1s');
      expect(rig.runs()[0]).toMatchObject({ outcome: 'failed', error: { code: 'NON_ERROR_THROWN' } });
    });

    it('treats a thenable as a promise', async () => {
      const rig = new SchedulerRig().open({}, () => ({
        then: (_resolve: unknown, reject: (error: Error) => void) => {
          reject(new Error('thenable'));
        },
      }));
      await rig.clock.advance('1s');
      expect(rig.runs()[0]).toMatchObject({ outcome: 'failed', error: { message: 'thenable' } });
    });
  });

  describe('tells', () => {
    it('a run when it starts and when it is over; its record is as it stands when it is read', async () => {
      const rig = new SchedulerRig().open({}, ({ sleep }) => sleep('100ms'));
      await rig.clock.advance('1s');
      const started = rig.events[0]?.event as RunEvent;
      expect(rig.names()).toEqual(['run.started']);
      expect(started).toMatchObject({ listener: 'sync', task: 'tick', runId: 'r1' });
      expect(started.record.outcome).toBeUndefined();
      expect([started.lateMs, started.durationMs, started.missed, started.reason]).toEqual([
        0,
        undefined,
        0,
        undefined,
      ]);
      expect(rig.scheduler.state('sync', 'tick').inFlight).toBe(1);
      await rig.clock.advance('500ms');
      const finished = rig.events[1]?.event as RunEvent;
      expect(rig.names()).toEqual(['run.started', 'run.finished']);
      expect(finished).toMatchObject({ runId: 'r1', outcome: 'succeeded', record: { outcome: 'succeeded' } });
      expect([finished.lateMs, finished.durationMs]).toEqual([0, 100]);
      expect(rig.scheduler.state('sync', 'tick').inFlight).toBeUndefined();
      expect(started.record.outcome).toBeUndefined();
    });

    it('a skipped due moment', async () => {
      const rig = new SchedulerRig().open({});
      rig.pause({ reason: 'r', by: 'eve' });
      await rig.clock.advance('1s');
      expect(rig.names()).toEqual(['run.skipped']);
      expect(rig.events[0]?.event).toMatchObject({ outcome: 'skipped', record: { reason: 'paused' } });
      const { reason, missed, lateMs, durationMs } = rig.events[0]?.event as RunEvent;
      expect([reason, missed, lateMs, durationMs]).toEqual(['paused', 0, undefined, undefined]);
    });

    it('complete records as plain JSON', async () => {
      const rig = new SchedulerRig().open({});
      await rig.clock.advance('1s');
      expect(JSON.parse(JSON.stringify(rig.runs()))).toEqual([
        {
          runId: 'r1',
          tickId: 'sync.tick@2026-01-01T00:00:01.000Z',
          listener: 'sync',
          task: 'tick',
          trigger: 'schedule',
          scheduledAt: '2026-01-01T00:00:01.000Z',
          startedAt: '2026-01-01T00:00:01.000Z',
          finishedAt: '2026-01-01T00:00:01.000Z',
          outcome: 'succeeded',
        },
      ]);
    });

    it('the next due moment', async () => {
      const rig = new SchedulerRig().open({});
      expect(rig.scheduler.state('sync', 'tick')).toEqual({ nextRunAt: '2026-01-01T00:00:01.000Z' });
      await rig.clock.advance('1s');
      expect(rig.scheduler.state('sync', 'tick')).toEqual({ nextRunAt: '2026-01-01T00:00:02.000Z' });
      expect(rig.scheduler.state('sync', 'nope')).toEqual({});
    });
  });
});
