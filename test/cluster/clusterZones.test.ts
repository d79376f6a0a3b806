import { createTestApplication } from '../../src/testing';
import { given, outcomes, started } from './givenCluster';

/** The due moments of a task of one process over the same days. */
async function alone(options: object, now: Date): Promise<readonly string[]> {
  const { listeners } = given({ ...options, scope: 'process' });
  const app = await createTestApplication({ listeners, now });
  await app.start();
  await app.clock.advance('3d');
  const runs = app.runs('sync').map(({ scheduledAt }) => scheduledAt);
  await app.stop();
  return runs.toSorted();
}

describe('A shared cron task on the days on which clocks change', () => {
  it.each([
    ['Europe/Paris', '2026-03-28T00:00:00Z', '30 2 * * *'],
    ['Europe/Paris', '2026-10-24T00:00:00Z', '30 2 * * *'],
    ['Europe/Paris', '2026-10-24T00:00:00Z', '*/20 * * * *'],
    ['America/New_York', '2026-03-07T00:00:00Z', '30 2 * * *'],
    ['America/New_York', '2026-10-31T00:00:00Z', '15 1 * * *'],
    ['Australia/Lord_Howe', '2026-04-04T00:00:00Z', '45 1 * * *'],
  ])('has the due moments of one process in %s from %s: %s', async (timeZone, from, cron) => {
    const options = { interval: undefined, cron, timeZone };
    const now = new Date(from);
    const { listeners } = given(options);
    const cluster = await started(3, { listeners, now, skewMs: [0, 3_000, -3_000] });
    await cluster.clock.advance('3d');
    const runs = cluster.runs('sync');
    await cluster.stop();

    expect(new Set(outcomes(runs))).toEqual(new Set(['succeeded']));
    expect(runs.map(({ scheduledAt }) => scheduledAt).slice(-50)).toEqual((await alone(options, now)).slice(-50));
  });

  it('counts what was missed over the change by the calendar', async () => {
    const { listeners } = given({ interval: undefined, cron: '0 * * * *', timeZone: 'Europe/Paris' });
    const cluster = await started(1, { listeners, now: new Date('2026-10-24T20:30:00Z') });
    await cluster.clock.advance('1h');
    await cluster.stop();
    await cluster.clock.advance('6h');
    await cluster.restart(0);
    await cluster.clock.advance('1h');

    const missed = cluster.runs('sync').flatMap((run) => (run.missed === undefined ? [] : [run.missed]));
    expect(missed).toEqual([{ from: '2026-10-24T22:00:00.000Z', to: '2026-10-25T03:00:00.000Z', count: 6 }]);
    await cluster.stop();
  });
});
