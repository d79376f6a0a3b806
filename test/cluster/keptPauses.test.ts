import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { injectable } from 'inversify';

import { StateDatabase } from '../../src';
import { createTestCluster } from '../../src/testing';
import { given } from './givenCluster';

const ann = { by: 'ann', kind: 'human', reason: 'a look at the bank' } as const;
const bob = { by: 'bob', kind: 'human', reason: 'the bank is open' } as const;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-kept-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

@injectable()
class Keeper {
  constructor(readonly state: StateDatabase) {}
}

/** Two processes of one application, each with a state of its own; the first one pauses the whole application. */
async function paused(options: Parameters<typeof given>[0] = {}) {
  const { starts, listeners } = given(options);
  const withState = (name: string) => ({ config: { values: { 'state.directory': join(folder, name) } } });
  const cluster = await createTestCluster(1, { listeners, services: [Keeper], ...withState('one') });
  await cluster.add(withState('two'));
  await cluster.start();
  await cluster.apps[0]?.operate({ action: 'pause', ...ann });
  const restart = async (changes = {}) => {
    await cluster.restart(0, { ...withState('one'), ...changes });
    await cluster.clock.advance('1s');
    const before = starts.length;
    await cluster.clock.advance('3s');
    return starts.length - before;
  };
  return { cluster, starts, restart };
}

describe('The pause of the whole application that a process keeps over its restart', () => {
  it('goes on to hold the shared tasks', async () => {
    const { cluster, restart } = await paused();
    await cluster.apps[0]?.stop();

    expect(await restart()).toBe(0);
    await cluster.apps[0]?.operate({ action: 'resume', ...bob });
    await cluster.clock.advance('3s');
    expect(cluster.runs('sync').filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(3);
    await cluster.stop();
  });

  it.each(['while it runs', 'while it is down'])(
    'holds them no longer once another process has ended it there, %s',
    async (when) => {
      const { cluster, restart } = await paused();
      if (when === 'while it is down') await cluster.apps[0]?.stop();
      await cluster.apps[1]?.operate({ action: 'resume', ...bob });
      if (when === 'while it runs') await cluster.apps[0]?.stop();

      expect(await restart()).toBe(3);
      await cluster.apps[0]?.stop();
      expect(await restart()).toBe(3);
      expect(cluster.apps[0]?.intents()).toMatchObject([{ action: 'pause', by: 'ann' }]);
      await cluster.stop();
    },
  );

  it('holds a task that a deployment has added', async () => {
    const { cluster } = await paused();
    const added = given({ name: 'added' });
    await cluster.apps[0]?.stop();
    const config = { values: { 'state.directory': join(folder, 'one') } };
    await cluster.restart(0, { config, listeners: added.listeners });
    await cluster.clock.advance('3s');

    expect(added.starts).toHaveLength(0);
    await cluster.stop();
  });
});
