import { clusterModule } from '@daemonry/modules/cluster';
import { Queue } from 'bullmq';
import { type Application, BackgroundDaemon, createApplication, type OnTick, type TickContext } from 'daemonry';

import { eventually } from './support/eventually';
import { givenRedis } from './support/givenRedis';

const redis = givenRedis();
const URL_VARIABLE = 'DAEMONRY__CLUSTER__REDIS__URL';
const LEVEL_VARIABLE = 'DAEMONRY__LOGGING__LEVEL';

// region shop
@BackgroundDaemon({ interval: '1m', scope: 'cluster' })
export class OrderSync implements OnTick {
  tick({ log, tickId }: TickContext): void {
    log.info('in one process of all', { tickId });
  }
}

export const createShop = (): Promise<Application> =>
  createApplication({ name: 'shop', listeners: [OrderSync], modules: [clusterModule()] });
// endregion shop

describe('The examples of the page of cluster', () => {
  let shop: Application | undefined;
  afterEach(async () => {
    await shop?.stop('the test is over');
    for (const name of [URL_VARIABLE, LEVEL_VARIABLE]) delete process.env[name];
  });

  it('run: an application whose queue any client of BullMQ reads', async () => {
    process.env[URL_VARIABLE] = redis.server.url;
    process.env[LEVEL_VARIABLE] = 'error';
    const running = (shop = await createShop());
    await running.start();
    const record = await eventually('a run', () => running.trigger('order_sync').catch(() => undefined));
    const connection = redis.client;

    // region queue
    const queue = new Queue('shop~order_sync.tick', { connection, prefix: 'daemonry' });
    const [newest] = await queue.getJobs(['completed']);
    // endregion queue

    await queue.close();
    expect(record).toMatchObject({ outcome: 'succeeded' });
    expect(newest?.returnvalue).toMatchObject({ tickId: record.tickId, outcome: 'succeeded' });
  });
});
