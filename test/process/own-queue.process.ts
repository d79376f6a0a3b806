import { clusterModule } from '@daemonry/modules/cluster';
import { type Application, createApplication } from 'daemonry';

import { Mailing, MailingQueue } from '../../examples/queue/Mailing';
import { Outbox } from '../../examples/queue/Outbox';
import { RedisServer } from '../../modules/test/support/RedisServer';

let redis: RedisServer;
const started: Application[] = [];

beforeAll(async () => {
  redis = await RedisServer.start();
});

afterAll(async () => {
  for (const app of started) await app.stop('tested');
  await redis.remove();
});

async function givenProcess(): Promise<Application> {
  const app = await createApplication({
    name: 'mailing',
    listeners: [MailingQueue, Mailing],
    services: [Outbox],
    modules: [clusterModule()],
    config: {
      directory: false,
      env: false,
      values: { cluster: { redis: { url: redis.url } }, mailing: { redis: redis.url }, logging: { level: 'error' } },
    },
  });
  started.push(app);
  await app.start();
  return app;
}

describe('Work that a tick of the cluster hands to a queue of its own', () => {
  it('is handed in by one process and done by all, once for each customer', async () => {
    const apps = await Promise.all([givenProcess(), givenProcess()]);
    const sent = (): string[] => apps.flatMap((app) => app.container.get(Outbox).sent);
    const [first] = apps;
    expect(await first?.trigger('mailing')).toMatchObject({ outcome: 'succeeded' });
    while (sent().length < 3) await new Promise((wake) => setTimeout(wake, 20));
    expect(sent().toSorted()).toEqual(['ada', 'grace', 'radia']);
  });

  it('is one mail for each customer also when a moment is handed in twice', async () => {
    const app = await givenProcess();
    const queue = app.container.get(MailingQueue);
    const moment = new Date('2026-01-01T09:00:00Z');
    const outboxes = (): string[] => started.flatMap((one) => one.container.get(Outbox).sent);
    const before = outboxes().length;
    await queue.handIn(['joan'], moment);
    while (outboxes().length < before + 1) await new Promise((wake) => setTimeout(wake, 20));
    await queue.handIn(['joan', 'lynn'], moment);
    while (outboxes().length < before + 2) await new Promise((wake) => setTimeout(wake, 20));
    expect(
      outboxes()
        .slice()
        .filter((customer) => customer === 'joan'),
    ).toEqual(['joan']);
  });
});
