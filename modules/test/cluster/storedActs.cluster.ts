import { randomUUID } from 'node:crypto';

import type { ClusterIntent } from 'daemonry';

import { KEPT, type StartAnswer, type TaskFields } from '../../cluster/ClusterStore';
import { fieldsFor, overIn } from '../../cluster/fields';
import { due, jobOf, LOCK, STORES, task } from './support/storesUnderTest';

const POLICY = { overlap: 'allow', misfire: 'skip', delivery: 'at-most-once', maxStarts: 1 } as const;

const wish = (more: Partial<ClusterIntent> = {}): ClusterIntent => ({
  ...{ by: 'ann', kind: 'human', reason: 'a look at the bank', since: new Date().toISOString() },
  ...more,
});

describe.each(STORES)('what operators have set, in %s,', (_, on) => {
  const subject = on();
  /** Offers a moment, and asks for its step. */
  const step = async (at: number): Promise<StartAnswer> => {
    const { store } = subject();
    const moment = due(at);
    await store.offer(task, { moment, jobId: jobOf(at), overlap: 'allow' });
    await subject().lock([at]);
    const request = { moment, jobId: jobOf(at), lock: LOCK, claimId: randomUUID(), isNewest: true };
    return store.start(task, { ...request, policy: POLICY });
  };
  const fields = async (): Promise<TaskFields> => (await subject().store.beat('shop', 0)).tasks.get(task.path) ?? {};
  const named = (at: number) => fieldsFor({ skipNext: wish({ value: new Date(at).toISOString() }) });

  it('has the moment skipped that was promised, and neither the one before it nor the one after it', async () => {
    const { store } = subject();
    await subject().write({ since: '500', openSince: '500' });
    await store.change(task, named(2_000));
    await store.change(task, named(3_000));

    const answers = [await step(1_000), await step(2_000), await step(3_000), await step(4_000)];

    expect(answers.map(({ kind, reason }) => reason ?? kind)).toEqual(['start', 'start', 'paused', 'start']);
    expect(await fields()).not.toHaveProperty('skipNext');
    expect(await fields()).not.toHaveProperty('skipsFrom');
  });

  it.each([
    ['the next moment where none is named', fieldsFor({ skipNext: wish() }), ['paused', 'start']],
    ['the first one after the named one, which another schedule does not have', named(1_500), ['start', 'paused']],
  ])('has %s skipped, once', async (_title, change, expected) => {
    await subject().write({ since: '500', openSince: '500' });
    await subject().store.change(task, change);

    const answers = [await step(1_000), await step(2_000)];

    expect(answers.map(({ kind, reason }) => reason ?? kind)).toEqual(expected);
    expect((await step(3_000)).kind).toBe('start');
  });

  it('has nothing skipped in place of a moment that passed while no process was there', async () => {
    await subject().write({ since: '500', openSince: '2500' });
    await subject().store.change(task, named(2_000));

    expect((await step(3_000)).kind).toBe('start');
    expect(await fields()).not.toHaveProperty('skipNext');
  });

  it('is lifted by a step that comes after its end, and only that: the pause of the application stays', async () => {
    const { store } = subject();
    await subject().write({ since: '500', openSince: '500' });
    const pause = wish({ until: new Date(Date.now() - 1_000).toISOString() });
    await store.change(task, fieldsFor({ pause, applicationPause: wish() }));

    expect(await step(1_000)).toMatchObject({ kind: 'skip', reason: 'paused' });
    await store.lift(task, overIn({ pause, applicationPause: wish() }));
    expect(await fields()).not.toHaveProperty('pausedUntil');
    expect(await fields()).toMatchObject({ applicationPausedUntil: 'inf' });
    await store.change(task, fieldsFor({ applicationPause: undefined }));
    expect((await step(2_000)).kind).toBe('start');
  });

  it('begins a state anew that is gone, without moments that were missed', async () => {
    const before = Date.now();
    const answer = await step(before - 60_000);

    expect(answer.kind).toBe('start');
    expect(answer.accounted).toBeGreaterThanOrEqual(before - 1_000);
    expect(Number((await fields())['since'])).toBeGreaterThanOrEqual(before - 1_000);
  });
});

describe.each(STORES)('an act that reaches %s when nobody waits for it any more', (_, on) => {
  const subject = on();

  it('is not done, and is while somebody does', async () => {
    const { store } = subject();
    const { now } = await store.beat('shop', 0);
    await store.bury(task, 'one');

    await expect(store.change(task, { pause: 'late' }, { before: now })).rejects.toThrow('too late');
    await expect(store.dismiss(task, undefined, now)).rejects.toThrow('too late');
    await store.change(task, { reschedule: 'in time' }, { before: now + 60_000 });

    const fields = (await store.beat('shop', 0)).tasks.get(task.path);
    expect(fields).toMatchObject({ reschedule: 'in time', dead: '1' });
    expect(fields).not.toHaveProperty('pause');
    expect(await store.dismiss(task, undefined, now + 60_000)).toBe(1);
  });
});

describe.each(STORES)('the dead letters in %s', (_, on) => {
  const subject = on();
  const dead = async (): Promise<string | undefined> =>
    (await subject().store.beat('shop', 0)).tasks.get(task.path)?.['dead'];

  it('are kept once each, told with their number to every process, and forgotten one by one, or all', async () => {
    const { store } = subject();
    const known = await store.beat('shop', 0);
    for (const jobId of ['one', 'two', 'one', 'three']) await store.bury(task, jobId);
    expect(await dead()).toBe('3');
    expect((await store.beat('shop', known.revision)).tasks.has(task.path)).toBe(true);

    const all = await store.deadLetters(task, 10, undefined);
    expect(all.map(({ jobId }) => jobId)).toEqual(['three', 'two', 'one']);
    expect(all.every(({ since }) => Math.abs(since - Date.now()) < 60_000)).toBe(true);
    expect((await store.deadLetters(task, 2, undefined)).map(({ jobId }) => jobId)).toEqual(['three', 'two']);
    expect(await store.deadLetters(task, 10, 'one')).toEqual([all[2]]);
    expect(await store.deadLetters(task, 10, 'four')).toEqual([]);

    const { revision } = await store.beat('shop', 0);
    expect(await store.dismiss(task, 'four')).toBe(0);
    expect((await store.beat('shop', revision)).tasks.size).toBe(0);
    expect(await store.dismiss(task, 'two')).toBe(1);
    expect((await store.beat('shop', revision)).tasks.get(task.path)?.['dead']).toBe('2');
    expect(await store.dismiss(task, undefined)).toBe(2);
    expect(await dead()).toBe('0');
    expect(await store.deadLetters(task, 10, undefined)).toEqual([]);
  });

  it('are those of the task alone, and the newest thousand', async () => {
    const { store } = subject();
    const other = { ...task, path: 'orders.other', queue: 'shop~orders.other' };
    await store.bury(other, 'its own');
    for (let count = 0; count < KEPT + 5; count++) await store.bury(task, `job-${count}`);

    expect(await dead()).toBe(String(KEPT));
    const [newest] = await store.deadLetters(task, 1, undefined);
    expect(newest?.jobId).toBe(`job-${KEPT + 4}`);
    expect(await store.deadLetters(task, 1, 'job-4')).toEqual([]);
    expect(await store.deadLetters(task, 1, 'job-5')).toHaveLength(1);
    expect(await store.dismiss(task, undefined)).toBe(KEPT);
    expect(await store.deadLetters(other, 10, undefined)).toHaveLength(1);
  }, 60_000);
});
