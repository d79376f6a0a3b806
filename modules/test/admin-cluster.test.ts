import { type ApplicationStatus, BackgroundDaemon, type DeadLetter, type OnTick, type TickContext } from 'daemonry';
import { adminModule } from '@daemonry/modules/admin';
import { type WebServer, webModule } from '@daemonry/modules/web';
import { createTestCluster, type TestCluster } from 'daemonry/testing';

import { page } from './support/adminPages';
import { call } from './support/call';

const { rowsOf, attentionOf, filterCounts } = page('views/overview.mjs');
const { processText, runsOfDead, withCluster } = page('views/cluster.mjs');

@BackgroundDaemon({ name: 'order_sync', interval: '1m', scope: 'cluster' })
class OrderSync implements OnTick {
  async tick({ sleep }: TickContext): Promise<void> {
    await sleep('40s');
  }
}

@BackgroundDaemon({ name: 'invoices', interval: '1h', scope: 'cluster', delivery: 'at-least-once', maxStarts: 2 })
class Invoices implements OnTick {
  tick({ trigger }: TickContext): void {
    if (trigger !== 'manual' && !isPaperIn) throw new Error('the printer is out of paper');
  }
}

@BackgroundDaemon({ name: 'mailer', interval: '1h' })
class Mailer implements OnTick {
  tick(): void {}
}

let isPaperIn = false;
let cluster: TestCluster;

const urlOf = (process: number): string =>
  cluster.apps[process]?.listeners.resolve<WebServer>('web').address?.url ?? 'none';
const read = async <T>(path: string, process = 0): Promise<T> =>
  (await call(`${urlOf(process)}/api/${path}`)).body as T;
const trigger = (listener: string, tickId?: string) =>
  call(`${urlOf(0)}/api/operate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      action: 'trigger',
      listener,
      task: 'tick',
      tickId,
      reason: 'there is paper',
      key: listener,
    }),
  });

/** Two processes of which each serves its dashboard, after an hour in which the printer had no paper. */
beforeEach(async () => {
  isPaperIn = false;
  cluster = await createTestCluster(2, {
    name: 'shop',
    now: '2030-01-31T08:00:00Z',
    listeners: [OrderSync, Invoices, Mailer],
    modules: [webModule(), adminModule()],
    config: { values: { web: { port: 0 } } },
  });
  await cluster.start();
  await cluster.clock.advanceUntil(() => cluster.state('invoices').deadLetters === 1, '2h');
  await cluster.clock.advanceUntil(() => cluster.state('order_sync').holder !== undefined, '2m');
});

afterEach(async () => {
  cluster.heal(0);
  await cluster.stop();
});

const OPTIONS = { sort: 'problems', filter: 'all', search: '', now: Date.parse('2030-01-31T09:00:00Z') };

describe('the dashboard of a process of a cluster', () => {
  it('is told by each process who holds a shared task, since when, its lease, and its dead letters', async () => {
    for (const process of [0, 1]) {
      const { listeners } = await read<ApplicationStatus>('status', process);
      const clusterOf = (name: string) => listeners.find((each) => each.name === name)?.tasks[0]?.cluster;

      expect(clusterOf('order_sync')).toMatchObject({
        holder: expect.stringMatching(/^process-[01]\./) as string,
        since: expect.any(String) as string,
        leaseUntil: expect.any(String) as string,
      });
      expect(clusterOf('invoices')).toMatchObject({ deadLetters: 1 });
      expect(clusterOf('mailer')).toBeUndefined();
    }
  });

  it('marks a task with dead letters as needing attention, also when its newest run is well', async () => {
    isPaperIn = true;
    await cluster.clock.advance('2h');
    const status = await read<ApplicationStatus>('status');

    expect(rowsOf(status, [], OPTIONS)[0]).toMatchObject({ name: 'invoices', tone: 'warn', word: 'dead letters' });
    expect(filterCounts(status)).toMatchObject({ attention: 1 });
    expect(attentionOf(status, undefined, OPTIONS.now)).toMatchObject([
      { listener: 'invoices', title: 'has 1 dead letter', tone: 'warn' },
    ]);
  });

  it('lists the dead letters that the cluster has, in whichever process they ended, until one is run again', async () => {
    const path = 'dead-letters?listener=invoices&task=tick';
    const before = await Promise.all([0, 1].map((process) => read<DeadLetter[]>(path, process)));
    for (const letters of before) {
      expect(letters).toMatchObject([
        {
          record: { start: 2, error: { message: 'the printer is out of paper', stack: expect.any(String) as string } },
        },
      ]);
      expect(runsOfDead(letters)).toEqual(letters.map(({ record }) => record));
    }
    const tickId = before[0]?.[0]?.tickId ?? '';
    isPaperIn = true;

    expect(await trigger('invoices', tickId)).toMatchObject({
      status: 200,
      body: { record: { outcome: 'succeeded' }, notes: [`The dead letter ${tickId} is dismissed.`] },
    });
    for (const process of [0, 1]) expect(await read(path, process)).toEqual([]);
  });

  it('shows a dead letter whose record is kept no longer', () => {
    const letter = { listener: 'invoices', task: 'tick', since: '2030-01-31T09:00:02.000Z' };
    const tickId = 'invoices.tick@2030-01-31T09:00:00.000Z';
    const runs = runsOfDead([
      { ...letter, tickId },
      { ...letter, tickId: 'invoices.tick@manual:7' },
    ]);

    expect(runs.map(({ scheduledAt }) => scheduledAt)).toEqual(['2030-01-31T09:00:00.000Z', letter.since]);
    expect(runs[0]).toMatchObject({ tickId, outcome: 'failed', detail: 'its record is kept no longer' });
  });

  it('says that the cluster is away, of its history and of an act', async () => {
    cluster.partition(0);

    expect(await call(`${urlOf(0)}/api/history?listener=invoices`)).toMatchObject({
      status: 503,
      body: { error: { code: 'CLUSTER_UNREACHABLE' } },
    });
    expect(await call(`${urlOf(0)}/api/dead-letters?listener=invoices`)).toMatchObject({ status: 503 });
    expect(await trigger('invoices')).toMatchObject({ status: 503, body: { error: { code: 'CLUSTER_UNREACHABLE' } } });
  });

  it('takes from a newer status what other processes have changed, and nothing else', async () => {
    const before = await read<ApplicationStatus>('status');
    await cluster.clock.advance('41s');
    const newer = await read<ApplicationStatus>('status');

    const shown = withCluster(before, newer).listeners.find(({ name }) => name === 'order_sync')?.tasks[0];
    expect(shown?.cluster).toEqual(newer.listeners.find(({ name }) => name === 'order_sync')?.tasks[0]?.cluster);
    expect(shown?.nextRunAt).toBe(before.listeners.find(({ name }) => name === 'order_sync')?.tasks[0]?.nextRunAt);
    expect(processText('box/42/0b7e2b1c-1111-4222-8333-444455556666')).toBe('box/42');
  });
});
