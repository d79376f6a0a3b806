import { randomUUID } from 'node:crypto';

import type { StartAnswer, StartRequest } from '../../cluster/ClusterStore';
import { due, jobOf, LOCK, STORES, task } from './support/storesUnderTest';

const POLICY = { overlap: 'skip', misfire: 'skip', delivery: 'at-most-once', maxStarts: 1 } as const;
const BESIDE = { ...POLICY, overlap: 'allow' } as const;

describe.each(STORES)('the atomic step in %s', (_, on) => {
  const subject = on();
  const start = (at: number, changed: Partial<StartRequest> = {}): Promise<StartAnswer> => {
    const request = { moment: due(at), jobId: jobOf(at), lock: LOCK, claimId: randomUUID(), isNewest: true };
    return subject().store.start(task, { ...request, policy: POLICY, ...changed });
  };

  it('tells of every change, however many connections make them at once', async () => {
    const { store } = subject();
    const tasks = Array.from({ length: 20 }, (_each, index) => {
      const path = `orders.task_${index}`;
      return { ...task, path, queue: `shop~${path}` };
    });
    const seen = new Map<string, string | undefined>();
    let isOver = false;
    const read = async (): Promise<void> => {
      for (let [known, isLast] = [0, false]; !isLast;) {
        isLast = isOver;
        const beat = await store.beat('shop', known);
        known = beat.revision;
        for (const [path, fields] of beat.tasks) seen.set(path, fields['pause']);
      }
    };
    const reading = read();
    await Promise.all(
      tasks.map(async (one) => {
        for (let count = 1; count <= 10; count++) await store.change(one, { pause: String(count) });
      }),
    );
    isOver = true;
    await reading;

    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(tasks.map(({ path }) => [path, '10'])));
  });

  it('gives one claim one answer, so that an answer that was lost is asked for again', async () => {
    await subject().lock([1_000]);

    const first = await start(1_000, { claimId: 'one' });
    const again = await start(1_000, { claimId: 'one' });

    expect(first.kind).toBe('start');
    expect(again).toEqual(first);
    expect(await start(1_000)).toMatchObject({ kind: 'drop', start: 2 });
  });

  it('has a moment skipped again that it was said to skip, since whoever was told may have died without a record', async () => {
    const base = Date.now();
    await subject().lock([base]);
    const run = { runToken: '1', runStarted: String(base), runEnded: String(base + 500) };
    await subject().write({ since: String(base - 9_000), ...run });

    const first = await start(base);
    const again = await start(base);

    expect(first).toMatchObject({ kind: 'skip', reason: 'overlap', accounted: base - 9_000 });
    expect(again).toEqual(first);
  });

  it('lets nobody begin whose lock has gone to another process', async () => {
    await subject().lock([1_000], 'of another process');

    expect((await start(1_000)).kind).toBe('gone');
  });

  it('takes a start back as if it had not been, but for the fencing token', async () => {
    await subject().lock([2_000]);
    const moment = due(2_000);
    const first = await start(2_000);

    const { fencingToken } = first;
    const given = { moment, jobId: jobOf(2_000), lock: LOCK, fencingToken, overlap: 'skip' } as const;
    await subject().store.giveBack(task, given);
    const second = await start(2_000);

    expect(second).toMatchObject({ kind: 'start', start: 1 });
    expect(second.fencingToken).toBeGreaterThan(first.fencingToken);
  });

  it('lets a due moment that another one has overtaken start, once, and tells neither as missed', async () => {
    await subject().write({ since: '500' });
    const moments = [1_000, 2_000, 3_000];
    for (const at of moments) {
      await subject().store.offer(task, { moment: due(at), jobId: jobOf(at), overlap: 'allow' });
      await subject().lock([at]);
    }
    await start(1_000, { policy: BESIDE });

    const overtaking = await start(3_000, { policy: BESIDE });
    const overtaken = await start(2_000, { policy: BESIDE });
    const again = await start(2_000, { policy: BESIDE });

    expect(overtaking).toMatchObject({ kind: 'start', accounted: 1_000, waiting: [2_000] });
    expect(overtaken).toMatchObject({ kind: 'start', accounted: undefined, waiting: [] });
    expect(again.kind).toBe('drop');
  });

  it('counts a moment that waited and whose job is gone among those that passed', async () => {
    await subject().write({ since: '500' });
    for (const at of [1_000, 2_000, 3_000])
      await subject().store.offer(task, { moment: due(at), jobId: jobOf(at), overlap: 'allow' });
    await subject().lock([1_000, 3_000]);
    await start(1_000, { policy: BESIDE });

    expect(await start(3_000, { policy: BESIDE })).toMatchObject({ kind: 'start', accounted: 1_000, waiting: [] });
  });

  it('gives a moment back that a newer one has overtaken since, for its first start', async () => {
    await subject().lock([1_000, 2_000]);
    const first = await start(1_000, { policy: BESIDE });
    await start(2_000, { policy: BESIDE });

    const { fencingToken } = first;
    const given = { moment: due(1_000), jobId: jobOf(1_000), lock: LOCK, fencingToken, overlap: 'allow' } as const;
    await subject().store.giveBack(task, given);

    expect(await start(1_000, { policy: BESIDE })).toMatchObject({ kind: 'start', start: 1 });
  });
});
