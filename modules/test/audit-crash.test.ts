import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { appendCode, endAuditLogs, givenAuditLog, givenFolder, scanned } from './support/givenAuditLog';

const children = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await endAuditLogs();
});

interface Writer {
  readonly child: ChildProcess;
  /** Every sequence it was promised. */
  readonly promised: () => number[];
  readonly errors: () => string;
  readonly ended: Promise<unknown>;
}

/** A real process that appends without end. */
function startWriter(data: string): Writer {
  const entry = resolve(__dirname, 'entries/auditWriter.ts');
  const args = ['-C', 'daemonry-source', '-r', 'ts-node/register/transpile-only', entry, data];
  const child = spawn(process.execPath, args, { cwd: resolve(__dirname, '../..'), stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return {
    child,
    promised: () => out.split('\n').slice(0, -1).map(Number),
    errors: () => err,
    ended: once(child, 'close'),
  };
}

async function untilPromised({ promised, child, errors }: Writer, count: number): Promise<void> {
  while (promised().length < count) {
    if (child.exitCode !== null) throw new Error(`the writer ended: ${errors()}`);
    await new Promise((next) => setTimeout(next, 5));
  }
}

describe('a process that is killed while it appends', () => {
  it('loses nothing that was promised, and its log is taken over', async () => {
    const data = await givenFolder();
    const writer = startWriter(data);
    await untilPromised(writer, 200);

    writer.child.kill('SIGKILL');
    await writer.ended;
    const { audit } = await givenAuditLog({ data });
    const { sequence: next } = await appendCode(audit, 'after');

    const events = await scanned(audit, { types: ['email.intent_logged', 'reasoning.refused'] });
    const sequences = events.map(({ sequence }) => sequence);
    const promised = writer.promised();
    expect(promised.length).toBeGreaterThanOrEqual(200);
    expect(sequences).toEqual(expect.arrayContaining(promised));
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(next).toBeGreaterThan(promised.at(-1) ?? 0);
  }, 60_000);

  it('keeps every other writer out while it lives, and no longer', async () => {
    const data = await givenFolder();
    const writer = startWriter(data);
    await untilPromised(writer, 1);
    const { audit } = await givenAuditLog({ data });

    await expect(appendCode(audit, 'too early')).rejects.toMatchObject({
      name: 'AuditWriteError',
      code: 'LOG_LOCKED',
      facts: { pid: writer.child.pid },
    });
    // Reading asks for no lock.
    expect((await audit.latest(1))[0]?.source).toBe('writer');

    writer.child.kill('SIGKILL');
    await writer.ended;
    await expect(appendCode(audit, 'now')).resolves.toMatchObject({ source: 'test' });
  }, 60_000);
});

describe('the lock of the audit log', () => {
  it('keeps a second application of the same process out, until the first has stopped', async () => {
    const first = await givenAuditLog();
    await appendCode(first.audit, 'a');
    const { audit } = await givenAuditLog({ data: first.data });

    await expect(appendCode(audit, 'b')).rejects.toMatchObject({ code: 'LOG_LOCKED' });
    await first.stop();

    await expect(appendCode(audit, 'b')).resolves.toMatchObject({ sequence: 2 });
  });

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1 })],
    ['of an earlier process with the id of this one', JSON.stringify({ pid: process.pid, began: '1' })],
    ['that holds nothing', ''],
  ])('is taken over when it is one %s', async (_title, text) => {
    const first = await givenAuditLog();
    await appendCode(first.audit, 'a');
    await first.stop();
    const lock = join(first.folder, 'lock');
    await writeFile(lock, text);

    const { audit } = await givenAuditLog({ data: first.data });
    await appendCode(audit, 'b');

    expect(JSON.parse(await readFile(lock, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('is gone when the application has stopped', async () => {
    const { audit, folder, stop } = await givenAuditLog();
    await appendCode(audit, 'a');

    await stop();

    await expect(readFile(join(folder, 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(appendCode(audit, 'late')).rejects.toThrow('it is closed');
  });
});
