import { given, outcomes, started } from './givenCluster';

const ann = { by: 'ann', kind: 'human', reason: 'a look at the bank' } as const;

describe('An act of an operator on a task of cluster scope', () => {
  it('pauses it in every process: each due moment is recorded as paused once, and a manual run goes on', async () => {
    const { starts, listeners } = given();
    const cluster = await started(3, { listeners });
    const [one, other] = cluster.apps;
    await cluster.clock.advance('2s');
    await one?.operate({ action: 'pause', listener: 'sync', ...ann });
    await cluster.clock.advance('3s');

    expect(outcomes(cluster.runs('sync')).slice(2)).toEqual(['paused', 'paused', 'paused']);
    expect(cluster.apps.flatMap((app) => app.runs('sync'))).toHaveLength(5);
    expect(other?.status().listeners[0]?.tasks[0]).toMatchObject({ paused: true, pause: { by: 'ann' } });
    expect(other?.intents()).toMatchObject([{ action: 'pause', task: 'tick', by: 'ann', persisted: true }]);
    expect(await other?.trigger('sync')).toMatchObject({ outcome: 'succeeded' });
    expect(starts).toHaveLength(3);
    await cluster.stop();
  });

  it('is lifted by any process, and not by a program when a person has set it', async () => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners });
    const [one, other] = cluster.apps;
    await one?.operate({ action: 'pause', listener: 'sync', task: 'tick', ...ann });
    await expect(
      other?.operate({ action: 'resume', listener: 'sync', by: 'bot', kind: 'automation', reason: 'done' }),
    ).rejects.toMatchObject({ code: 'INTENT_OVERRULED' });
    await other?.operate({ action: 'resume', listener: 'sync', ...ann });
    await cluster.clock.advance('3s');

    expect(starts).toHaveLength(3);
    expect(one?.intents()).toEqual([]);
    await cluster.stop();
  });

  it('ends by itself when its time is over, also when the process that asked for it is gone', async () => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners });
    const until = new Date(cluster.clock.now() + 10_500);
    await cluster.apps[0]?.operate({ action: 'pause', listener: 'sync', until, ...ann });
    cluster.kill(0);
    await cluster.clock.advance('10s');
    expect(starts).toHaveLength(0);
    await cluster.clock.advance('5s');

    expect(starts.length).toBeGreaterThan(2);
    expect(cluster.apps[1]?.intents()).toEqual([]);
    await cluster.stop();
  });

  it('outlives the processes: one that starts later is paused as well', async () => {
    const { starts, listeners } = given();
    const cluster = await started(1, { listeners });
    await cluster.apps[0]?.operate({ action: 'pause', listener: 'sync', ...ann });
    await cluster.stop();
    const again = await cluster.restart(0);
    await cluster.clock.advance('5s');

    expect(starts).toHaveLength(0);
    expect(again.intents()).toMatchObject([{ action: 'pause', by: 'ann' }]);
    await cluster.stop();
  });

  it('skips the next due moment once, whichever process takes it', async () => {
    const { starts, listeners } = given();
    const cluster = await started(3, { listeners });
    await cluster.apps[1]?.operate({ action: 'skip-next', listener: 'sync', ...ann });
    await cluster.clock.advance('4s');

    expect(outcomes(cluster.runs('sync'))).toEqual(['paused', 'succeeded', 'succeeded', 'succeeded']);
    expect(starts).toHaveLength(3);
    expect(cluster.apps.flatMap((app) => app.intents())).toEqual([]);
    await cluster.stop();
  });

  it('gives it another schedule in every process, until that is reset', async () => {
    const { starts, listeners } = given({ interval: '1m' });
    const cluster = await started(3, { listeners });
    await cluster.apps[0]?.operate({ action: 'reschedule', listener: 'sync', interval: '2s', ...ann });
    await cluster.clock.advance('20s');
    expect(starts).toHaveLength(10);
    expect(cluster.apps[2]?.status().listeners[0]?.tasks[0]?.schedule).toBe('every 2s');
    await cluster.apps[2]?.operate({ action: 'reset', listener: 'sync', ...ann });
    await cluster.clock.advance('5m');

    expect(starts).toHaveLength(15);
    await cluster.stop();
  });

  it('pauses it with the whole application, and ends that with it', async () => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners });
    await cluster.apps[0]?.operate({ action: 'pause', ...ann });
    await cluster.clock.advance('5s');
    expect(starts).toHaveLength(0);
    await cluster.apps[0]?.operate({ action: 'resume', ...ann });
    await cluster.clock.advance('5s');

    expect(starts).toHaveLength(5);
    await cluster.stop();
  });

  it('is refused while the engine is away, and changes nothing', async () => {
    const { listeners } = given();
    const cluster = await started(2, { listeners });
    cluster.partition(0);

    await expect(cluster.apps[0]?.operate({ action: 'pause', listener: 'sync', ...ann })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    });
    expect(cluster.apps[0]?.intents()).toEqual([]);
    cluster.heal(0);
    await cluster.stop();
  });

  it('is explained by every process with the record of the one that ran it', async () => {
    const { starts, listeners } = given();
    const cluster = await started(3, { listeners });
    await cluster.clock.advance('5s');
    const at = new Date(starts[2]?.at ?? 0);
    const explained = await Promise.all(cluster.apps.map((app) => app.explain('sync', at)));

    expect(explained.flat().map(({ verdict, record }) => [verdict, record?.outcome])).toEqual(
      Array(3).fill(['recorded', 'succeeded']),
    );
    await cluster.stop();
  });

  it('is not said to have no record by a process that cannot ask for it', async () => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('5s');
    const at = new Date(starts[2]?.at ?? 0);
    const others = cluster.apps.filter((app) => app.runs('sync').every((run) => run.scheduledAt !== at.toISOString()));
    cluster.partition(0);
    cluster.partition(1);
    const explained = await Promise.all(others.map((app) => app.explain('sync', at)));

    expect(explained).toMatchObject([
      [
        {
          verdict: 'not-recorded',
          text: 'sync.tick (every 1s) was due then; whether it ran is not known here while the cluster engine is away.',
        },
      ],
    ]);
    await cluster.stop();
  });

  it('is seen in the history of every process, page by page, whichever ran it', async () => {
    const { listeners } = given();
    const cluster = await started(3, { listeners });
    await cluster.clock.advance('12s');
    const [, other] = cluster.apps;
    const first = await other?.history.query({ listener: 'sync', limit: 8 });
    const second = await other?.history.query({ listener: 'sync', limit: 8, before: first?.next ?? '' });

    expect([first?.runs.length, second?.runs.length, second?.next]).toEqual([8, 4, undefined]);
    expect(new Set([...(first?.runs ?? []), ...(second?.runs ?? [])].map(({ tickId }) => tickId)).size).toBe(12);
    await expect(other?.history.query({ listener: 'sync', limit: 0 })).rejects.toMatchObject({
      code: 'HISTORY_QUERY_INVALID',
    });
    await cluster.stop();
  });
});
