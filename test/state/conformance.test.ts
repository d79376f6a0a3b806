import { type MigrationStep, type SqlValue, type StateDatabase } from 'daemonry';

import { SqliteState } from '../../src/state/SqliteState';
import { loadDriver } from '../../src/state/driver';
import { IN_MEMORY } from '../../src/state/sqlite';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';
import { codeOf, freshFile } from './support/given';

describe.each([
  ['in memory', () => IN_MEMORY],
  ['in a file', freshFile],
])('A state database %s', (_, place) => {
  let state: SqliteState;
  let clock: VirtualClock;

  beforeEach(async () => {
    clock = new VirtualClock();
    state = new SqliteState(loadDriver, place(), clock);
    state.open();
    await state.migrate('test', [{ sql: 'CREATE TABLE test (id INTEGER PRIMARY KEY, value ANY UNIQUE) STRICT' }]);
  });

  afterEach(() => state.close());

  const add = (value: SqlValue, to: Pick<StateDatabase, 'run'> = state) =>
    to.run('INSERT INTO test (value) VALUES (?)', [value]);
  const values = async () => (await state.all('SELECT value FROM test ORDER BY id')).map(({ value }) => value);

  it.each([
    ['a text', 'Größe 🦊 \u2028'],
    ['an empty text', ''],
    ['a long text', 'x'.repeat(1_000_000)],
    ['zero', 0],
    ['a fraction', -0.1],
    ['the greatest integer of a number', Number.MAX_SAFE_INTEGER],
    ['a number that is greater than every integer', 1e300],
    ['bytes', new Uint8Array([0, 255, 7])],
    ['no bytes', new Uint8Array(0)],
    ['nothing', null],
  ])('keeps %s as it is', async (_what, value) => {
    await add(value);
    expect(await values()).toEqual([value]);
  });

  it('keeps the bytes of a part of a buffer, and a bigint as an integer', async () => {
    await add(Buffer.from('abcdef').subarray(2, 4));
    await add(12n);
    expect(await values()).toEqual([new Uint8Array([99, 100]), 12]);
  });

  it.each([
    ['a boolean', true, 'a boolean'],
    ['undefined', undefined, 'undefined'],
    ['a date', new Date(), 'an object'],
    ['a list', [1], 'an object'],
    ['no number', NaN, 'the number NaN'],
    ['an infinite number', -Infinity, 'the number -Infinity'],
    ['a text with NUL', 'a\0b', 'a text with the character NUL'],
    ['a bigint of 65 bits', 2n ** 64n, 'a bigint of more than 64 bits'],
    ['a symbol', Symbol('x'), 'a symbol'],
    ['a function', () => 1, 'a function'],
  ])('refuses %s, and keeps nothing', async (_what, value, why) => {
    const refused = state.run('INSERT INTO test (id, value) VALUES (?, ?)', [1, value as never]);
    await expect(refused).rejects.toMatchObject({
      code: 'STATE_PARAMETER',
      what: `Parameter 2 of a statement is ${why}.`,
      facts: { sql: 'INSERT INTO test (id, value) VALUES (?, ?)' },
    });
    expect(await values()).toEqual([]);
  });

  it('says how many rows a statement has changed, and the last one that it inserted', async () => {
    expect(await add('a')).toEqual({ changes: 1, lastInsertRowid: 1 });
    expect(await add('b')).toEqual({ changes: 1, lastInsertRowid: 2 });
    expect(await state.run('DELETE FROM test')).toMatchObject({ changes: 2 });
  });

  it('refuses an integer that a number cannot hold, instead of rounding it', async () => {
    await add(2n ** 60n);
    expect(await codeOf(state.get('SELECT value FROM test'))).toBe('STATE_STATEMENT');
    expect(await state.get('SELECT CAST(value AS TEXT) AS value FROM test')).toEqual({ value: '1152921504606846976' });
  });

  it.each([
    ['the statement is wrong', 'SELEKT 1', []],
    ['a rule of the table is broken', 'INSERT INTO test (id, value) VALUES (1, ?)', ['twice']],
    ['there are too many parameters', 'SELECT ? AS value', [1, 2]],
  ])('is STATE_STATEMENT with the statement when %s', async (_what, sql, parameters) => {
    await add('twice');
    await expect(state.run(sql, parameters)).rejects.toMatchObject({ code: 'STATE_STATEMENT', facts: { sql } });
  });

  it.each<[sql: string, why: string]>([
    ['INSERT INTO test (value) VALUES (1); INSERT INTO test (value) VALUES (2)', 'more than one statement'],
    ["INSERT INTO test (value) VALUES ('a;b'); -- the first\n/* and */ DELETE FROM test", 'more than one statement'],
    ['SELECT 1 AS one; SELECT 2 AS two;', 'more than one statement'],
    [' -- nothing\n', 'no statement'],
    ['', 'no statement'],
    ...['BEGIN', '/* now */ begin immediate', 'COMMIT;', 'END', 'ROLLBACK', 'SAVEPOINT a', 'RELEASE a'].map(
      (sql): [string, string] => [sql, 'begins or ends a transaction'],
    ),
  ])('refuses a text that would lose what is written, and executes nothing of it: %j', async (sql, why) => {
    await add('kept');
    for (const ask of ['run', 'get', 'all'] as const) {
      const refused = state[ask](sql);
      await expect(refused).rejects.toMatchObject({
        code: 'STATE_STATEMENT',
        what: expect.stringContaining(why) as string,
      });
      const within = state.transaction<unknown>((statements) => statements[ask](sql));
      await expect(within).rejects.toMatchObject({ code: 'STATE_STATEMENT' });
    }
    await add('later');
    expect(await values()).toEqual(['kept', 'later']);
  });

  it.each([
    "INSERT INTO test (value) VALUES ('a;b');",
    "INSERT INTO test (value) VALUES ('it''s; so') ; -- the end;",
    'INSERT INTO test (value) SELECT 1 AS "a;b" /* ; */',
    'CREATE TEMP TRIGGER noted AFTER INSERT ON test BEGIN DELETE FROM test WHERE id < 0; SELECT 1; END;',
  ])('executes one statement, whatever stands in it: %s', async (sql) => {
    expect(await codeOf(state.run(sql))).toBe('kept');
  });

  it('refuses fewer parameters than the statement has, also of one that was executed before', async () => {
    const sql = 'INSERT INTO test (id, value) VALUES (?, ?)';
    await state.run(sql, [1, 'a']);
    expect(await codeOf(state.run(sql, [2]))).toBe('STATE_PARAMETER');
    expect(await values()).toEqual(['a']);
  });

  it('executes statements in the order of the calls, a transaction as a whole', async () => {
    const work = [
      add('first'),
      state.transaction(async (statements) => {
        await add('second', statements);
        await Promise.resolve();
        await add('third', statements);
      }),
      add('fourth'),
      state.transaction((statements) => add('fifth', statements)),
    ];
    expect(await values()).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
    await Promise.all(work);
  });

  it('keeps nothing of a transaction that rejects, and goes on with the next statement', async () => {
    const failure = new Error('no stock');
    const work = state.transaction(async (statements) => {
      await add('lost', statements);
      throw failure;
    });
    const after = add('kept');
    await expect(work).rejects.toBe(failure);
    await after;
    expect(await values()).toEqual(['kept']);
  });

  it('resolves with what the transaction does', async () => {
    await add('a');
    const count = await state.transaction((statements) =>
      statements.get<{ n: number }>('SELECT count(*) AS n FROM test'),
    );
    expect(count).toEqual({ n: 1 });
  });

  it('lets the statements of a transaction be taken apart', async () => {
    const row = await state.transaction(async ({ run, get, all }) => {
      await run('INSERT INTO test (value) VALUES (?)', ['a']);
      expect(await all('SELECT value FROM test')).toEqual([{ value: 'a' }]);
      return get('SELECT value FROM test');
    });
    expect(row).toEqual({ value: 'a' });
  });

  it('refuses a statement of the database within a transaction, which would wait for itself', async () => {
    const work = state.transaction(async () => {
      await add('never');
    });
    await expect(work).rejects.toMatchObject({ code: 'STATE_STATEMENT' });
    expect(await values()).toEqual([]);
  });

  it('takes statements of work that a transaction has left behind, once that is over', async () => {
    let late: Promise<unknown> = Promise.resolve();
    let go: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (go = resolve));
    await state.transaction((statements) => {
      late = over.then(() => add('late'));
      return add('kept', statements);
    });
    go();
    await late;
    expect(await values()).toEqual(['kept', 'late']);
  });

  it('refuses the statements of a transaction that is over', async () => {
    let kept: Pick<StateDatabase, 'run'> | undefined;
    await state.transaction((statements) => {
      kept = statements;
      return Promise.resolve();
    });
    expect(await codeOf(add('late', kept))).toBe('STATE_CLOSED');
  });

  it('rolls a transaction back that waits for something else for ten seconds', async () => {
    const work = codeOf(
      state.transaction(async (statements) => {
        await add('half', statements);
        await new Promise(() => undefined);
      }),
    );
    const after = add('after');
    await clock.advance('10s');
    expect(await work).toBe('STATE_TRANSACTION_TIMEOUT');
    await after;
    expect(await values()).toEqual(['after']);
  });

  it('is STATE_CLOSED before it is opened and after it is closed, and waits for transactions when it closes', async () => {
    const unopened = new SqliteState(loadDriver, IN_MEMORY, clock);
    expect(await codeOf(unopened.get('SELECT 1'))).toBe('STATE_CLOSED');
    const work = state.transaction(async (statements) => {
      await Promise.resolve();
      await add('kept', statements);
      return statements.all('SELECT value FROM test');
    });
    await state.close();
    expect(await work).toEqual([{ value: 'kept' }]);
    expect(await codeOf(add('late'))).toBe('STATE_CLOSED');
  });

  describe('with steps of an owner', () => {
    const first: MigrationStep = {
      sql: 'CREATE TABLE notes (text TEXT NOT NULL); CREATE INDEX notes_text ON notes (text)',
    };
    const second: MigrationStep = {
      sql: "ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT 'nobody'",
      writableFrom: 1,
    };
    const third: MigrationStep = { sql: 'ALTER TABLE notes DROP COLUMN author' };

    it('runs each step once, and leaves other owners alone', async () => {
      await state.migrate('notes', [first]);
      await state.migrate('notes', [first, second]);
      await state.migrate('notes', [first, second]);
      await state.migrate('other', [{ sql: 'CREATE TABLE other (a)' }]);
      await state.run("INSERT INTO notes (text) VALUES ('a')");
      expect(await state.get('SELECT * FROM notes')).toEqual({ text: 'a', author: 'nobody' });
    });

    it('lets older code write if the newer steps say so, and refuses it otherwise', async () => {
      await state.migrate('notes', [first, second]);
      expect(await codeOf(state.migrate('notes', [first]))).toBe('kept');
      await state.migrate('notes', [first, second, third]);
      await expect(state.migrate('notes', [first, second])).rejects.toMatchObject({
        code: 'STATE_NEWER',
        facts: { 'steps in the file': 3, 'steps of this code': 2 },
      });
    });

    it('keeps nothing of steps of which one fails', async () => {
      expect(await codeOf(state.migrate('notes', [first, { sql: 'CREATE TABLE broken (' }]))).toBe('STATE_STATEMENT');
      expect(await codeOf(state.get('SELECT * FROM notes'))).toBe('STATE_STATEMENT');
      expect(await codeOf(state.migrate('notes', [first, second]))).toBe('kept');
    });
  });
});
