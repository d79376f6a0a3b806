import { rmSync } from 'node:fs';

import { type StateError, stateMoved } from '../../src/errors/stateErrors';
import { ApplicationState } from '../../src/state/ApplicationState';
import { SqliteState } from '../../src/state/SqliteState';
import { loadDriver } from '../../src/state/driver';
import { filesBeside, type StateFiles } from '../../src/state/stateFiles';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';
import { codeOf, freshFile } from './support/given';

describe('A state database that may not be written', () => {
  it('refuses every statement that writes, also one that is asked for rows, and reads on', async () => {
    const refusals: StateError[] = [];
    const beforeWrite = (): void => {
      for (const refusal of refusals) throw refusal;
    };
    const state = new SqliteState(loadDriver, freshFile(), new VirtualClock(), { beforeWrite });
    state.open();
    await state.run('CREATE TABLE test (value)');
    refusals.push(stateMoved(['orders.db']));

    for (const sql of [
      'INSERT INTO test VALUES (1) RETURNING value',
      'WITH one AS (SELECT 1) INSERT INTO test SELECT * FROM one',
    ])
      for (const ask of ['get', 'all'] as const) expect(await codeOf(state[ask](sql))).toBe('STATE_MOVED');
    expect(state.writeErrors).toBe(4);
    expect(await state.all('-- the rows\nselect * from test')).toEqual([]);
    await state.close();
  });

  describe('whose files are deleted', () => {
    let files: StateFiles;
    let state: ApplicationState;
    afterEach(() => state.close(1_000));

    async function opened(whileTablesAreMade: () => void): Promise<void> {
      files = filesBeside(freshFile());
      const step = {
        get sql() {
          whileTablesAreMade();
          return 'CREATE TABLE test (value)';
        },
      };
      const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const clock = new VirtualClock();
      const tables = () => [{ owner: 'test', steps: [step] }];
      state = new ApplicationState({ clock, log: silent, changed: () => undefined, files, tables });
      await state.open();
    }

    it('says so, also where that was while its tables were made', async () => {
      await opened(() => {
        rmSync(files.database);
      });

      expect(await state.flush()).toEqual([stateMoved([files.database]).what]);
    });

    it('says so of the log, which the making of its tables has made', async () => {
      await opened(() => undefined);
      rmSync(`${files.database}-wal`);

      expect(await state.flush()).toEqual([stateMoved([`${files.database}-wal`]).what]);
    });
  });
});
