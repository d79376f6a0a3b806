import { given, outcomes, started } from './givenCluster';

describe('A task of the working days, in several processes', () => {
  it('runs on Friday and on Monday, once each, although its records have expired and the processes are others', async () => {
    const { starts, listeners } = given({ interval: undefined, cron: '0 17 * * 1-5', misfire: 'run-once' });
    const cluster = await started(2, { listeners, now: '2026-11-27T16:00:00Z', keep: 1 });
    await cluster.clock.advance('2h');
    expect(starts.map(({ tickId }) => tickId)).toEqual(['sync.tick@2026-11-27T17:00:00.000Z']);

    for (const process of [0, 1]) await cluster.restart(process);
    await cluster.clock.advance('2d');
    await cluster.restart(0);
    await cluster.clock.advance('1d');
    expect(starts.map(({ tickId }) => tickId)).toEqual([
      'sync.tick@2026-11-27T17:00:00.000Z',
      'sync.tick@2026-11-30T17:00:00.000Z',
    ]);
    expect(outcomes(cluster.runs('sync'))).toEqual(['succeeded']);
    await cluster.stop();
  });
});
