import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { injectable } from 'inversify';

import { StateDatabase } from '../../src';
import { createTestApplication, createTestCluster, type TestApplication } from '../../src/testing';
import { given } from './givenCluster';

const ann = { by: 'ann', kind: 'human', reason: 'a look at the bank' } as const;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-former-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

@injectable()
class Keeper {
  constructor(readonly state: StateDatabase) {}
}
const config = () => ({ values: { 'state.directory': folder } });

/** The application before the deployment, whose task every process has for itself. */
async function before(act: (app: TestApplication) => Promise<unknown>): Promise<void> {
  const { listeners } = given({ scope: 'process' });
  const app = await createTestApplication({ listeners, services: [Keeper], config: config() });
  await app.start();
  await act(app);
  await app.stop();
}

/** The application after it, in one process. */
async function after() {
  const { starts, listeners } = given();
  const cluster = await createTestCluster(1, { listeners, services: [Keeper], config: config() });
  await cluster.start();
  await cluster.clock.advance('3s');
  const [app] = cluster.apps;
  const told = app?.logs.filter(({ message }) => message.includes('before the task was shared')) ?? [];
  return { cluster, app, starts, told: told.map(({ message }) => message) };
}

describe('What an operator has set for a task that a deployment shares', () => {
  it('pauses it for all processes, and says so', async () => {
    await before((app) => app.operate({ action: 'pause', listener: 'sync', ...ann }));

    const { cluster, app, starts, told } = await after();

    expect(starts).toHaveLength(0);
    expect(app?.intents()).toMatchObject([{ action: 'pause', listener: 'sync', task: 'tick', by: 'ann' }]);
    expect(told).toEqual([
      'The pause of sync.tick by ann was set for this process alone, before the task was shared: it holds for every process now.',
    ]);
    await app?.operate({ action: 'resume', listener: 'sync', ...ann });
    await cluster.stop();
  });

  it('is moved once: what was lifted later does not come back with the next start', async () => {
    await before((app) => app.operate({ action: 'pause', listener: 'sync', ...ann }));
    const first = await after();
    await first.app?.operate({ action: 'resume', listener: 'sync', ...ann });
    await first.cluster.stop();

    const second = await after();

    expect(second.starts.length).toBeGreaterThan(0);
    expect(second.told).toEqual([]);
    await second.cluster.stop();
  });

  it('gives it the other schedule', async () => {
    await before((app) => app.operate({ action: 'reschedule', listener: 'sync', interval: '1h', ...ann }));

    const { cluster, app, told } = await after();

    expect(app?.status().listeners[0]?.tasks[0]?.schedule).toBe('every 1h');
    expect(told).toHaveLength(1);
    await cluster.stop();
  });

  it('no longer skips the next due moment, which is another one, and says what to do', async () => {
    await before((app) => app.operate({ action: 'skip-next', listener: 'sync', ...ann }));

    const { cluster, app, starts, told } = await after();

    expect(starts).toHaveLength(3);
    expect(app?.intents()).toEqual([]);
    expect(told).toEqual([expect.stringContaining('daemonry skip-next sync tick')]);
    await cluster.stop();
  });
});
