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
async function before(act: (app: TestApplication) => Promise<unknown>, now?: Date): Promise<void> {
  const { listeners } = given({ scope: 'process' });
  const options = { listeners, services: [Keeper], config: config() };
  const app = await createTestApplication(now === undefined ? options : { ...options, now });
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

  it('holds no longer where the task has run in the cluster since, so that a process that starts later pauses nobody', async () => {
    await before((app) => app.operate({ action: 'pause', listener: 'sync', ...ann }));
    const { starts, listeners } = given();
    const cluster = await createTestCluster(1, { listeners, services: [Keeper] });
    await cluster.start();
    await cluster.clock.advance('3s');

    const late = await cluster.add({ config: config() });
    await late.start();
    await cluster.clock.advance('3s');

    expect(starts).toHaveLength(6);
    expect(cluster.apps.map((app) => app.intents())).toEqual([[], []]);
    expect(late.logs.map(({ message }) => message)).toContain(
      'The pause of sync.tick by ann was set for this process alone, before the task was shared: it no longer holds, for the task has run in the cluster since; say it again for all processes: daemonry pause sync tick.',
    );
    await cluster.stop();
  });

  it('does not come back with a process that starts later, once it was lifted in the cluster', async () => {
    await before((app) => app.operate({ action: 'pause', listener: 'sync', ...ann }));
    const first = folder;
    folder = mkdtempSync(join(tmpdir(), 'daemonry-former-'));
    await before((app) => app.operate({ action: 'pause', listener: 'sync', ...ann }));
    const { starts, listeners } = given();
    const cluster = await createTestCluster(1, { listeners, services: [Keeper], config: config() });
    await cluster.start();
    await cluster.clock.advance('3s');
    await cluster.apps[0]?.operate({ action: 'resume', listener: 'sync', ...ann });
    await cluster.clock.advance('3s');

    const late = await cluster.add({ config: { values: { 'state.directory': first } } });
    await late.start();
    await cluster.clock.advance('3s');

    expect(starts).toHaveLength(6);
    expect(late.intents()).toEqual([]);
    await cluster.stop();
    rmSync(first, { recursive: true, force: true });
  });

  it('is newer than what the cluster has recorded after a roll back, and is moved', async () => {
    const { starts, listeners } = given();
    const cluster = await createTestCluster(1, { listeners, services: [Keeper] });
    await cluster.start();
    await cluster.clock.advance('3s');
    await cluster.stop();
    const then = new Date(cluster.clock.now() + 60_000);
    await before((app) => app.operate({ action: 'pause', listener: 'sync', ...ann }), then);

    const again = await cluster.add({ config: config() });
    await cluster.clock.advance('2m');
    await again.start();
    await cluster.clock.advance('3s');

    expect(starts).toHaveLength(3);
    expect(again.intents()).toMatchObject([{ action: 'pause', listener: 'sync', task: 'tick' }]);
    await cluster.stop();
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
