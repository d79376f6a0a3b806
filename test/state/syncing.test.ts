import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, createApplication, StateDatabase } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

@BackgroundDaemon()
class Keeper {
  constructor(readonly state: StateDatabase) {}
}

describe('The state in a file', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'daemonry-syncing-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const syncing = (state: StateDatabase): Promise<unknown> => state.get('PRAGMA synchronous');
  const config = () => ({ directory: false, env: false, values: { state: { directory } } }) as const;

  it('of an application outlives a loss of power', async () => {
    const app = await createApplication({
      name: 'kept',
      listeners: [Keeper],
      config: config(),
      logger: { log: () => undefined },
    });
    await app.start();
    expect(await syncing(app.container.get(StateDatabase))).toEqual({ synchronous: 1 });
    await app.stop();
  });

  it('of a test application waits for no disk', async () => {
    const app = await createTestApplication({ listeners: [Keeper], config: config() });
    await app.start();
    expect(await syncing(app.container.get(StateDatabase))).toEqual({ synchronous: 0 });
    await app.stop();
  });
});
