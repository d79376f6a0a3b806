import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, createApplication, StateDatabase } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import * as drivers from '../../src/state/driver';
import { SqliteState } from '../../src/state/SqliteState';
import { SystemClock } from '../../src/time/SystemClock';

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

  it('is on the disk when the thread that moves the log into it has moved it', async () => {
    // The driver of the thread notes what its connection has set when it is told to move the log.
    const driver = join(directory, 'driver.cjs');
    const seen = join(directory, 'seen');
    writeFileSync(
      driver,
      `const { DatabaseSync } = require(${JSON.stringify(drivers.driverId())});
       exports.DatabaseSync = class extends DatabaseSync {
         prepare(sql) {
           const { synchronous } = super.prepare('PRAGMA synchronous').get();
           if (sql.includes('checkpoint')) require('node:fs').appendFileSync(${JSON.stringify(seen)}, sql + ' at ' + synchronous + '\\n');
           return super.prepare(sql);
         }
       };`,
    );
    const given = jest.spyOn(drivers, 'driverId').mockReturnValue(driver);
    const heldUp = jest.fn();
    const state = new SqliteState(drivers.loadDriver, join(directory, 'orders.db'), new SystemClock(), { heldUp });
    state.open();
    await state.run('CREATE TABLE test (value TEXT)');
    for (let row = 0; row < 80; row++) await state.run('INSERT INTO test VALUES (?)', ['x'.repeat(64 * 1_024)]);
    await state.close();
    given.mockRestore();

    expect(heldUp).not.toHaveBeenCalled();
    expect(readFileSync(seen, 'utf8')).toBe('PRAGMA wal_checkpoint(TRUNCATE) at 1\n');
  });
});
