import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { type ApplicationProcess, startProcess } from 'daemonry/testing';

import { bundleEntry } from './support/bundleEntry';

const ROOT = resolve(__dirname, '../..');

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'daemonry-ends-'));
let entryFile: string;

beforeAll(() => {
  entryFile = bundleEntry(folder, 'ends');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const behave = (behaviour: string, ...nodeArgs: string[]): ApplicationProcess =>
  startProcess(entryFile, { cwd: ROOT, env: { BEHAVIOUR: behaviour }, nodeArgs });

/** Starts the entry with standard streams of its own. */
function spawnEntry(behaviour: string, stdio: ('pipe' | 'ignore' | number)[]): ChildProcess {
  return spawn(process.execPath, [entryFile], { cwd: ROOT, env: { ...process.env, BEHAVIOUR: behaviour }, stdio });
}

const pause = (ms: number): Promise<void> =>
  new Promise((wake) => {
    setTimeout(wake, ms);
  });

const codeOf = async (child: ChildProcess): Promise<unknown> => (await once(child, 'exit'))[0] as unknown;

describe('A process that was not asked to stop', () => {
  it.each([
    ['an event-driven daemon', 'idle'],
    ['a body that waits for its signal', 'body'],
    ['no listener that starts', 'disabled'],
  ])('lives on with %s, and ends with 0 when it is asked', async (_, behaviour) => {
    const entry = behave(behaviour);
    await entry.until(() => entry.stdout.includes('"Started in'));
    const early = await Promise.race([entry.exit.then(() => 'ended'), pause(1_000).then(() => 'lives')]);
    expect(early).toBe('lives');
    expect(await entry.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['process.exit(0)', 'exits', 'process.exit(0)'],
    ['process.exit(256), of which 0 would be left,', 'exits-beyond', 'process.exit(256)'],
    ['process.reallyExit(0)', 'really-exits', 'process.reallyExit(0)'],
    ['process.exit(0) and has removed all handlers of exit', 'forgotten', 'process.reallyExit(0)'],
  ])('ends with 1 and the place when a listener calls %s', async (_, behaviour, call) => {
    const exit = await behave(behaviour).exit;
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain(`${call} was called in subject.tick, and nothing was stopped`);
  });

  it('waits for an application that is still being created, until a signal and five seconds', async () => {
    const entry = behave('never-created');
    await entry.until(() => entry.stdout.includes('creating'));
    const early = await Promise.race([entry.exit.then(() => 'ended'), pause(1_000).then(() => 'lives')]);
    expect(early).toBe('lives');
    const exit = await entry.stop('SIGTERM');
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain('received SIGTERM, and the application is still being created 5 s later');
  });
});

describe('A process that ends by no decision of its own', () => {
  it.each([
    ['aborts', 'SIGABRT', ''],
    ['quits', 'SIGQUIT', ''],
    ['alarms', 'SIGUSR2', ''],
    ['kills', 'SIGKILL', ''],
    ['crashes', 'SIGSEGV', ''],
    ['fills-the-heap', 'SIGABRT', 'JavaScript heap out of memory'],
  ])('%s by the signal %s, with nothing stopped', async (how, signal, words) => {
    const exit = await behave(how, '--max-old-space-size=40').exit;

    expect(exit).toMatchObject({ code: undefined, signal });
    expect(exit.stdout).not.toContain('Stopped');
    expect(exit.stderr).toContain(words);
  });

  it('goes on after an endless recursion in a tick, whose run has failed', async () => {
    const entry = behave('overflows');
    await entry.until(() => entry.stdout.includes('Maximum call stack size exceeded'));
    expect(await entry.stop('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('stops with 1 after an endless recursion that belongs to no call', async () => {
    const exit = await behave('overflows-later').exit;
    expect(exit).toMatchObject({ code: 1, report: { code: 1 } });
    expect(exit.stdout).toContain('Maximum call stack size exceeded');
  });
});

describe('The exit code', () => {
  it('stays that of a failed boot when process.exit(0) is called after it', async () => {
    const exit = await behave('exits-after').exit;
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain('process.exit(0) was called outside every listener after the stop');
  });

  it.each(['exits-last', 'zero-last', 'really-last'])(
    'stays that of a failed boot whatever a handler of its end says: %s',
    async (how) => {
      const exit = await behave(how).exit;
      expect(exit).toMatchObject({ code: 1 });
      expect(exit.stderr).toContain('the port is taken');
    },
  );

  it('is 1 when nothing holds the process any more, and everything is stopped', async () => {
    const exit = await behave('fake-timers').exit;
    expect(exit.code).toBe(1);
    expect(exit.stdout).toMatch(/"message":"Stopped in .*"listener":"subject"/);
    expect(exit.stdout).toContain('Stopped with code 1: Nothing holds the process any more');
  });

  it('is 1 after an error while the application is created, which never ends', async () => {
    const exit = await behave('fails-in-passing').exit;
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain('a client without a listener for errors');
    expect(exit.stderr).toContain('the application is still being created 5 s later');
  });

  it('is that of process.exit while the application is created', async () => {
    expect(await behave('help').exit).toMatchObject({ code: 0, stderr: '' });
  });

  it('is that of the failed boot although the sink never takes the last lines', async () => {
    const exit = await behave('fatal-startup').exit;
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain('the last log lines may be lost');
    expect(exit.stderr).toContain('the port is taken');
  });

  it('is 0 after a stop whose sink never takes the last lines', async () => {
    const entry = behave('hanging-flush');
    await entry.until(() => entry.stdout.includes('ticking'));
    const exit = await entry.stop('SIGTERM');
    expect(exit.code).toBe(0);
    expect(exit.stderr).toContain('the last log lines may be lost: Error: the sink has not taken them within');
  });

  it('is that of the report although somebody has replaced process.exit', async () => {
    const entry = behave('exit-replaced');
    await entry.until(() => entry.stdout.includes('done\n'));
    expect(await entry.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  });

  it('stays that of the report when a signal comes after it', async () => {
    const entry = behave('open');
    await entry.until(() => entry.stdout.includes('"Started in'));
    entry.signal('SIGTERM');
    await entry.until(() => entry.stdout.includes('Stopped with code'));
    const exit = await entry.stop('SIGTERM');
    expect(exit).toMatchObject({ code: 0, report: { code: 0 } });
  });

  it('stays that of the report when signals come while the last lines are written', async () => {
    const entry = behave('hanging-flush');
    await entry.until(() => entry.stdout.includes('ticking'));
    entry.signal('SIGTERM');
    await entry.until(() => entry.stderr.includes('stopped, and writing'));
    const exit = await entry.stop('SIGTERM');
    expect(exit.code).toBe(0);
    expect(exit.stderr).toContain(
      'received SIGTERM again after the stop, ending before the last log lines are written',
    );
  });

  it('tells when an error after the report changes it', async () => {
    const entry = behave('late-rejection');
    await entry.until(() => entry.stdout.includes('"Started in'));
    const exit = await entry.stop('SIGTERM');
    expect(exit).toMatchObject({ code: 1, report: { code: 0 } });
    expect(exit.stderr).toContain('the error came after the stop, which had code 0: the process ends with code 1');
  });

  it('tells when an error changes it that comes while the last lines are written', async () => {
    const entry = behave('rejection-in-flush');
    await entry.until(() => entry.stdout.includes('ticking'));
    const exit = await entry.stop('SIGTERM');
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain('the error came after the stop, which had code 0: the process ends with code 1');
  });
});

describe('A standard stream that is lost', () => {
  it('does not stop an application whose handlers of its errors somebody has removed', async () => {
    const child = spawnEntry('streams-unheard', ['ignore', 'pipe', 'pipe']);
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    await pause(200);
    child.stdout?.destroy();
    child.stderr?.destroy();
    await pause(1_000);
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    expect(await codeOf(child)).toBe(0);
  });

  it('does not stop an application that writes to a full disk', async () => {
    const child = spawnEntry('writes', ['ignore', 'pipe', openSync('/dev/full', 'w')]);
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    while (!stdout.includes('"Started in')) await pause(50);
    await pause(500);
    child.kill('SIGTERM');
    expect(await codeOf(child)).toBe(0);
  });

  it('does not stop an application whose reader of stderr is gone', async () => {
    const child = spawnEntry('writes', ['ignore', 'pipe', 'pipe']);
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.destroy();
    while (!stdout.includes('"Started in')) await pause(50);
    await pause(500);
    child.kill('SIGTERM');
    expect(await codeOf(child)).toBe(0);
  });

  it('ends the process with 1 at once when the application cannot be created', async () => {
    const child = spawnEntry('fails-to-be-created', ['ignore', 'ignore', openSync('/dev/full', 'w')]);
    expect(await codeOf(child)).toBe(1);
  });

  it('does not hold up the stop for longer than the grace when nobody reads a pipe', async () => {
    const child = spawnEntry('talkative', ['ignore', 'pipe', 'pipe']);
    // The pipe of stdout is full long before this line, which says that the listener is at work, comes by the other one.
    await once(child.stderr as NonNullable<typeof child.stderr>, 'data');
    const began = Date.now();
    child.kill('SIGTERM');
    expect(await codeOf(child)).toBe(0);
    expect(Date.now() - began).toBeLessThan(8_000);
  });
});
