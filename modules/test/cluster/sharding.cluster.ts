import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Application, BackgroundDaemon, createApplication } from 'daemonry';
import { clusterModule } from '@daemonry/modules/cluster';

import { eventually } from './support/eventually';
import { givenRedis } from './support/givenRedis';

const redis = givenRedis();
const GUIDE = join(__dirname, '../../../docs/cluster.md');

@BackgroundDaemon({ interval: '1s', scope: 'cluster' })
class OrderSync {
  tick(): void {}
}

@BackgroundDaemon({ interval: '1s', scope: 'cluster' })
class InvoiceRun {
  tick(): void {}
}

let folder = '';
const running: Application[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-shards-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((application) => application.stop('the test is over')));
  rmSync(folder, { recursive: true, force: true });
});

/** A process of one of the two deployments: the same program, by another file of its configuration. */
async function given(environment: string): Promise<Application> {
  const application = await createApplication({
    name: 'shop',
    listeners: [OrderSync, InvoiceRun],
    modules: [clusterModule()],
    logger: { log: () => undefined },
    config: {
      directory: folder,
      env: { DAEMONRY_ENV: environment, DAEMONRY__CLUSTER__REDIS__URL: redis.server.url },
    },
  });
  running.push(application);
  await application.start();
  return application;
}

describe('an application that is cut in two by its configuration', () => {
  it('runs each listener in its own deployment only, and shares nothing with the other', async () => {
    const [, example = ''] = /```yaml\n(# config\/orders\.yaml[^`]*)```/.exec(readFileSync(GUIDE, 'utf8')) ?? [];
    const other = example.replace('invoice_run', 'order_sync').replace('prefix: orders', 'prefix: billing');
    writeFileSync(join(folder, 'orders.yaml'), example);
    writeFileSync(join(folder, 'billing.yaml'), other);

    const orders = [await given('orders'), await given('orders')];
    const [billing] = [await given('billing')];
    const succeeded = (application: Application, name: string): number =>
      application.runs(name).filter(({ outcome }) => outcome === 'succeeded').length;
    await eventually('orders', () => orders.some((application) => succeeded(application, 'order_sync') > 1));
    await eventually('invoices', () => succeeded(billing, 'invoice_run') > 1);

    expect(orders.flatMap((application) => application.runs('invoice_run'))).toEqual([]);
    expect(billing.runs('order_sync')).toEqual([]);
    const keys = await redis.client.keys('*');
    const prefixes = new Set(keys.map((key) => key.split(':').slice(0, 2).join(':')));
    expect([...prefixes].sort()).toEqual([
      'billing:shop~',
      'billing:shop~invoice_run.tick',
      'orders:shop~',
      'orders:shop~order_sync.tick',
    ]);
    const moments = orders.flatMap((application) => application.runs('order_sync').map(({ tickId }) => tickId));
    expect(new Set(moments).size).toBe(moments.length);
  });
});
