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
    expect(acted).toMatchObject([{ action: 'dismiss', task: 'tick', value: tickId, reason: ann.reason }]);
    expect(cluster.runs('sync')[0]).toMatchObject({ tickId, outcome: 'failed' });
    const again = await one?.operate({ action: 'dismiss', listener: 'sync', tickId, ...ann });
    expect(again?.notes).toEqual(['Dead letters that are dismissed: 0.']);
    await cluster.stop();
  });

  it('is dismissed with all others of the task', async () => {
    const { cluster, dead } = await failing(twice);
    await cluster.apps[0]?.operate({ action: 'dismiss', listener: 'sync', task: 'tick', ...ann });

    expect(dead()).toBeUndefined();
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
