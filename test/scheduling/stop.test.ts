import { BOOT, deferred, SchedulerRig, task } from './SchedulerRig';

const STOP = new Error('the application stops');

/** Whether a promise has settled, once everything that can has run its course. */
async function hasSettled(promise: Promise<unknown> | undefined, rig: SchedulerRig): Promise<boolean> {
  let settled = promise === undefined;
  void promise?.finally(() => (settled = true));
  await rig.clock.advance(0);
  return settled;
}

describe('halt', () => {
  it('lets no run begin, records due moments as draining, and leaves runs in flight', async () => {
    const rig = new SchedulerRig().open({}, ({ sleep }) => sleep('1500ms'));
    await rig.clock.advance('1s');
    rig.scheduler.halt();
    rig.scheduler.halt();
    await rig.clock.advance('3s');
    expect(rig.outcomes()).toEqual([
      '+1 succeeded',
      '+2 skipped draining',
      '+3 skipped draining',
      '+4 skipped draining',
    ]);
    expect(rig.scheduler.state('sync', 'tick')).toEqual({});
  });

  it('drops a queued run, and what an operator has queued', async () => {
    const rig = new SchedulerRig().open({ overlap: 'queue-one', schedule: { kind: 'manual' } }, ({ sleep }) =>
      sleep('5s'),
    );
    void rig.scheduler.trigger('sync', 'tick');
    const queued = rig.scheduler.trigger('sync', 'tick');
    rig.scheduler.halt();
    expect(await queued).toMatchObject({ outcome: 'skipped', reason: 'draining' });
  });

  it('refuses a trigger with a record', async () => {
    const rig = new SchedulerRig().open({});
    rig.scheduler.halt();
    expect(await rig.scheduler.trigger('sync', 'tick')).toMatchObject({ outcome: 'skipped', reason: 'draining' });
  });

  it('comes before a pause as a reason', async () => {
    const rig = new SchedulerRig().open({});
    rig.pause({ reason: 'r', by: 'eve' });
    rig.scheduler.halt();
    await rig.clock.advance('1s');
    expect(rig.outcomes()).toEqual(['+1 skipped draining']);
  });
});

describe('drain', () => {
  it('aborts a run without drainTimeout at once, with the reason, and does not wait for it', async () => {
    let reason: unknown;
    const rig = new SchedulerRig().open({}, ({ signal }) => {
      signal.addEventListener('abort', () => (reason = signal.reason as unknown));
      return new Promise(() => undefined);
    });
    await rig.clock.advance('1s');
    await rig.scheduler.drain(rig.clock.now() + 10_000, STOP);
    expect(reason).toBe(STOP);
    expect(rig.outcomes()).toEqual(['+1 running']);
  });

  it('waits for one that ends within its drainTimeout: it succeeds', async () => {
    const rig = new SchedulerRig().open({ drainTimeout: 5_000 }, ({ sleep }) => sleep('2s'));
    await rig.clock.advance('1s');
    const drained = rig.scheduler.drain(rig.clock.now() + 10_000, STOP);
    expect(await hasSettled(drained, rig)).toBe(false);
    await rig.clock.advance('2s');
    expect(await hasSettled(drained, rig)).toBe(true);
    expect(rig.outcomes()[0]).toBe('+1 succeeded');
  });

  it.each([
    ['its drainTimeout', 5_000, 60_000, 5_000],
    ['the deadline', 60_000, 3_000, 3_000],
  ])('aborts at %s what goes on', async (_title, drainTimeout, deadlineIn, abortedAfter) => {
    let abortedAt = 0;
    const rig = new SchedulerRig();
    rig.open({ drainTimeout }, ({ signal, clock }) => {
      signal.addEventListener('abort', () => (abortedAt = clock.now()));
      return new Promise(() => undefined);
    });
    await rig.clock.advance('1s');
    const drained = rig.scheduler.drain(rig.clock.now() + deadlineIn, STOP);
    await rig.clock.advance('2m');
    await drained;
    expect(abortedAt).toBe(BOOT + 1_000 + abortedAfter);
  });

  it('records as cancelled what is aborted, whether it rejects or resolves afterwards', async () => {
    const rig = new SchedulerRig();
    const gate = deferred();
    rig.openTasks([
      task({}, ({ sleep }) => sleep('1h')),
      task({ name: 'stubborn' }, () => gate.promise),
      task({ name: 'failing' }, async ({ sleep }) => {
        await sleep('1h').catch(() => {
          throw new Error('clean-up failed');
        });
      }),
    ]);
    await rig.clock.advance('1s');
    await rig.scheduler.drain(rig.clock.now(), STOP);
    gate.resolve();
    await rig.clock.advance(0);
    expect(rig.runs().map(({ task: name, outcome, error }) => [name, outcome, error?.message])).toEqual([
      ['tick', 'cancelled', undefined],
      ['stubborn', 'cancelled', undefined],
      ['failing', 'cancelled', 'clean-up failed'],
    ]);
    expect(rig.ledger.counters('sync', 'tick').cancelled).toBe(1);
  });

  it('resolves at once when nothing runs, and does not time out what it has aborted', async () => {
    const rig = new SchedulerRig().open({ tickTimeout: 2_000 }, () => new Promise(() => undefined));
    await rig.scheduler.drain(BOOT, STOP);
    const busy = new SchedulerRig().open({ tickTimeout: 2_000 }, () => new Promise(() => undefined));
    await busy.clock.advance('1s');
    await busy.scheduler.drain(busy.clock.now(), STOP);
    await busy.clock.advance('10s');
    expect(busy.outcomes()[0]).toBe('+1 running');
    expect(busy.scheduler.isStuck('sync')).toBe(false);
  });

  it('does not wait for a run that is stuck', async () => {
    const rig = new SchedulerRig().open({ tickTimeout: 500, drainTimeout: 60_000 }, () => new Promise(() => undefined));
    await rig.clock.advance('1900ms');
    await rig.scheduler.drain(rig.clock.now() + 60_000, STOP);
    expect(rig.outcomes()[0]).toBe('+1 timed_out');
  });
});

describe('closeListener', () => {
  it('keeps no due moment any more, aborts what runs, and resolves when it has settled', async () => {
    const rig = new SchedulerRig().open({}, ({ sleep }) => sleep('1h'));
    await rig.clock.advance('1s');
    await rig.scheduler.closeListener('sync', STOP);
    await rig.clock.advance('1m');
    expect(rig.outcomes()).toEqual(['+1 cancelled']);
  });

  it('leaves other listeners alone', async () => {
    const rig = new SchedulerRig();
    rig.openTasks([task({}), task({}, () => undefined, 'other')]);
    await rig.scheduler.closeListener('sync', STOP);
    await rig.clock.advance('1s');
    expect([rig.runs().length, rig.ledger.runs('other').length]).toEqual([0, 1]);
  });

  it('resolves at once for a listener without tasks, and twice for the same', async () => {
    const rig = new SchedulerRig().open({});
    await rig.scheduler.closeListener('nobody', STOP);
    await rig.scheduler.closeListener('sync', STOP);
    await rig.scheduler.closeListener('sync', STOP);
    rig.scheduler.halt();
    expect(await rig.scheduler.trigger('sync', 'tick')).toMatchObject({ reason: 'draining' });
  });

  it('goes on waiting for a handler that ignores its signal; abandon decides its record', async () => {
    const gate = deferred();
    const rig = new SchedulerRig().open({}, () => gate.promise);
    await rig.clock.advance('1s');
    const closed = rig.scheduler.closeListener('sync', STOP);
    expect(await hasSettled(closed, rig)).toBe(false);
    expect(rig.outcomes()).toEqual(['+1 running']);
    rig.scheduler.abandon('sync');
    rig.scheduler.abandon('nobody');
    expect(rig.outcomes()).toEqual(['+1 cancelled']);
    const before = rig.runs();
    gate.resolve();
    await closed;
    expect(rig.runs()).toEqual(before);
  });
});

describe('close', () => {
  it('leaves nothing armed: nothing is scheduled afterwards', async () => {
    const rig = new SchedulerRig().open({});
    rig.pause({ reason: 'r', by: 'eve', until: new Date(BOOT + 5_000).toISOString() });
    rig.scheduler.close();
    const before = rig.events.length;
    await rig.clock.advance('1h');
    expect(rig.runs()).toEqual([]);
    expect(rig.events).toHaveLength(before);
  });
});
