import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ApplicationAddress, BackgroundDaemon, createApplication, StateDatabase } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { runningOwner, stateDatabases } from '../../src/state/stateOwners';
import { SqliteState } from '../../src/state/SqliteState';
import { loadDriver } from '../../src/state/sqlite';
import { SystemClock } from '../../src/time/SystemClock';

@BackgroundDaemon({ interval: '1h' })
class Front {
  constructor(
    readonly address: ApplicationAddress,
    readonly state: StateDatabase,
  ) {}

  tick(): void {}
}

@BackgroundDaemon({ interval: '1h', name: 'front' })
class Stateless {
  constructor(readonly address: ApplicationAddress) {}

  tick(): void {}
}

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'daemonry-owner-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const start = async () => {
  const config = { env: false as const, directory: false as const, values: { state: { directory } } };
  const app = await createApplication({ name: 'orders', listeners: [Front], config, logger: { log: () => undefined } });
  await app.start();
  return app;
};

describe('The owner of a state database', () => {
  const file = (): string => join(directory, 'orders.db');

  it('is the process that works with it, with the address that it publishes', async () => {
    const app = await start();
    const { address } = app.listeners.resolve<Front>('front');
    const { pid } = process;

    expect(stateDatabases(directory)).toEqual([file()]);
    expect(await runningOwner(file())).toMatchObject({ pid, url: undefined });
    await address.publish('http://127.0.0.1:9119');
    expect(await runningOwner(file())).toMatchObject({ pid, url: 'http://127.0.0.1:9119' });
    await address.publish(undefined);
    expect(await runningOwner(file())).toMatchObject({ pid, url: undefined });

    await app.stop();
    expect(await runningOwner(file())).toBeUndefined();
  });

  it('can publish in a database whose table older code has made', async () => {
    const old = new SqliteState(loadDriver, file(), new SystemClock());
    old.open();
    await old.run('CREATE TABLE daemonry_owner (only INTEGER PRIMARY KEY, host TEXT, pid INTEGER, since TEXT) STRICT');
    await old.run("INSERT INTO daemonry_owner VALUES (1, 'other', 1, '2030-01-31')");
    await old.close();

    const app = await start();
    await app.listeners.resolve<Front>('front').address.publish('http://127.0.0.1:1');

    expect(await runningOwner(file())).toMatchObject({ url: 'http://127.0.0.1:1' });
    await app.stop();
  });

  it('is nobody where nothing is kept: publishing does nothing', async () => {
    const app = await createTestApplication({ listeners: [Stateless] });
    await app.start();

    await expect(app.listeners.resolve<Stateless>('front').address.publish('http://x')).resolves.toBeUndefined();
    await app.stop();
  });
});
