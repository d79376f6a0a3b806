import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runProgram } from '../../src/cli/runProgram';
import { SqliteState } from '../../src/state/SqliteState';
import { loadDriver } from '../../src/state/driver';
import { SystemClock } from '../../src/time/SystemClock';

let folder: string;
let state: SqliteState;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-state-'));
  // Open, as it is while the application runs.
  state = new SqliteState(loadDriver, join(folder, 'orders.db'), new SystemClock());
  state.open();
  await state.migrate('orders', [{ sql: 'CREATE TABLE orders (text TEXT)' }]);
  for (let row = 0; row < 200; row++) await state.run('INSERT INTO orders VALUES (?)', ['x'.repeat(200)]);
});

afterEach(async () => {
  await state.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: string[][] = [[], []];
  let code = -1;
  await runProgram(
    ['state', ...args],
    { cwd: folder, out: (text) => void out?.push(text), err: (text) => void err?.push(text) },
    (given) => (code = given),
  );
  return { code, out: out?.join('\n') ?? '', err: err?.join('\n') ?? '' };
}

describe('daemonry state', () => {
  it('reads a file without changing its mode or its content', async () => {
    await state.close();
    const file = join(folder, 'orders.db');
    chmodSync(file, 0o644);
    const before = readFileSync(file);

    const codes = [(await run('check', 'orders.db')).code, (await run('backup', 'orders.db', 'copy.db')).code];

    expect(codes).toEqual([0, 0]);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(statSync(join(folder, 'copy.db')).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('daemonry state check', () => {
  it('says that the file of a running application is whole, and whose tables are in it', async () => {
    const { code, out } = await run('check', 'orders.db');
    expect(out).toMatch(/^orders\.db is whole: \d+ bytes\.\n {2}orders {2}1 steps$/);
    expect(code).toBe(0);
    expect(JSON.parse((await run('check', 'orders.db', '--json')).out)).toMatchObject({
      damages: [],
      owners: [{ owner: 'orders', steps: 1 }],
    });
  });

  it.each([
    ['missing', () => undefined],
    ['no database', (file: string) => writeFileSync(file, 'a text that is long enough. '.repeat(50))],
  ])('ends with 2 and one sentence for a file that is %s, and leaves it so', async (_what, make) => {
    const file = join(folder, 'other.db');
    make(file);
    const { code, err } = await run('check', 'other.db');
    expect(code).toBe(2);
    expect(err).toContain('STATE_UNREADABLE');
    expect(err).not.toMatch(/^\s+at /m);
    expect(statSync(file, { throwIfNoEntry: false })?.size).toBe(_what === 'missing' ? undefined : 1_400);
  });

  it.each([
    ['missing.db', 'There is no such file.'],
    ['.', 'That is not a file, and so not a state database.'],
  ])('says of %s: %s', async (file, what) => {
    const { code, err } = await run('check', file);
    expect(code).toBe(2);
    expect(err).toContain(what);
    expect(err).toContain('give the path of the database: <application>.db in state.directory');
    expect(err).not.toContain('restore a backup');
  });

  it('calls no backup whole that lies beside the log of another file', async () => {
    await run('backup', 'orders.db', 'copy.db');
    await state.run('INSERT INTO orders VALUES (?)', ['newer']);
    copyFileSync(join(folder, 'orders.db-wal'), join(folder, 'copy.db-wal'));

    for (const args of [
      ['check', 'copy.db'],
      ['backup', 'copy.db', 'another.db'],
    ] as const) {
      expect(await run(...args)).toMatchObject({
        out: '',
        err: expect.stringMatching(/STATE_UNREADABLE.*log of another file[^]*copy\.db-wal/) as string,
      });
    }
  });

  it('ends with 2 for a damaged file', async () => {
    await state.close();
    const file = join(folder, 'orders.db');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(7, 12_288, 16_384));
    const { code, out, err } = await run('check', 'orders.db');
    expect(code).toBe(2);
    expect(out + err).toMatch(/damaged|malformed/);
  });
});

describe('daemonry state backup', () => {
  it('copies what a running application has kept, for its owner alone', async () => {
    expect(await run('backup', 'orders.db', 'copy.db')).toMatchObject({ code: 0, out: 'copy.db is written.' });
    expect(statSync(join(folder, 'copy.db')).mode & 0o777).toBe(0o600);
    const copy = new SqliteState(loadDriver, join(folder, 'copy.db'), new SystemClock());
    copy.open();
    expect(await copy.get('SELECT count(*) AS n FROM orders')).toEqual({ n: 200 });
    await copy.close();
  });

  it('leaves nothing beside the file of an application that is stopped', async () => {
    await state.close();
    const stopped = mkdtempSync(join(folder, 'stopped-'));
    copyFileSync(join(folder, 'orders.db'), join(stopped, 'orders.db'));

    expect(await run('backup', join(stopped, 'orders.db'), join(stopped, "kim's copy.db"))).toMatchObject({ code: 0 });

    expect(readdirSync(stopped)).toEqual(["kim's copy.db", 'orders.db']);
  });

  it('says which file cannot be written, with 64 and without a stack', async () => {
    const { code, err } = await run('backup', 'orders.db', 'missing/copy.db');
    expect(code).toBe(64);
    expect(err).toContain('A file cannot be written');
    expect(err).toContain('missing/copy.db');
    expect(err).not.toContain('    at ');
  });

  it('refuses to overwrite a file, with 64', async () => {
    writeFileSync(join(folder, 'copy.db'), 'mine');
    const { code, err } = await run('backup', 'orders.db', 'copy.db');
    expect(code).toBe(64);
    expect(err).toContain('FILES_IN_THE_WAY');
    expect(readFileSync(join(folder, 'copy.db'), 'utf8')).toBe('mine');
  });
});
