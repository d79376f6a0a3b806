import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SqliteState } from '../../src/state/SqliteState';
import { loadDriver } from '../../src/state/driver';
import { SystemClock } from '../../src/time/SystemClock';
import { startEntry } from '../support/startEntry';

const ENTRY = 'test/process/entries/state.ts';
/** Each is a process, which takes a second to compile. */
const KILLS = Number(process.env['KILLS'] ?? 8);

jest.setTimeout(60_000 + KILLS * 10_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-state-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const start = () => startEntry(ENTRY, { env: { STATE: folder } });

const lastKept = (stdout: string): number => Number([...stdout.matchAll(/^kept (\d+)\n/gm)].at(-1)?.[1] ?? 0);

describe('A process that is killed while it writes its state', () => {
  it(`loses nothing that was acknowledged, tears no transaction, and leaves the state free for the next one: ${KILLS} times`, async () => {
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start();
      await child.until(() => lastKept(child.stdout) > acknowledged + 10 + 37 * kill);
      await child.stop('SIGKILL');
      acknowledged = lastKept(child.stdout);

      // At once: what the operating system has released needs no waiting for.
      const state = new SqliteState(loadDriver, join(folder, 'writer.db'), new SystemClock());
      state.open();
      expect(await state.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
      const pairs = await state.all('SELECT row FROM writer GROUP BY row HAVING count(*) <> 2');
      const rows = await state.get<{ n: number }>('SELECT count(DISTINCT row) AS n FROM writer');
      expect(pairs).toEqual([]);
      expect(rows?.n).toBeGreaterThanOrEqual(acknowledged);
      await state.close();
    }
  });

  it('keeps a second process out for as long as it lives', async () => {
    const first = start();
    await first.until(() => lastKept(first.stdout) > 0);
    const second = await start().exit;
    expect(second.code).toBe(1);
    expect(second.stdout + second.stderr).toContain('Another process has the state of this application');
    expect(await first.stop('SIGTERM')).toMatchObject({ code: 0 });
  });
});
