import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readState, type SqlStatements } from 'daemonry';
import type { ProcessExit } from 'daemonry/testing';

import { run as auditCommand } from '../../modules/audit_log/auditCommand';
import { startEntry } from '../support/startEntry';

jest.setTimeout(60_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-acts-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const operate = (act: string, env: Readonly<Record<string, string>> = {}): Promise<ProcessExit> =>
  startEntry('test/process/entries/acts.ts', { env: { STATE: folder, ACT: act, ...env } }).exit;

/** The reasons of what is set and audited, and the keys that are remembered. */
const kept = () =>
  readState(join(folder, 'acts.db'), async (statements) => ({
    intents: await textsOf(statements, "SELECT json_extract(intent, '$.reason') AS text FROM operator_intents"),
    audited: await textsOf(
      statements,
      "SELECT json_extract(details, '$.reason') AS text FROM audit_log_events WHERE type = 'operator.acted'",
    ),
    keys: await textsOf(statements, 'SELECT key AS text FROM operator_acts ORDER BY at'),
  }));

const textsOf = async (statements: Pick<SqlStatements, 'all'>, sql: string): Promise<readonly unknown[]> =>
  (await statements.all(sql)).map(({ text }) => text);

describe('An act of an operator whose process is killed within its transaction', () => {
  it('has left neither what it set, nor its audit row, nor its key; and is carried out when it is asked for again', async () => {
    expect(await operate('first')).toMatchObject({ code: 0 });
    const killed = await operate('second', { KILL: '1' });

    expect(killed.signal).toBe('SIGKILL');
    expect(killed.stdout).toContain('written 1\n');
    expect(await kept()).toEqual({ intents: ['first'], audited: ['first'], keys: ['first'] });

    const again = await operate('second');
    expect(again.stdout).toMatch(/^done .*"reason":"second"/m);
    expect(again.stdout).not.toContain('repeated');
    expect(await kept()).toEqual({ intents: ['second'], audited: ['first', 'second'], keys: ['first', 'second'] });

    expect((await operate('second')).stdout).toMatch(/^done .*"repeated":true/m);
    const lines: string[] = [];
    const write = (text: string): void => void lines.push(text);
    expect(await auditCommand(['verify', join(folder, 'acts.db')], { cwd: folder, out: write, err: write })).toBe(0);
  });
});
