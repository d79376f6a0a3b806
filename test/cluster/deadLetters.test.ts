import { given, started } from './givenCluster';

const ann = { by: 'ann', kind: 'human', reason: 'the order was sent by hand' } as const;
const twice = { interval: '1h', delivery: 'at-least-once', maxStarts: 2 } as const;

const failing = async (options: object) => {
  const { starts, listeners } = given(options, () => {
    throw new Error('no stock');
  });
  const cluster = await started(2, { listeners });
  await cluster.clock.advance('130m');
  return { starts, cluster, dead: () => cluster.state('sync').deadLetters };
};

describe('A dead letter', () => {
  it('is dismissed by its tickId, with a reason, by any process; its record stays', async () => {
    const { cluster, dead } = await failing(twice);
    const [one, other] = cluster.apps;
    const acted: unknown[] = [];
    other?.events.on('operator.acted', (event) => acted.push(event));
    const { tickId } = cluster.runs('sync')[0] ?? { tickId: '' };
    expect(dead()).toBe(2);

    const done = await other?.operate({ action: 'dismiss', listener: 'sync', tickId, ...ann });

    expect(done?.notes).toEqual(['Dead letters that are dismissed: 1.']);
    expect(dead()).toBe(1);
    expect(one?.status().listeners[0]?.tasks[0]?.cluster?.deadLetters).toBe(1);
    const value = '1 dead letter';
    expect(acted).toMatchObject([{ action: 'dismiss', task: 'tick', tickId, value, reason: ann.reason }]);
    expect(cluster.runs('sync')[0]).toMatchObject({ tickId, outcome: 'failed' });
    const again = await one?.operate({ action: 'dismiss', listener: 'sync', tickId, ...ann });
    expect(again?.notes).toEqual(['Dead letters that are dismissed: 0.']);
    await cluster.stop();
  });

  it('is dismissed with all others of the task', async () => {
    const { cluster, dead } = await failing(twice);
    const acted = cluster.apps[0]?.until('operator.acted', () => true);
    await cluster.apps[0]?.operate({ action: 'dismiss', listener: 'sync', task: 'tick', ...ann });

    expect(dead()).toBeUndefined();
    expect((await acted)?.tickId).toBeUndefined();
    expect(await acted).toMatchObject({ value: '2 dead letters' });
    await cluster.stop();
  });

  it('is listed by every process with its record, the newest first, until any process dismisses it', async () => {
    const { cluster } = await failing(twice);
    const [one, other] = cluster.apps;
    const [older = '', newer = ''] = cluster.runs('sync').map(({ tickId }) => tickId);
    for (const app of cluster.apps) {
      const letters = await app.deadLetters('sync');
      expect(letters.map(({ tickId }) => tickId)).toEqual([newer, older]);
      expect(letters[0]).toMatchObject({ listener: 'sync', task: 'tick', record: { start: 2, outcome: 'failed' } });
      expect(Date.parse(letters[0]?.since ?? '')).toBeGreaterThan(Date.parse(letters[1]?.since ?? ''));
    }
    await other?.operate({ action: 'dismiss', listener: 'sync', tickId: newer, ...ann });

    expect(await one?.deadLetters('sync', { task: 'tick' })).toMatchObject([{ tickId: older }]);
    expect(await one?.deadLetters('sync', { tickId: newer })).toEqual([]);
    expect(await one?.deadLetters('sync', { tickId: older, limit: 0 })).toHaveLength(1);
    await cluster.stop();
  });

  it('cannot be listed of a listener that is not there, or does not run here, or while the engine is away', async () => {
    const { cluster } = await failing(twice);
    const [app] = cluster.apps;
    await expect(app?.deadLetters('synk')).rejects.toMatchObject({ code: 'UNKNOWN_LISTENER' });
    await expect(app?.deadLetters('sync', { task: 'tik' })).rejects.toMatchObject({ code: 'UNKNOWN_TASK' });
    cluster.partition(0);
    await expect(app?.deadLetters('sync')).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
    cluster.heal(0);
    const before = await cluster.add();
    await expect(before.deadLetters('sync')).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    await expect(before.operate({ action: 'dismiss', listener: 'sync', ...ann })).rejects.toMatchObject({
      code: 'NOT_RUNNING',
    });
    await cluster.stop();
  });

  it('is run again by any process, and is none any more once that has succeeded', async () => {
    let hasStock = false;
    const { listeners, starts } = given(twice, () => {
      if (!hasStock) throw new Error('no stock');
    });
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('70m');
    const [one, other] = cluster.apps;
    const [{ tickId } = { tickId: '' }] = (await one?.deadLetters('sync')) ?? [];
    const again = { action: 'trigger', listener: 'sync', tickId, ...ann } as const;
    const acted: unknown[] = [];
    other?.events.on('operator.acted', (event) => acted.push(event));

    const failed = other?.operate(again);
    await cluster.clock.advance('10s');
    expect((await failed)?.notes).toEqual([`The dead letter ${tickId} stays: the run has not succeeded.`]);
    expect((await one?.deadLetters('sync', { tickId }))?.length).toBe(1);
    hasStock = true;
    const done = await other?.operate(again);

    expect(done).toMatchObject({ record: { outcome: 'succeeded', trigger: 'manual' } });
    expect(done?.notes).toEqual([`The dead letter ${tickId} is dismissed.`]);
    expect(acted).toMatchObject([
      { action: 'trigger', tickId },
      { action: 'trigger', tickId },
    ]);
    expect(await one?.deadLetters('sync', { tickId })).toEqual([]);
    const count = starts.length;
    await expect(one?.operate(again)).rejects.toThrow(/is no dead letter of "sync.tick": .* was run again/);
    expect(starts).toHaveLength(count);
    await cluster.stop();
  });

  it('does not come of a run that was to start once at most, also when the task starts again later', async () => {
    const { cluster, dead } = await failing({ interval: '1h' });
    expect(dead()).toBeUndefined();
    await cluster.restart(0, { listeners: given(twice).listeners });
    await cluster.restart(1, { listeners: given(twice).listeners });
    await cluster.clock.advance('1h');

    expect(dead()).toBeUndefined();
    await cluster.stop();
  });

  it.each([
    [{ action: 'dismiss', ...ann }, 'OPERATION_INVALID'],
    [{ action: 'dismiss', listener: 'sync', tickId: '', ...ann }, 'OPERATION_INVALID'],
    [{ action: 'dismiss', listener: 'sync', tickId: 'x\ud800', ...ann }, 'OPERATION_INVALID'],
    [{ action: 'pause', listener: 'sync', tickId: 'x', ...ann }, 'OPERATION_INVALID'],
    [{ action: 'trigger', listener: 'sync', tickId: 'x', ...ann }, 'OPERATION_INVALID'],
    [{ action: 'dismiss', listener: 'nobody', ...ann }, 'UNKNOWN_LISTENER'],
  ] as const)('is refused with the reason: %j', async (request, code) => {
    const { listeners } = given(twice);
    const cluster = await started(1, { listeners });

    await expect(cluster.apps[0]?.operate(request)).rejects.toMatchObject({ code });
    await cluster.stop();
  });

  it('is refused while the engine is away, and for a task of one process', async () => {
    const { cluster } = await failing(twice);
    cluster.partition(0);
    await expect(cluster.apps[0]?.operate({ action: 'dismiss', listener: 'sync', ...ann })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    });
    cluster.heal(0);
    await cluster.stop();
    const local = await started(1, { listeners: given({ scope: 'process' }).listeners });
    await expect(local.apps[0]?.operate({ action: 'dismiss', listener: 'sync', ...ann })).rejects.toThrow(
      'has no cluster scope',
    );
    await local.stop();
  });
});
