import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { AuditLog } from '@daemonry/modules/audit_log';

// The command itself, as the program loads it by its path.
import { run } from '../audit_log/auditCommand';
import { hashOf } from '../audit_log/chain';
import { appendCode, endAuditLogs, givenAuditLog, givenFolder, scanned } from './support/givenAuditLog';
import { readRows } from './support/readAudit';

afterEach(endAuditLogs);

async function audit(file: string | undefined, ...options: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const cwd = file === undefined ? await givenFolder() : dirname(file);
  const terminal = { cwd, out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await run(['verify', ...(file === undefined ? [] : [file]), ...options], terminal);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

async function givenEvents(count: number, options: Parameters<typeof givenAuditLog>[0] = {}) {
  const given = await givenAuditLog(options);
  await append(given.audit, count);
  return given;
}

async function append(log: AuditLog, count: number): Promise<void> {
  for (let index = 1; index <= count; index++) await appendCode(log, `c${index}`);
}

const first = async (file: string) => {
  const { code, out } = await audit(file, '--json');
  const { broken } = JSON.parse(out) as { broken?: { sequence: number; was: string } };
  expect(code).toBe(broken === undefined ? 0 : 2);
  return broken && `${broken.sequence} ${broken.was}`;
};

describe('daemonry audit verify', () => {
  it('says that the chain of a running application is whole, and how it ends', async () => {
    const { file, data } = await givenEvents(5);

    const { code, out, err } = await audit(file);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /test\.db: the audit log is whole: 5 events, 0 older ones removed by retention\.\n {2}head: 5:[0-9a-f]{64}$/,
    );
    // It leaves nothing behind, and the application goes on.
    expect((await readdir(data)).sort()).toEqual(expect.arrayContaining(['test.db', 'test.lock.db']));
  });

  it('holds across restarts, pages and what is appended meanwhile', async () => {
    const given = await givenEvents(1_100);
    const { audit: log, file } = await given.restart();

    const [verified] = await Promise.all([first(file), append(log, 50)]);

    expect(verified).toBeUndefined();
    expect(await first(file)).toBeUndefined();
  });

  it.each([
    [
      'a text is changed',
      "UPDATE audit_log_events SET details = replace(details, 'c3', 'c9') WHERE sequence = 3",
      '3 changed',
    ],
    ['an instant is changed', 'UPDATE audit_log_events SET at = at + 1 WHERE sequence = 3', '3 changed'],
    ['an instant becomes none', 'UPDATE audit_log_events SET at = 9000000000000001 WHERE sequence = 3', '3 changed'],
    ['a source is changed', "UPDATE audit_log_events SET source = 'me' WHERE sequence = 1", '1 changed'],
    ['a hash is changed', 'UPDATE audit_log_events SET hash = previous WHERE sequence = 4', '4 changed'],
    ['the newest event is changed', "UPDATE audit_log_events SET type = 'a.b' WHERE sequence = 6", '6 changed'],
    ['the first event is removed', 'DELETE FROM audit_log_events WHERE sequence = 1', '1 removed'],
    ['an event is removed', 'DELETE FROM audit_log_events WHERE sequence = 3', '3 removed'],
    ['the newest events are removed', 'DELETE FROM audit_log_events WHERE sequence >= 5', '5 removed'],
    ['all events are removed', 'DELETE FROM audit_log_events', '1 removed'],
    ['an event gets another number', 'UPDATE audit_log_events SET sequence = 9 WHERE sequence = 3', '3 removed'],
    [
      'an event is put before the first',
      "INSERT INTO audit_log_events VALUES (0, 1, 'a.b', 'me', '{}', '', '')",
      '0 inserted',
    ],
  ])('names the first event that is not as it was when %s', async (_title, sql, expected) => {
    const { file, tamper } = await givenEvents(6);

    await tamper(sql);

    expect(await first(file)).toBe(expected);
  });

  it('names an event that was rewritten together with its hash, also the newest', async () => {
    for (const sequence of [3, 6]) {
      const { file, tamper, forge } = await givenForger(6);

      const row = await forge({ sequence, at: 1, type: 'a.b', source: 'me', details: '{}' });
      await tamper(
        'UPDATE audit_log_events SET at = 1, type = ?, source = ?, details = ?, hash = ? WHERE sequence = ?',
        row.type,
        row.source,
        row.details,
        row.hash,
        sequence,
      );

      expect(await first(file)).toBe(`${sequence} changed`);
    }
  });

  it('names an event that was put in behind the newest, with a hash that fits, also after the application goes on', async () => {
    const { audit: log, file, tamper, forge } = await givenForger(6);
    const { at, type, source, details, previous, hash } = await forge({
      sequence: 7,
      at: 1,
      type: 'a.b',
      source: 'me',
      details: '{}',
    });

    await tamper(
      'INSERT INTO audit_log_events VALUES (7, ?, ?, ?, ?, ?, ?)',
      at,
      type,
      source,
      details,
      previous,
      hash,
    );

    expect(await first(file)).toBe('7 inserted');
    expect(await appendCode(log, 'goes on')).toMatchObject({ sequence: 8 });
    expect(await first(file)).toBe('7 inserted');
  });

  it('finds by a head that was noted elsewhere that the whole chain was made anew', async () => {
    const { file } = await givenEvents(4);
    const head = /head: (\S+)/.exec((await audit(file)).out)?.[1] ?? '';
    const other = await givenEvents(4);

    expect(await audit(file, '--expect', head)).toMatchObject({ code: 0 });
    const { code, out } = await audit(other.file, '--expect', head);

    expect(code).toBe(2);
    expect(out).toContain('event 4 (2030-01-01T00:00:00.000Z, "reasoning.refused") is the first that was changed');
    expect(await audit(file, '--expect', head.replace('4:', '9:'))).toMatchObject({ code: 2 });
  });

  it('holds over what retention removes, and finds what is changed at its edge', async () => {
    const { file, tamper } = await givenEvents(1_020, { settings: { keepRows: 1_000 } });

    expect((await audit(file)).out).toContain('1000 events, 20 older ones removed by retention');
    await tamper("UPDATE audit_log_events SET previous = 'x' WHERE sequence = 21");
    expect(await first(file)).toBe('21 changed');
    await tamper('DELETE FROM audit_log_events WHERE sequence = 21');
    expect(await first(file)).toBe('21 removed');
  });

  it('takes the only database in the folder "state" when no file is named, and asks for one otherwise', async () => {
    const cwd = await givenFolder();
    const given = await givenEvents(1, { data: `${cwd}/state` });
    const out: string[] = [];
    const terminal = { cwd, out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };

    expect(await run(['verify'], terminal)).toBe(0);
    await given.stop();
    expect(out.join()).toContain('state/test.db: the audit log is whole: 1 events');
    expect(await audit(undefined)).toMatchObject({
      code: 64,
      err: 'Name the database: there is none in the folder "state".',
    });
  });

  it('ends with 2 for a file that is not there, is no database, or has no audit log or no anchor', async () => {
    const { file, tamper } = await givenEvents(1);
    const empty = await givenAuditLog();
    for (const table of ['events', 'chain', 'consumers']) await empty.tamper(`DROP TABLE audit_log_${table}`);

    expect(await audit(`${file}.gone`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no such file') as string,
    });
    expect(await audit(__filename)).toMatchObject({
      code: 2,
      err: expect.stringContaining('not a database') as string,
    });
    expect(await audit(empty.file)).toMatchObject({ code: 2, err: expect.stringContaining('no audit log') as string });
    await tamper('DELETE FROM audit_log_chain');
    expect(await audit(file)).toMatchObject({ code: 2, err: expect.stringContaining('no audit log') as string });
  });

  it.each([
    [['--jsn'], /Unknown option/],
    [['a.db', 'b.db'], /One file at a time/],
    [['--expect', 'abc'], /--expect wants <sequence>:<hash>/],
  ])('says how it is used when it is called with %j', async (args, why) => {
    const { code, out, err } = await audit(undefined, ...args);

    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toMatch(why);
    expect(err).toContain('Usage: daemonry audit verify');
  });
});

describe('an audit log whose tables were altered', () => {
  it('passes over a row that is no event any more, with a warning, once', async () => {
    const { app, audit: log, tamper } = await givenEvents(3);
    await tamper("UPDATE audit_log_events SET details = '{' WHERE sequence = 2");

    expect((await scanned(log)).map(({ sequence }) => sequence)).toEqual([1, 3]);
    await scanned(log);

    expect(app.logs.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: expect.stringContaining('is no event') as string, sequence: 2, why: 'its details are not JSON' },
    ]);
  });

  it('appends nothing without its anchor, and says so', async () => {
    const { audit: log, tamper } = await givenEvents(3);
    await tamper('DELETE FROM audit_log_chain');

    await expect(appendCode(log, 'x')).rejects.toMatchObject({ code: 'AUDIT_CHAIN_LOST' });
  });
});

/** A log with somebody who computes hashes as the log does. */
async function givenForger(count: number) {
  const given = await givenEvents(count);
  const forge = async (row: Parameters<typeof hashOf>[1]) => {
    const rows = (await readRows(given.data, 'audit_log_events')) as unknown as { sequence: number; hash: string }[];
    const previous = rows.find(({ sequence }) => sequence === row.sequence - 1)?.hash ?? '';
    return { ...row, previous, hash: hashOf(previous, row) };
  };
  return { ...given, forge };
}
