import { type StateError, stateMoved } from '../../src/errors/stateErrors';
import { SqliteState } from '../../src/state/SqliteState';
import { loadDriver } from '../../src/state/driver';
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
});
