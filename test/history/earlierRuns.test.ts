import { BackgroundDaemon, StateDatabase } from 'daemonry';
import type { TestApplication } from 'daemonry/testing';

import { nextTurn } from '../../src/time/native';
import { givenHistory, Keeper, Sync } from './support/givenHistory';

describe('The status of a process that has a history of earlier ones', () => {
  const { started } = givenHistory();

  const taskOf = (app: TestApplication) => app.status().listeners[0]?.tasks[0];

  it('says that a task fails since before it, until it succeeds', async () => {
    const first = await started();
    await first.clock.advance('1m');
    Sync.failsWith = new Error('no route to the partner');
    await first.clock.advance('2m');
    await first.stop();
    const second = await started('2026-03-01T01:00:30Z');

    const failing = {
      lastSuccessAt: '2026-03-01T00:01:00.000Z',
      failingSince: '2026-03-01T00:02:00.000Z',
      lastFailure: {
        outcome: 'failed',
        scheduledAt: '2026-03-01T00:03:00.000Z',
        error: { message: 'no route to the partner' },
      },
    };
    expect(taskOf(second)).toMatchObject({ ...failing, counters: { failed: 0 } });
    await second.clock.advance('1m');
    expect(taskOf(second)).toMatchObject({
      ...failing,
      lastFailure: { scheduledAt: '2026-03-01T01:01:30.000Z' },
      counters: { failed: 1 },
    });
    Sync.failsWith = undefined;
    await second.clock.advance('1m');
    const { failingSince, lastFailure, lastSuccessAt } = taskOf(second) ?? {};
    expect([failingSince, lastFailure, lastSuccessAt]).toEqual([undefined, undefined, '2026-03-01T01:02:30.000Z']);
  });

  it('says so also when it is asked for only after runs of its own', async () => {
    Sync.failsWith = new Error('no');
    const first = await started();
    await first.clock.advance('1m');
    await first.stop();
    const second = await started('2026-03-01T01:00:30Z');
    await second.clock.advance('2m');

    expect(taskOf(second)).toMatchObject({ failingSince: '2026-03-01T00:01:00.000Z', counters: { failed: 2 } });
    expect(taskOf(second)?.lastSuccessAt).toBeUndefined();
  });

  it('forgets a failure before a success, and keeps one behind moments that were skipped, whatever was skipped', async () => {
    const first = await started();
    Sync.failsWith = new Error('an old one');
    await first.clock.advance('1m');
    Sync.failsWith = undefined;
    await first.clock.advance('1m');
    await first.stop();
    const second = await started('2026-03-01T01:00:30Z');
    expect(taskOf(second)?.failingSince).toBeUndefined();
    Sync.failsWith = new Error('a new one');
    await second.clock.advance('1m');
    await second.pause('sync', { by: 'kim', reason: 'the partner moves' });
    await second.clock.advance('150m');
    expect(taskOf(second)).toMatchObject({
      lastRun: { outcome: 'skipped' },
      lastFailure: { error: { message: 'a new one' } },
    });
    await second.stop();

    const third = await started('2026-03-01T05:00:30Z');

    expect(taskOf(third)).toMatchObject({ lastFailure: { error: { message: 'a new one' } } });
  });

  it('does not take a failure for the newest run where the success after it may have been removed', async () => {
    const history = { rowsPerTask: 100 };
    Sync.failsWith = new Error('an old one');
    const first = await started('2026-03-01T00:00:00Z', history);
    await first.clock.advance('1m');
    Sync.failsWith = undefined;
    await first.clock.advance('1m');
    await first.pause('sync', { by: 'kim', reason: 'the partner moves' });
    await first.clock.advance('10h');
    // As versions did that kept no success behind so many skipped moments.
    await first.history.query({ limit: 1 });
    await first.container.get(StateDatabase).run('DELETE FROM daemonry_runs_rows WHERE outcome = 0');
    await first.stop();
    const second = await started('2026-03-02T00:00:30Z', history);

    expect((await second.history.query({ listener: 'sync', outcome: 'succeeded' })).runs).toEqual([]);
    expect(taskOf(second)?.failingSince).toBeUndefined();
  });

  it('has them read before somebody asks, some tasks in each turn of the loop', async () => {
    const daemons = Array.from({ length: 450 }, (_, number) => {
      @BackgroundDaemon({ name: `daemon_${number}`, interval: '1m' })
      class Daemon extends Sync {}
      return Daemon;
    });
    Sync.failsWith = new Error('no route to the partner');
    const first = await started('2026-03-01T00:00:00Z', {}, daemons);
    await first.clock.advance('1m');
    await first.stop();
    const second = await started('2026-03-01T01:00:30Z', {}, [...daemons, Keeper]);
    for (let turn = 0; turn < 4; turn++) await nextTurn();

    await second.container.get(StateDatabase).run('DROP TABLE daemonry_runs_tasks');

    const failing = second.status().listeners.filter(({ tasks }) => tasks[0]?.failingSince !== undefined);
    expect(failing).toHaveLength(450);
    expect(second.logs.filter(({ message }) => message.includes('cannot be read'))).toEqual([]);
  });

  it('warns, and answers, where they cannot be read', async () => {
    const first = await started('2026-03-01T00:00:00Z', { keep: '30d' }, [Sync, Keeper]);
    await first.container.get(StateDatabase).run('DROP VIEW daemonry_runs');
    await first.container.get(StateDatabase).run('DROP TABLE daemonry_runs_tasks');

    expect(taskOf(first)?.name).toBe('tick');

    const warned = first.logs.filter(({ message }) => message.includes('the runs of earlier processes cannot be read'));
    expect(warned).toHaveLength(1);
    expect(taskOf(first)?.name).toBe('tick');
  });
});
