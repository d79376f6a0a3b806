import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readState } from 'daemonry';

import { run as auditCommand } from '../../modules/audit_log/auditCommand';
import { startEntry } from '../support/startEntry';

const ENTRY = 'test/process/entries/modules.ts';
/** Each is a process, which takes a second to compile, on a busy machine many. */
const KILLS = Number(process.env['KILLS'] ?? 5);

jest.setTimeout(60_000 + KILLS * 10_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-modules-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const FILES = /^modules(\.lock)?\.db(-wal|-shm|-journal)?$|^modules\.owner\.json$/;

const kept = (stdout: string, what: string): readonly string[] =>
  [...stdout.matchAll(new RegExp(`^kept ${what} (\\S+)\n`, 'gm'))].map(([, id]) => id ?? '');
const newest = (stdout: string, what: string): number => Number(kept(stdout, what).at(-1) ?? 0);

async function verify(file: string): Promise<string> {
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  const code = await auditCommand(['verify', file], { cwd: folder, out: write, err: write });
  return `${code}: ${lines[0] ?? ''}`;
}

describe('A process that is killed while modules store', () => {
  it(`loses nothing that was acknowledged, leaves no file, and a chain that holds: ${KILLS} times`, async () => {
    const file = join(folder, 'modules.db');
    for (let kill = 0; kill < KILLS; kill++) {
      const child = startEntry(ENTRY, { env: { STATE: folder }, patienceMs: 60_000 });
      await child.until(() => kept(child.stdout, '\\w+').length > 5 + 37 * (kill % 7));
      await child.stop('SIGKILL');
      const { stdout } = child;

      expect(readdirSync(folder).filter((name) => !FILES.test(name))).toEqual([]);
      expect(await verify(file)).toMatch(/^0: .* is whole/);
      await readState(file, async (statements) => {
        const numbers = async (sql: string, ...values: readonly string[]) => {
          const row = await statements.get<{ n: number; last: number | null }>(sql, values);
          return { n: row?.n ?? 0, last: row?.last ?? 0 };
        };
        const integrity = await statements.get('PRAGMA integrity_check');
        const events = await numbers('SELECT count(*) AS n, max(sequence) AS last FROM audit_log_events');
        const messages = await numbers('SELECT count(*) AS n, max(sequence) AS last FROM message_log_messages');
        expect(integrity).toEqual({ integrity_check: 'ok' });
        expect(events.n).toBe(events.last);
        expect(events.last).toBeGreaterThanOrEqual(newest(stdout, 'event'));
        expect(messages.n).toBe(messages.last);
        expect(messages.last).toBeGreaterThanOrEqual(newest(stdout, 'message'));

        // No approval without its event, and no event without its approval.
        const approved = await statements.all("SELECT id FROM promotions_stored WHERE state = 'approved' ORDER BY id");
        const recorded = await statements.all(
          "SELECT json_extract(details, '$.id') AS id FROM audit_log_events WHERE type = 'promotion.approved' ORDER BY id",
        );
        expect(approved).toEqual(recorded);
        expect(approved.map(({ id }) => id)).toEqual(expect.arrayContaining([...kept(stdout, 'approval')]));
        const pending = await numbers("SELECT count(*) AS n FROM promotions_stored WHERE state = 'pending'");
        expect(pending.n).toBeLessThanOrEqual(kill + 1);

        const state = await statements.get<{ intent: string }>('SELECT intent FROM operator_intents');
        const changed = await statements.get<{ to: string; reason: string }>(
          "SELECT json_extract(details, '$.to') AS \"to\", json_extract(details, '$.reason') AS reason " +
            "FROM audit_log_events WHERE type = 'operational_state.changed' ORDER BY sequence DESC LIMIT 1",
        );
        // The event follows the state: the kill may have come between them.
        const turn = Number(/\d+$/.exec(changed?.reason ?? '')?.[0] ?? 0);
        const held = JSON.parse(state?.intent ?? '{"reason":"turn 0"}') as { reason: string };
        expect(turn).toBeGreaterThanOrEqual(newest(stdout, 'state'));
        expect([`turn ${turn}`, `turn ${turn + 1}`]).toContain(held.reason);
      });
    }
  });
});
