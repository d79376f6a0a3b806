import { given, holderOf, outcomes, started } from './givenCluster';

describe('A due moment of cluster scope that waits when every process dies', () => {
  it('is missed by the processes that come later, however long it has waited, and recorded once', async () => {
    const options = { interval: '10s', overlap: 'queue-one' };
    const { starts, listeners } = given(options, ({ sleep }) => sleep('1h'));
    const cluster = await started(2, { listeners, lease: '5s' });
    await cluster.clock.advanceUntil(() => starts.length === 1, '20s');
    await cluster.clock.advance('10s');
    cluster.kill(0);
    cluster.kill(1);
    await cluster.clock.advance('1m');
    await cluster.restart(0);
    await cluster.clock.advance('15s');

    expect(outcomes(cluster.runs('sync')).slice(0, 3)).toEqual(['lost', 'missed', 'missed']);
    expect(cluster.runs('sync').map(({ missed }) => missed?.count)).toEqual([undefined, 1, 5]);
    expect(starts).toHaveLength(2);
    expect((starts[1]?.at ?? 0) - (starts[0]?.at ?? 0)).toBe(70_000);
    await cluster.stop();
  });

  it('is made up by one run for all that was missed, with misfire: run-once', async () => {
    const options = { interval: '10s', overlap: 'queue-one', misfire: 'run-once' };
    const { starts, listeners } = given(options, ({ sleep }) => sleep('1h'));
    const cluster = await started(1, { listeners, lease: '5s' });
    await cluster.clock.advanceUntil(() => starts.length === 1, '20s');
    await cluster.clock.advance('10s');
    cluster.kill(0);
    await cluster.clock.advance('1m');
    await cluster.restart(0);
    await cluster.clock.advance('5s');

    expect(starts.map(({ context }) => context.trigger)).toEqual(['schedule', 'catch-up']);
    expect((starts[1]?.at ?? 0) - (starts[0]?.at ?? 0)).toBe(60_000 + 10_000);
    expect(outcomes(cluster.runs('sync'))).toEqual(['lost', 'missed', 'missed']);
    expect(cluster.runs('sync').map(({ missed }) => missed?.count)).toEqual([undefined, 1, 5]);
    await cluster.stop();
  });

  it('is run although it is late, if it is the newest one and is to be made up', async () => {
    const options = { interval: '1h', overlap: 'queue-one', misfire: 'run-once' };
    const { starts, listeners } = given(options, ({ sleep }) => sleep('90m'));
    const cluster = await started(1, { listeners, lease: '5s' });
    await cluster.clock.advanceUntil(() => starts.length === 1, '2h');
    await cluster.clock.advance('1h');
    cluster.kill(0);
    await cluster.clock.advance('10m');
    await cluster.restart(0);
    await cluster.clock.advance('5s');

    expect(starts).toHaveLength(2);
    expect((starts[1]?.at ?? 0) - (starts[0]?.at ?? 0)).toBe(3_600_000);
    await cluster.stop();
  });

  it('runs when another process was there all the time', async () => {
    const { starts, listeners } = given({ interval: '10s', overlap: 'queue-one' }, ({ sleep }) => sleep('15s'));
    const cluster = await started(2, { listeners, lease: '5s' });
    await cluster.clock.advanceUntil(() => starts.length === 1, '20s');
    await cluster.clock.advance('12s');
    cluster.kill(holderOf(cluster));
    await cluster.clock.advance('10s');

    expect((starts[1]?.at ?? 0) - (starts[0]?.at ?? 0)).toBe(10_000);
    await cluster.stop();
  });
});

describe('What was missed before a run that makes it up', () => {
  it('has a record of its own, so that every due moment is accounted for', async () => {
    const { listeners } = given({ interval: '1h', misfire: 'run-once' });
    const cluster = await started(1, { listeners });
    await cluster.clock.advance('2h');
    await cluster.stop();
    await cluster.clock.advance('5h');
    await cluster.restart(0);
    await cluster.clock.advance('1s');

    expect(outcomes(cluster.runs('sync'))).toEqual(['succeeded', 'succeeded', 'missed', 'succeeded']);
    expect(cluster.runs('sync')[2]?.missed?.count).toBe(4);
    await cluster.stop();
  });
});
