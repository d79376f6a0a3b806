import { type Application, BackgroundDaemon, createApplication, type OnTick } from 'daemonry';
import { clusterModule } from '@daemonry/modules/cluster';

import { SwallowingProxy } from '../support/SwallowingProxy';
import { eventually } from './support/eventually';
import { givenRedis } from './support/givenRedis';

const redis = givenRedis();
const ann = { by: 'ann', kind: 'human', reason: 'a look' } as const;

@BackgroundDaemon({ name: 'sync', interval: '1s', scope: 'cluster' })
class Sync implements OnTick {
  tick(): void {}
}

let running: Application | undefined;
afterEach(() => running?.stop('the test is over'));

describe('a pause of the application whose answer is lost', () => {
  it('ends with that of the application, though nobody knew that the cluster had it', async () => {
    const proxy = await SwallowingProxy.to(redis.server.port);
    const cluster = { redis: { url: `redis://127.0.0.1:${proxy.port}` }, lease: '2s' };
    const application = await createApplication({
      name: 'shop',
      listeners: [Sync],
      modules: [clusterModule()],
      logger: { log: () => undefined },
      config: { directory: false, env: false, values: { cluster } },
    });
    running = application;
    await application.start();
    const succeeded = (): number => application.runs('sync').filter(({ outcome }) => outcome === 'succeeded').length;
    await eventually('a run', () => succeeded() > 0);

    proxy.swallowAnswers();
    const paused = await application.operate({ action: 'pause', ...ann });
    await application.operate({ action: 'resume', ...ann });
    proxy.mend();
    const before = succeeded();
    await eventually('the next run', () => succeeded() > before);
    await proxy.close();

    expect(paused.notes.join()).toContain('It has not reached sync.tick in the cluster');
  });
});
