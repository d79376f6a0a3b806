import type { TickContext } from '../../src/contracts/contexts';
import { HookTimeoutError } from '../../src/errors/bootErrors';
import { RunRevokedError } from '../../src/errors/taskErrors';
import { SystemClock } from '../../src/time/SystemClock';
import { FakeNative } from '../time/FakeNative';
import { BOOT, deferred, fixedDelay, SchedulerRig } from './SchedulerRig';

describe('At its tickTimeout a run', () => {
  it('is timed_out at that very moment, and its signal aborts', async () => {
    let reason: unknown;
    const rig = new SchedulerRig().open({ tickTimeout: 5_000 }, ({ signal, sleep }) => {
      signal.addEventListener('abort', () => (reason = signal.reason as unknown));
      return sleep('1h');
    });
    await rig.clock.advance('6s');
    expect(reason).toBeInstanceOf(HookTimeoutError);
    expect(rig.runs()[0]).toMatchObject({
      outcome: 'timed_out',
      startedAt: '2026-01-01T00:00:01.000Z',
      finishedAt: '2026-01-01T00:00:06.000Z',
      error: { name: 'HookTimeoutError', code: 'TICK_TIMEOUT' },
    });
  });

  it('is in time when it ends at the very moment', async () => {
    const rig = new SchedulerRig().open({ tickTimeout: 500 }, ({ sleep }) => sleep(500));
    await rig.clock.advance('1900ms');
    expect(rig.outcomes()).toEqual(['+1 succeeded']);
  });

  it('keeps its slot until the handler settles: later due moments overlap', async () => {
    const gate = deferred();
    const rig = new SchedulerRig().open({ tickTimeout: 1_500 }, () => gate.promise);
    await rig.clock.advance('4s');
    expect(rig.outcomes()).toEqual(['+1 timed_out', '+2 skipped overlap', '+3 skipped overlap', '+4 skipped overlap']);
    gate.resolve();
    await rig.clock.advance('1s');
    expect(rig.outcomes().at(-1)).toBe('+5 succeeded');
  });

  it('is stuck, and says so once, until the handler settles', async () => {
    const gate = deferred();
    const rig = new SchedulerRig().open({ tickTimeout: 500 }, () => gate.promise);
    await rig.clock.advance('1s');
    expect(rig.scheduler.isStuck('sync')).toBe(false);
    await rig.clock.advance('5s');
    expect(rig.scheduler.isStuck('sync')).toBe(true);
    expect(rig.events.filter(({ name }) => name === 'listener.stuck')).toEqual([
      { name: 'listener.stuck', event: { listener: 'sync', task: 'tick', runId: 'r1' } },
    ]);
    gate.resolve();
    await gate.promise;
    await rig.clock.advance(0);
    expect(rig.scheduler.isStuck('sync')).toBe(false);
    expect(rig.scheduler.isStuck('nobody')).toBe(false);
  });

  it('is not called stuck when the handler obeys its signal', async () => {
    const rig = new SchedulerRig().open({ tickTimeout: 500 }, ({ sleep }) => sleep('1h'));
    await rig.clock.advance('5s');
    expect(rig.names()).not.toContain('listener.stuck');
    expect(rig.outcomes()[0]).toBe('+1 timed_out');
    expect(rig.scheduler.isStuck('sync')).toBe(false);
  });

  it.each([
    ['a late success', 'resolve'],
    ['a late failure', 'reject'],
  ] as const)('%s changes nothing', async (_title, late) => {
    const gate = deferred();
    const rig = new SchedulerRig().open({ tickTimeout: 500 }, () => gate.promise);
    await rig.clock.advance('1900ms');
    const before = rig.runs()[0];
    gate[late](new Error('late'));
    await rig.clock.advance(0);
    expect(rig.runs()[0]).toEqual(before);
    expect(rig.names().filter((name) => name === 'run.finished')).toHaveLength(1);
    expect(rig.ledger.counters('sync', 'tick')).toMatchObject({ timed_out: 1, succeeded: 0, failed: 0 });
  });

  it('brings the next due moment of a fixed-delay task', async () => {
    const rig = new SchedulerRig().open({ tickTimeout: 500, schedule: fixedDelay }, ({ sleep }) => sleep('1h'));
    await rig.clock.advance('3s');
    expect(rig.outcomes()).toEqual(['+1 timed_out', '+2.5 timed_out']);
  });

  it('is timed_out too when the handler blocked the loop for longer, and its commit is refused', () => {
    const native = new FakeNative(BOOT);
    const rig = new SchedulerRig({ clock: new SystemClock(native) });
    let refused: unknown;
    rig.open({ tickTimeout: 500 }, ({ commit }) => {
      native.wall += 800;
      native.uptime += 800;
      try {
        commit(() => 'done');
      } catch (error) {
        refused = error;
      }
    });
    native.pass(1_000);
    expect(rig.outcomes()).toEqual(['+1 timed_out']);
    expect(refused).toBeInstanceOf(RunRevokedError);
    expect(rig.scheduler.isStuck('sync')).toBe(false);
  });

  it('has its own time beside others of the same task, also when an earlier one ends or the clock is set back', async () => {
    const native = new FakeNative(BOOT);
    const rig = new SchedulerRig({ clock: new SystemClock(native) });
    const timedOut: [number, number][] = [];
    const first = deferred();
    rig.open({ tickTimeout: 2_500, overlap: 'allow' }, ({ signal }) => {
      const began = native.uptime;
      signal.addEventListener('abort', () => timedOut.push([began, native.uptime - began]));
      return began === 1_000 ? first.promise : new Promise(() => undefined);
    });
    native.pass(3_200);
    first.resolve();
    await first.promise;
    native.set(-3_600_000);
    native.pass(3_000);
    expect(timedOut).toEqual([
      [2_000, 2_500],
      [3_000, 2_500],
    ]);
  });
});

describe('commit', () => {
  it('runs what it is given and returns its result, while the run holds its right', async () => {
    const results: unknown[] = [];
    const rig = new SchedulerRig().open({}, async ({ commit, sleep }) => {
      results.push(commit(() => 1));
      await sleep(100);
      results.push(await commit(() => Promise.resolve(2)));
    });
    await rig.clock.advance('1500ms');
    expect(results).toEqual([1, 2]);
  });

  it('passes on what it is given throws: that is a failure of the run', async () => {
    const rig = new SchedulerRig().open({}, ({ commit }) =>
      commit(() => {
        throw new Error('disk full');
      }),
    );
    await rig.clock.advance('1s');
    expect(rig.runs()[0]).toMatchObject({ outcome: 'failed', error: { message: 'disk full' } });
  });

  it('is refused after the timeout, without running anything', async () => {
    const gate = deferred();
    const written = jest.fn();
    let refused: unknown;
    const rig = new SchedulerRig().open({ tickTimeout: 500 }, async ({ commit }) => {
      await gate.promise;
      try {
        commit(written);
      } catch (error) {
        refused = error;
      }
    });
    await rig.clock.advance('1900ms');
    gate.resolve();
    await rig.clock.advance(0);
    expect(refused).toBeInstanceOf(RunRevokedError);
    expect((refused as Error).message).toContain('sync.tick@2026-01-01T00:00:01.000Z');
    expect(written).not.toHaveBeenCalled();
  });

  it('is refused when the run was cancelled, and when it is over', async () => {
    const contexts: TickContext[] = [];
    const rig = new SchedulerRig().open({ overlap: 'allow' }, (context) => {
      contexts.push(context);
      return contexts.length === 1 ? undefined : new Promise(() => undefined);
    });
    await rig.clock.advance('2s');
    await rig.scheduler.drain(rig.clock.now(), new Error('stop'));
    for (const { commit } of contexts) expect(() => commit(() => 1)).toThrow(RunRevokedError);
  });
});
