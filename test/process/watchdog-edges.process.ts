import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { type ProcessExit, startProcess } from 'daemonry/testing';

import { blocksIn, givenBlockedEntry } from './support/blockedEntry';
import { bundleEntry } from './support/bundleEntry';

jest.setTimeout(60_000);

const given = givenBlockedEntry();

beforeAll(() => {
  // The settings of the entry are checked by a library that is not bundled.
  symlinkSync(resolve(__dirname, '../../node_modules'), join(given.folder, 'node_modules'));
});

const run = (env: Readonly<Record<string, string>>, nodeArgs: readonly string[] = []): Promise<ProcessExit> =>
  startProcess(given.entry, { cwd: given.folder, nodeArgs, env }).exit;

describe('The watchdog', () => {
  it('names who asked for the memory, in a long garbage collection', async () => {
    const exit = await run({ KINDS: 'gc' }, ['--expose-gc']);
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    expect(blocksIn(exit)).toMatchObject([{ listener: 'subject', task: 'tick' }]);
    expect(blocksIn(exit)[0]?.stack).toContain('Subject.tick');
  });

  it('divides a standstill among the runs that held the loop one after another', async () => {
    const exit = await run({ KINDS: 'row', MS: '1500' });
    const blocks = blocksIn(exit);
    expect(blocks.map(({ listener, hook, task }) => [listener, hook, task])).toEqual([
      ['subject', 'tick', 'tick'],
      ['neighbour', 'tick', 'tick'],
    ]);
    for (const { blockedMs } of blocks) {
      expect(blockedMs).toBeGreaterThan(1_200);
      expect(blockedMs).toBeLessThan(2_500);
    }
  });

  it('divides a standstill among the hooks that held the loop one after another', async () => {
    const exit = await run({ KINDS: 'hooks', MS: '1500' });
    const blocks = blocksIn(exit);
    expect(blocks.map(({ listener, hook }) => [listener, hook])).toEqual([
      ['subject', 'ready'],
      ['neighbour', 'ready'],
      ['neighbour', 'shutdown'],
      ['subject', 'shutdown'],
    ]);
    for (const { blockedMs } of blocks) {
      expect(blockedMs).toBeGreaterThan(900);
      expect(blockedMs).toBeLessThan(2_500);
    }
  });

  it('tells of each startup that held the boot, before the loop turned once', async () => {
    const exit = await run({ KINDS: 'startups', MS: '700' });
    const blocks = blocksIn(exit);
    expect(blocks.map(({ listener, hook }) => [listener, hook])).toEqual([
      ['subject', 'startup'],
      ['neighbour', 'startup'],
    ]);
    for (const { blockedMs } of blocks) expect(Math.abs(blockedMs - 700)).toBeLessThan(300);
    expect(exit.stdout.match(/^\{"recovered"/gm)).toHaveLength(1);
  });

  it('tells no secret, in its lines, its last words and its event', async () => {
    const told = await run({ KINDS: 'secret', SECRET: 'true' });
    const watchdog = JSON.stringify({ after: 200, abortAfter: 600 });
    const ended = await run({ KINDS: 'secret', SECRET: 'true', MS: '60000', WATCHDOG: watchdog });

    expect(blocksIn(told)[0]?.stack).toContain('[redacted]');
    expect(told.logs.find(({ message }) => message.startsWith('The event loop'))).toHaveProperty(
      'stack',
      expect.stringContaining('[redacted]') as string,
    );
    expect(ended.signal).toBe('SIGKILL');
    expect(ended.logs.at(-1)).toHaveProperty('stack', expect.stringContaining('[redacted]') as string);
    expect(told.stdout + told.stderr + ended.stdout + ended.stderr).not.toContain('swordfish');
  });

  it('says why it may not have a port, and the application goes on, degraded', async () => {
    const first = readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8');
    if (Number(first) <= 80) return console.info('left out: any process may have port 80 here');
    chmodSync(given.folder, 0o755);
    const exit = await run({ KINDS: 'nothing,loop', WATCHDOG: '{"after":200,"port":80}', UNPRIVILEGED: 'true' });
    expect(exit.code).toBe(0);
    const told = exit.logs.find((line) => (line as { error?: { code?: string } }).error?.code === 'WATCHDOG_PORT');
    expect(JSON.stringify(told)).toMatch(/127\.0\.0\.1:80.*EACCES/);
    expect(exit.logs).toContainEqual(expect.objectContaining({ message: 'Degraded' }));
    expect(blocksIn(exit)).toHaveLength(1);
  });

  it('takes no process for a blocked one that a debugger has held from its first line on, and holds again', async () => {
    const child = startProcess(given.entry, {
      cwd: given.folder,
      nodeArgs: ['--inspect-brk=127.0.0.1:0'],
      env: { KINDS: 'nothing,'.repeat(10), WATCHDOG: '{"after":200,"abortAfter":600}' },
    });
    await child.until(() => child.stderr.includes('Debugger listening on'));
    const url = /ws:\/\/\S+/.exec(child.stderr)?.[0] ?? '';
    const file = resolve(__dirname, 'entries/debugger.mjs');
    const held = await promisify(execFile)(process.execPath, ['--experimental-websocket', file, url]);
    const exit = await child.exit;

    expect(held.stdout).toBe('held\n');
    expect(exit.code).toBe(0);
    expect(blocksIn(exit)).toEqual([]);
    expect(exit.logs.filter(({ message }) => message.includes('stands still'))).toEqual([]);
  });

  it('watches a test application that asks for it, and no other', async () => {
    const kit = bundleEntry(given.folder, 'watched-kit');
    const [watched, other] = await Promise.all(
      ['true', 'false'].map((asked) => startProcess(kit, { cwd: given.folder, env: { WATCHED: asked } }).exit),
    );
    expect(watched).toMatchObject({ code: 0 });
    expect(blocksIn({ stdout: watched?.stdout ?? '' })).toMatchObject([{ listener: 'spinner', task: 'tick' }]);
    expect(other).toMatchObject({ code: 0 });
    expect(blocksIn({ stdout: other?.stdout ?? '' })).toEqual([]);
  });
});
