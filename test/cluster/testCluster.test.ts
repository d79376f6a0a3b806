import { given, grow, outcomes, started } from './givenCluster';

describe('A task of cluster scope', () => {
  it('runs each due moment once, at instants that all processes share, with a token that grows', async () => {
    const { starts, listeners } = given();
    const cluster = await started(3, { listeners });
    await cluster.clock.advance('20s');

    expect(starts).toHaveLength(20);
    expect(new Set(starts.map(({ tickId }) => tickId)).size).toBe(20);
    expect(starts.every(({ at }, index) => index === 0 || at - (starts[index - 1]?.at ?? 0) === 1_000)).toBe(true);
    expect(grow(starts.map(({ token }) => token))).toBe(true);
    expect(outcomes(cluster.runs('sync'))).toEqual(Array(20).fill('succeeded'));
    await cluster.stop();
  });

  it('leaves one record for each due moment in the cluster, and none in the processes that lost the offer', async () => {
    const { listeners } = given();
    const cluster = await started(3, { listeners });
    await cluster.clock.advance('9s');

    expect(cluster.apps.flatMap((app) => app.runs('sync'))).toHaveLength(9);
    expect(cluster.runs('sync')).toHaveLength(9);
    expect(cluster.runs('sync')[0]?.process).toMatchObject({ sessionId: expect.any(String) as string });
    await cluster.stop();
  });

  it('has due moments that do not depend on when a process started', async () => {
    const { starts, listeners } = given({ interval: '1m' });
    const cluster = await started(1, { listeners });
    const late = await cluster.add();
    await cluster.clock.advance('7s');
    await late.start();
    const [first] = cluster.apps;

    expect(first?.plan.listeners[0]?.tasks[0]?.nextDue[0]).toBe(first?.status().listeners[0]?.tasks[0]?.nextRunAt);
    expect(late.status().listeners[0]?.tasks[0]?.nextRunAt).toBe(first?.status().listeners[0]?.tasks[0]?.nextRunAt);
    await cluster.clock.advance('5m');
    expect(starts).toHaveLength(5);
    await cluster.stop();
  });

  it('has the same jitter in every process', async () => {
    const { starts, listeners } = given({ interval: '1m', jitter: '30s' });
    const cluster = await started(3, { listeners });
    await cluster.clock.advance('10m');

    expect(starts).toHaveLength(10);
    expect(new Set(starts.map(({ context, at }) => context.startedAt.getTime() - at)).size).toBeGreaterThan(5);
    await cluster.stop();
  });

  it('follows the clock of the store: a process that is 3 s ahead offers nothing before it is due there', async () => {
    const { starts, listeners } = given({ interval: '5s' });
    const cluster = await started(3, { listeners, skewMs: [3_000, -3_000, 0] });
    const early: number[] = [];
    for (let second = 0; second < 60; second++) {
      const before = starts.length;
      await cluster.clock.advance('1s');
      for (const { at } of starts.slice(before)) early.push(at - cluster.clock.now());
    }

    expect(starts).toHaveLength(12);
    expect(early.every((ms) => ms <= 0 && ms > -1_000)).toBe(true);
    await cluster.stop();
  });

  it('skips a due moment that came before the end of the run in flight, wherever that is', async () => {
    const { starts, listeners } = given({}, ({ sleep }) => sleep('2500ms'));
    const cluster = await started(3, { listeners });
    await cluster.clock.advance('6s');

    expect(outcomes(cluster.runs('sync'))).toEqual([
      'succeeded',
      'overlap',
      'overlap',
      'succeeded',
      'overlap',
      'overlap',
    ]);
    expect(starts).toHaveLength(2);
    await cluster.stop();
  });

  it('lets one due moment wait with queue-one, and any number go on with allow', async () => {
    const queued = given({ overlap: 'queue-one' }, ({ sleep }) => sleep('2500ms'));
    const one = await started(2, { listeners: queued.listeners });
    await one.clock.advance('10s');
    expect(queued.starts).toHaveLength(4);
    expect(queued.starts[1]?.at).toBe((queued.starts[0]?.at ?? 0) + 1_000);
    await one.stop();

    const allowed = given({ overlap: 'allow' }, ({ sleep }) => sleep('2500ms'));
    const all = await started(2, { listeners: allowed.listeners });
    await all.clock.advance('10s');
    expect(allowed.starts).toHaveLength(10);
    await all.stop();
  });

  it('records due moments for which no process was there in one record, as missed', async () => {
    const { listeners } = given();
    const cluster = await started(1, { listeners });
    await cluster.clock.advance('3s');
    await cluster.apps[0]?.stop();
    await cluster.clock.advance('10s');
    await cluster.restart(0);
    await cluster.clock.advance('2s');

    expect(outcomes(cluster.runs('sync'))).toEqual([
      ...Array<string>(3).fill('succeeded'),
      'missed',
      'succeeded',
      'succeeded',
    ]);
    expect(cluster.runs('sync')[3]?.missed?.count).toBe(10);
    await cluster.stop();
  });

  it('makes up what was missed while no process was there, once, with misfire: run-once', async () => {
    const { starts, listeners } = given({ interval: '1h', misfire: 'run-once' });
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('2h');
    expect(starts).toHaveLength(2);
    await cluster.stop();
    await cluster.clock.advance('5h');
    await Promise.all([cluster.restart(0), cluster.restart(1)]);
    await cluster.clock.advance('1s');

    expect(starts).toHaveLength(3);
    expect(starts[2]?.context.trigger).toBe('catch-up');
    await cluster.stop();
  });

  it('makes up nothing from before its first opening', async () => {
    const { starts, listeners } = given({ interval: '1h', misfire: 'run-once' });
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('1s');

    expect(starts).toHaveLength(0);
    await cluster.stop();
  });

  it('is started again with at-least-once until it succeeds, or maxStarts is reached', async () => {
    let failures = 2;
    const flaky = given({ interval: '1h', delivery: 'at-least-once' }, () => {
      if (failures-- > 0) throw new Error('not yet');
    });
    const cluster = await started(2, { listeners: flaky.listeners });
    await cluster.clock.advance('1h');
    await cluster.clock.advance('10s');
    expect(flaky.starts).toHaveLength(3);
    expect(new Set(flaky.starts.map(({ tickId }) => tickId)).size).toBe(1);
    expect(cluster.runs('sync')).toMatchObject([{ outcome: 'succeeded', start: 3 }]);
    failures = 10;
    await cluster.clock.advance('1h');
    await cluster.clock.advance('1m');
    expect(flaky.starts).toHaveLength(6);
    expect(cluster.state('sync').deadLetters).toBe(1);
    await cluster.stop();
  });

  it('is handed over by a stop: what is due next runs elsewhere, and nothing starts in a stopping process', async () => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('3s');
    const stopping = cluster.apps[0]?.stop();
    await cluster.clock.advance('5s');
    await stopping;

    expect(starts).toHaveLength(8);
    expect(cluster.apps[0]?.status().state).toBe('stopped');
    await cluster.stop();
  });

  it('runs when it is triggered in any process, somewhere, and gives the record to whoever asked', async () => {
    const { starts, listeners } = given({ interval: '1h' }, ({ sleep }) => sleep('1s'));
    const cluster = await started(2, { listeners });
    const asked = cluster.apps[0]?.trigger('sync');
    await cluster.clock.advance('2s');

    expect(await asked).toMatchObject({ outcome: 'succeeded', trigger: 'manual' });
    expect(starts[0]?.tickId).toMatch(/^sync\.tick@manual:/);
    await cluster.stop();
  });

  it('that a deployment renames leaves nothing that fires, and makes up nothing under its new name', async () => {
    const former = given({ misfire: 'run-once' });
    const renamed = given({ name: 'order_sync', misfire: 'run-once' });
    const cluster = await started(2, { listeners: former.listeners });
    await cluster.clock.advance('5s');
    const deployed = await cluster.add({ listeners: renamed.listeners });
    await deployed.start();
    await Promise.all(cluster.apps.slice(0, 2).map((app) => app.stop('the new version runs')));
    const [before, began] = [former.starts.length, cluster.clock.now()];

    await cluster.clock.advance('1m');

    expect(former.starts).toHaveLength(before);
    expect(renamed.starts).toHaveLength(60);
    expect(renamed.starts.every(({ at }) => at > began)).toBe(true);
    await cluster.stop();
  });

  it('is left by an older process to one that has started later with another schedule, and taken back when that is gone', async () => {
    const old = given({ interval: '10s' });
    const cluster = await started(1, { listeners: old.listeners });
    await cluster.clock.advance('20s');
    expect(old.starts).toHaveLength(2);
    const next = given({ interval: '1s' });
    const deployed = await cluster.add({ listeners: next.listeners });
    await deployed.start();
    await cluster.clock.advance('20s');
    expect(old.starts).toHaveLength(2);
    expect(next.starts).toHaveLength(20);
    const told = cluster.apps[0]?.logs.filter(({ message }) => message.includes('started later'));
    expect(told).toHaveLength(1);
    const stopping = deployed.stop();
    await cluster.clock.advance('20s');
    await stopping;
    expect(old.starts).toHaveLength(4);
    await cluster.stop();
  });

  it('does not make a process stale that does not run it itself', async () => {
    const { listeners } = given({ interval: '1m', mustSucceedWithin: '3m' });
    const cluster = await started(3, { listeners });
    await cluster.clock.advance('1h');

    expect(cluster.apps.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    await cluster.stop();
  });

  it('runs in one process alone in an application that is made for a test', async () => {
    const { starts, listeners } = given();
    const cluster = await started(1, { listeners });
    await cluster.clock.advance('5s');

    expect(starts).toHaveLength(5);
    await cluster.stop();
  });
});
