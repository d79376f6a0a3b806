import { AsyncLocalStorage } from 'node:async_hooks';

import { currentExecution } from '../../src/execution/ExecutionContext';
import { HookCall } from '../../src/execution/CallContext';
import { SystemClock } from '../../src/time/SystemClock';
import { fixedDelay, SchedulerRig, task } from './SchedulerRig';

const request = new AsyncLocalStorage<string>();

describe('The async context of a run', () => {
  it('is its own, through any number of awaits', async () => {
    const seen: unknown[] = [];
    const rig = new SchedulerRig().open({}, async ({ runId, sleep }) => {
      await sleep(100);
      seen.push([runId, currentExecution()?.runId, currentExecution()?.listener, currentExecution()?.task]);
    });
    await rig.clock.advance('2500ms');
    expect(seen).toEqual([
      ['r1', 'r1', 'sync', 'tick'],
      ['r2', 'r2', 'sync', 'tick'],
    ]);
    expect(currentExecution()).toBeUndefined();
  });

  it('holds nothing of who triggers it, nor do the runs after it', async () => {
    const seen: unknown[] = [];
    const rig = new SchedulerRig().open({ schedule: fixedDelay, overlap: 'queue-one' }, async ({ sleep }) => {
      seen.push(request.getStore());
      await sleep(100);
      seen.push(request.getStore());
    });
    await request.run('request 1', async () => {
      const first = rig.scheduler.trigger('sync', 'tick');
      const queued = rig.scheduler.trigger('sync', 'tick');
      await rig.clock.advance('5s');
      await Promise.all([first, queued]);
    });
    expect(seen.length).toBeGreaterThan(6);
    expect(seen.every((store) => store === undefined)).toBe(true);
  });

  it('holds nothing of a hook that triggers, pauses and resumes', async () => {
    const seen: unknown[] = [];
    const rig = new SchedulerRig().open({}, () => seen.push([request.getStore(), currentExecution()?.hook]));
    const host = {
      sessionId: 's',
      clock: rig.clock,
      logger: () => ({}) as never,
      requestShutdown: () => undefined,
      redact: String,
    };
    await request.run('request', () =>
      new HookCall(host, 'other', 'ready').execute(async () => {
        rig.pause({ reason: 'r', by: 'b', until: new Date(rig.clock.now() + 500).toISOString() });
        rig.resume();
        await rig.scheduler.trigger('sync', 'tick');
      }),
    );
    await rig.clock.advance('2s');
    expect(seen).toEqual([
      [undefined, 'tick'],
      [undefined, 'tick'],
      [undefined, 'tick'],
    ]);
  });

  it('holds nothing of what another run keeps in its storages, on the platform clock', async () => {
    const clock = new SystemClock();
    const rig = new SchedulerRig({ clock });
    const seen: unknown[] = [];
    const fast = { ...fixedDelay, everyMs: 10, initialDelayMs: 10 };
    await new Promise<void>((resolve) => {
      rig.openTasks([
        task({ schedule: fast }, ({ sleep }) => {
          request.enterWith('leaked');
          return sleep(1);
        }),
        task(
          { schedule: { ...fast, mode: 'fixed-rate' } },
          () => {
            seen.push(request.getStore());
            if (seen.length === 5) resolve();
          },
          'other',
        ),
      ]);
    });
    await rig.scheduler.closeListener('sync', new Error('stop'));
    rig.scheduler.close();
    expect(seen).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('is that of the run where its signal is listened to, whoever aborts', async () => {
    let seen: string | undefined;
    const rig = new SchedulerRig().open({ tickTimeout: 500 }, ({ signal }) => {
      signal.addEventListener('abort', () => (seen = currentExecution()?.runId));
      return new Promise(() => undefined);
    });
    await rig.clock.advance('2s');
    expect(seen).toBe('r1');
  });
});
