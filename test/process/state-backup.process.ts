import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { SqliteState } from '../../src/state/SqliteState';
import { loadDriver } from '../../src/state/driver';
import { SystemClock } from '../../src/time/SystemClock';

jest.setTimeout(60_000);

const ROOT = resolve(__dirname, '../..');
const PROGRAM = join(ROOT, 'src/cli/main.ts');
const TYPESCRIPT = 'ts-node/register/transpile-only';

let folder: string;

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'daemonry-backup-')));
  const state = new SqliteState(loadDriver, join(folder, 'orders.db'), new SystemClock());
  state.open();
  await state.run('CREATE TABLE orders (note TEXT)');
  await state.transaction(async (statements) => {
    for (let row = 0; row < 1_000; row++) await statements.run('INSERT INTO orders VALUES (?)', ['x'.repeat(1_000)]);
  });
  await state.close();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const copies = (): readonly string[] => readdirSync(folder).filter((name) => !name.startsWith('orders.db'));

/** Writes a backup where no file can become larger than that. */
const backUpWithin = (kilobytes: number) =>
  new Promise<{ code: unknown; err: string }>((settle) => {
    const shell = `ulimit -f ${kilobytes}; exec "$0" -C daemonry-source -r ${TYPESCRIPT} "${PROGRAM}" state backup "$1" "$2"`;
    const files = [join(folder, 'orders.db'), join(folder, 'copy.db')];
    execFile('bash', ['-c', shell, process.execPath, ...files], { cwd: ROOT }, (error, _out, err) =>
      settle({ code: error?.code ?? 0, err }),
    );
  });

describe('A backup for which there is no room', () => {
  it('says that the copy could not be written, and leaves nothing of it behind', async () => {
    const { code, err } = await backUpWithin(400);

    expect(code).not.toBe(0);
    expect(err).toContain('The copy of the state database cannot be written');
    expect(err).toContain(join(folder, 'copy.db'));
    expect(copies()).toEqual([]);
  });

  it('can be written later, where there is room', async () => {
    await backUpWithin(400);

    expect(await backUpWithin(100_000)).toEqual({ code: 0, err: '' });
    expect(copies()).toEqual(['copy.db']);
  });
});
