import { BackgroundDaemon, type OnTick, type RunContext } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { page } from './support/adminPages';

const { rowsOf, attentionOf, filterCounts } = page('views/overview.mjs');
const { failingSince } = page('views/listener.mjs');
const { heldUp } = page('views/state.mjs');
const { graphOf, groupsOf } = page('views/graph.mjs');

const OPTIONS = { sort: 'problems', filter: 'all', search: '', now: Date.parse('2030-01-31T08:00:25Z') };
const KIM = { by: 'kim', kind: 'human', reason: 'the partner is down' } as const;

@BackgroundDaemon({ name: 'flaky', restart: { delay: '1h', maxDelay: '1h', jitter: 0 } })
class Flaky {
  async run({ sleep }: RunContext): Promise<void> {
    await sleep('5s');
    throw new Error('no route to host');
  }
}

/** An application in which as many listeners need one that waits for its restart. */
async function givenHeld(count: number) {
  const listeners = Array.from({ length: count }, (_, index) => {
    @BackgroundDaemon({ name: `needs_${index}`, interval: '10s', dependsOn: [Flaky] })
    class Needs implements OnTick {
      tick(): void {}
    }
    return Needs;
  });
  const app = await createTestApplication({ listeners: [Flaky, ...listeners], now: '2030-01-31T08:00:00Z' });
  await app.start();
  await app.clock.advance('25s');
  return app;
}

describe('a listener that runs, while one that it needs does not', () => {
  it('is shown as blocked by that one, and promises no next run', async () => {
    const app = await givenHeld(1);
    const status = app.status();

    const rows = rowsOf(status, [], OPTIONS);
    expect(rows.find(({ name }) => name === 'needs_0')).toMatchObject({
      ...{ tone: 'warn', word: 'blocked', blockedBy: 'flaky', nextDue: undefined },
    });
    expect(filterCounts(status)).toMatchObject({ attention: 2, running: 0 });
    expect(attentionOf(status, await app.health(), OPTIONS.now)).toMatchObject([
      { listener: 'flaky', title: 'is restarted', detail: '"flaky" died: no route to host' },
      {
        listener: 'needs_0',
        title: 'is blocked',
        detail: 'It needs "flaky", which does not run: its due moments are skipped.',
      },
    ]);
    expect([...heldUp(status.listeners)]).toEqual([['flaky', ['needs_0']]]);
    const { nodes } = graphOf(app.plan, status);
    expect(groupsOf(nodes).map((group) => group.map(({ name, word, blockedBy }) => [name, word, blockedBy]))).toEqual([
      [['flaky', 'backing off', undefined]],
      [['needs_0', 'blocked', 'flaky']],
    ]);
    await app.stop();
  });

  it('is told with the others that the same one blocks, where there are many', async () => {
    const app = await givenHeld(5);

    const found = attentionOf(app.status(), await app.health(), OPTIONS.now);

    expect(found.map(({ listener, title }) => [listener, title])).toEqual([
      ['flaky', 'is restarted'],
      ['flaky', 'blocks 5 listeners'],
    ]);
    expect(found[1]?.about).toEqual(['needs_0', 'needs_1', 'needs_2', 'needs_3', 'needs_4']);
    await app.stop();
  });
});

describe('a task that fails', () => {
  @BackgroundDaemon({ name: 'order_sync', interval: '1s' })
  class OrderSync implements OnTick {
    tick(): void {
      throw new Error('the shop is closed');
    }
  }

  it('is shown as failing, and since when, also once its due moments are skipped', async () => {
    const app = await createTestApplication({ listeners: [OrderSync], now: '2030-01-31T08:00:00Z' });
    await app.start();
    await app.clock.advance('10s');
    await app.operate({ action: 'pause', ...KIM });
    await app.clock.advance('15s');
    const status = app.status();

    expect(status.listeners[0]?.tasks[0]?.lastRun).toMatchObject({ outcome: 'skipped' });
    expect(rowsOf(status, [], OPTIONS)[0]).toMatchObject({ tone: 'bad', word: 'failing' });
    expect(attentionOf(status, await app.health(), OPTIONS.now)).toMatchObject([
      {
        listener: 'order_sync',
        title: 'run failed',
        detail: 'the shop is closed',
        when: expect.stringMatching(/^since 2\d s ago · .*paused$/) as string,
      },
    ]);
    await app.stop();
  });

  it('has failed since its last success, where more failures than are read have come since then', () => {
    const run = (second: number) => ({
      ...{ runId: `${second}`, tickId: '', listener: 'a', task: 'tick', trigger: 'schedule' as const },
      ...{ scheduledAt: new Date(second * 1_000).toISOString(), startedAt: '', outcome: 'failed' as const },
    });
    const success = '1970-01-01T00:00:01.000Z';

    expect(failingSince([run(31), run(30)], success)).toEqual({ at: success, runs: 2, isLeast: true, success });
    expect(failingSince([run(31), run(30)])).toMatchObject({ at: '1970-01-01T00:00:30.000Z', isLeast: true });
  });
});
