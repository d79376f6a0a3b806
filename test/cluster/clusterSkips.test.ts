import type { TickContext } from '../../src';
import type { TestCluster } from '../../src/testing';
import { given, outcomes, started } from './givenCluster';

const ann = { by: 'ann', kind: 'human', reason: 'a look at the bank' } as const;
const skipNext = { action: 'skip-next', listener: 'sync', ...ann } as const;

/** The number of operators' settings that any process still shows. */
const leftOf = (cluster: TestCluster): number => cluster.apps.flatMap((app) => app.intents()).length;

describe('The due moment of a shared task that an operator skips', () => {
  it('is the one that was promised, and no earlier one whose turn comes after that', async () => {
    const { listeners } = given({ overlap: 'queue-one' }, ({ sleep }: TickContext) => sleep('1500ms'));
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('2200ms');
    const done = await cluster.apps[1]?.operate(skipNext);
    await cluster.clock.advance('5s');

    const runs = cluster.runs('sync');
    const first = Date.parse(runs[0]?.scheduledAt ?? '');
    expect(done?.nextDue).toEqual([new Date(first + 2_000).toISOString()]);
    expect(outcomes(runs).slice(0, 4)).toEqual(['succeeded', 'succeeded', 'paused', 'succeeded']);
    expect(leftOf(cluster)).toBe(0);
    await cluster.stop();
  });

  it.each(['skip', 'run-once'])('is over when it passed while no process was there (misfire: %s)', async (misfire) => {
    const { starts, listeners } = given({ interval: '1m', misfire });
    const cluster = await started(1, { listeners });
    await cluster.clock.advance('2m');
    await cluster.apps[0]?.operate(skipNext);
    await cluster.stop();
    await cluster.clock.advance('3m');
    const before = starts.length;
    await cluster.restart(0);
    await cluster.clock.advance('2m');

    expect(starts).toHaveLength(before + (misfire === 'run-once' ? 3 : 2));
    expect(outcomes(cluster.runs('sync'))).not.toContain('paused');
    expect(leftOf(cluster)).toBe(0);
    await cluster.stop();
  });

  it('is the first one after it when another schedule leaves that out', async () => {
    const { listeners } = given({ interval: '1m' });
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('2m');
    const skipped = Date.parse((await cluster.apps[0]?.operate(skipNext))?.nextDue?.[0] ?? '');
    await cluster.apps[1]?.operate({ action: 'reschedule', listener: 'sync', interval: '7s', ...ann });
    await cluster.clock.advance('2m');

    const paused = cluster.runs('sync').filter(({ reason }) => reason === 'paused');
    expect(paused).toHaveLength(1);
    const at = Date.parse(paused[0]?.scheduledAt ?? '');
    expect(at).toBeGreaterThanOrEqual(skipped);
    expect(at).toBeLessThan(skipped + 7_000);
    await cluster.stop();
  });

  it('is explained before and after, and says who has skipped it', async () => {
    const { listeners } = given();
    const cluster = await started(3, { listeners });
    const at = new Date((await cluster.apps[1]?.operate(skipNext))?.nextDue?.[0] ?? '');
    const detail = 'skip-next by ann: a look at the bank';
    for (const app of cluster.apps)
      await expect(app.explain('sync', at)).resolves.toMatchObject([{ verdict: 'will-be-skipped' }]);
    // The next moment that is kept is the one after it.
    const after = new Date(at.getTime() + 1_000).toISOString();
    for (const app of cluster.apps) expect(app.status().listeners.at(-1)?.tasks[0]?.nextRunAt).toBe(after);
    await cluster.clock.advance('2s');

    expect(cluster.runs('sync')[0]).toMatchObject({ outcome: 'skipped', reason: 'paused', detail });
    for (const app of cluster.apps)
      expect((await app.explain('sync', at))[0]?.text).toContain(`was skipped: paused (${detail})`);
    await cluster.stop();
  });
});

describe('The record of a shared due moment that was skipped', () => {
  it('says by whom it was paused, and the status whether that is the whole application', async () => {
    const { listeners } = given();
    const cluster = await started(2, { listeners });
    await cluster.apps[0]?.operate({ action: 'pause', ...ann });
    await cluster.clock.advance('2s');

    expect(cluster.runs('sync')).toMatchObject(Array(2).fill({ detail: 'pause by ann: a look at the bank' }));
    for (const app of cluster.apps)
      expect(app.status().listeners[0]?.tasks[0]?.pause).toMatchObject({ by: 'ann', ofAll: true });
    await cluster.stop();
  });
});

describe('The answer to another schedule of a shared task', () => {
  it('has the due moments that come, which do not count from now', async () => {
    const { starts, listeners } = given({ interval: '1m' });
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('90s');
    const before = starts.length;
    const done = await cluster.apps[1]?.operate({ action: 'reschedule', listener: 'sync', interval: '7s', ...ann });
    await cluster.clock.advance('21s');

    expect(done?.notes.join()).not.toContain('not known');
    expect(starts.slice(before).map(({ at }) => new Date(at).toISOString())).toEqual(done?.nextDue);
    await cluster.stop();
  });
});

describe('The end of what an operator sets for a shared task', () => {
  it.each([3_600_000, -3_600_000])(
    'comes after the duration that was given, although the clock of the process is wrong by %d ms',
    async (ms) => {
      const { starts, listeners } = given();
      const cluster = await started(2, { listeners, skewMs: [0, ms] });
      const app = cluster.apps[1];
      const until = new Date(cluster.clock.now() + 3_500).toISOString();
      const acts = [
        { action: 'pause', listener: 'sync' },
        { action: 'pause', listener: 'sync', task: 'tick' },
        { action: 'reschedule', listener: 'sync', interval: 'off' },
      ] as const;
      for (const act of acts) {
        const acted = app?.until('operator.acted', () => true);
        const { intent } = (await app?.operate({ ...act, until: '3500ms', ...ann })) ?? {};
        expect({ act, until: intent?.until ?? (await acted)?.until }).toEqual({ act, until });
        await app?.operate({ action: 'reset', listener: 'sync', ...ann });
      }
      await app?.operate({ action: 'pause', until: '3500ms', ...ann });
      expect(cluster.apps[0]?.intents()).toMatchObject([{ action: 'pause', task: 'tick', until }]);
      await cluster.clock.advance('3400ms');
      expect(starts).toEqual([]);
      await cluster.clock.advance('5s');

      expect(starts).toHaveLength(5);
      expect(cluster.apps.flatMap((each) => each.intents())).toEqual([]);
      await cluster.stop();
    },
  );

  it('is an instant by the clock of the store, also where that of the process is ahead', async () => {
    const { listeners } = given();
    const cluster = await started(2, { listeners, skewMs: [0, 3_600_000] });
    const until = new Date(cluster.clock.now() + 60_000).toISOString();

    const done = await cluster.apps[1]?.operate({ action: 'pause', listener: 'sync', until, ...ann });

    expect(done?.notes).toEqual([]);
    expect(cluster.apps[0]?.intents()).toMatchObject([{ until }]);
    await cluster.stop();
  });

  it('is refused where it is over by the clock of the store: that of the process is behind', async () => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners, skewMs: [0, -600_000] });
    const app = cluster.apps[1];
    const until = new Date((app?.clock.now() ?? 0) + 300_000);
    for (const act of [
      { action: 'pause', listener: 'sync' },
      { action: 'reschedule', listener: 'sync', interval: 'off' },
    ] as const)
      await expect(app?.operate({ ...act, until, ...ann })).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
    await expect(app?.operate({ action: 'pause', until, ...ann })).resolves.toMatchObject({
      notes: [
        expect.anything(),
        expect.stringMatching(/not reached sync.tick .*"until" is over: .*clock of the cluster/),
      ],
    });
    await cluster.clock.advance('3s');

    expect(starts).toHaveLength(3);
    await cluster.stop();
  });
});
