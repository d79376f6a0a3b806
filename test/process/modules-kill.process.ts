import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readState } from 'daemonry';

import { run as auditCommand } from '../../modules/audit_log/auditCommand';
import { startEntry } from '../support/startEntry';

const ENTRY = 'test/process/entries/modules.ts';
/** Each is a process, which takes a second to compile. */
const KILLS = Number(process.env['KILLS'] ?? 5);

jest.setTimeout(60_000 + KILLS * 10_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-modules-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const FILES = /^modules(\.lock)?\.db(-wal|-shm|-journal)?$/;

const lastKept = (stdout: string): number => Number([...stdout.matchAll(/^kept (\d+)\n/gm)].at(-1)?.[1] ?? 0);

async function verify(file: string): Promise<string> {
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  const code = await auditCommand(['verify', file], { cwd: folder, out: write, err: write });
  return `${code}: ${lines[0] ?? ''}`;
}

describe('A process that is killed while modules store', () => {
  it(`loses nothing that was acknowledged, leaves no file, and a chain that holds: ${KILLS} times`, async () => {
    const file = join(folder, 'modules.db');
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = startEntry(ENTRY, { env: { STATE: folder } });
      await child.until(() => lastKept(child.stdout) > acknowledged + 10 + 37 * (kill % 11));
      await child.stop('SIGKILL');
      acknowledged = lastKept(child.stdout);

      expect(readdirSync(folder).filter((name) => !FILES.test(name))).toEqual([]);
      expect(await verify(file)).toMatch(/^0: .* is whole/);
      await readState(file, async (statements) => {
        expect(await statements.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
        const events = await statements.get<{ n: number; last: number }>(
          'SELECT count(*) AS n, max(sequence) AS last FROM audit_log_events',
        );
        expect(events?.last).toBeGreaterThanOrEqual(acknowledged);
        expect(events?.n).toBe(events?.last);
      });
    }
  });
});
