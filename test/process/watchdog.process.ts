import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { type ApplicationProcess, type ProcessExit, startProcess } from 'daemonry/testing';

import { blocksIn, givenBlockedEntry } from './support/blockedEntry';

jest.setTimeout(60_000);

const given = givenBlockedEntry();

interface Trial {
  readonly kinds: readonly string[];
  readonly watchdog?: object | boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

const start = ({ kinds, watchdog = { after: 200 }, env, nodeArgs }: Trial): ApplicationProcess =>
  startProcess(given.entry, {
    cwd: given.folder,
    nodeArgs,
    env: { KINDS: kinds.join(), WATCHDOG: JSON.stringify(watchdog), ...env },
  });

const standstills = ({ logs }: Pick<ProcessExit, 'logs'>) =>
  logs.filter(({ message }) => /^The event loop (still )?stands still/.test(message));

const pause = (ms: number): Promise<void> =>
  new Promise((wake) => {
    setTimeout(wake, ms);
  });

async function ask(port: number, path = '/livez', method = 'GET'): Promise<{ status: number; body: string }> {
  return new Promise((settle, fail) => {
    const request = get({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => settle({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', fail);
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('An event loop that is blocked by JavaScript', () => {
  const KINDS: readonly (readonly [kind: string, frame: RegExp])[] = [
    ['loop', /^at spin /],
    ['regexp', /^at RegExp\.test /],
    ['sort', /Array\.sort/],
    ['wait', /^at Atomics\.wait /],
    ['nested', /Helper\.help/],
    ['promises', /^/],
  ];
  let exit: ProcessExit;

  beforeAll(async () => {
    exit = await start({ kinds: KINDS.map(([kind]) => kind), env: { MS: '1200' } }).exit;
  });

  it.each(KINDS)('is told with its run, while it lasts and afterwards: %s', (kind, frame) => {
    const index = KINDS.findIndex(([name]) => name === kind);
    const event = blocksIn(exit)[index];
    expect(event).toMatchObject({ listener: 'subject', hook: 'tick', task: 'tick' });
    expect(event?.blockedMs).toBeGreaterThanOrEqual(200);
    expect(event?.inFlight).toContainEqual({ listener: 'subject', hook: 'tick', task: 'tick', runId: event?.runId });
    expect(event?.stack ?? '').toMatch(frame);

    const line = standstills(exit).find(({ runId }) => runId === event?.runId);
    expect(line).toMatchObject({ level: 'warn', listener: 'subject', task: 'tick', runId: event?.runId });
    expect(line?.message).toMatch(/^The event loop (still )?stands still, for \S+ now: subject\.tick holds it($| \()/);
  });

  it('turns again each time, and ends as it would have', () => {
    expect(exit.stdout.match(/^\{"recovered"/gm)).toHaveLength(KINDS.length);
    expect(exit).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('An event loop that is blocked by a native call', () => {
  it('is told at once, and with the run that made the call as soon as it returns', async () => {
    const fifo = join(given.folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const kinds = ['exec', 'pbkdf2', 'fifo', 'parse', 'text'];
    const exit = await start({ kinds, env: { FIFO: fifo } }).exit;
    expect(exit.code).toBe(0);
    const events = blocksIn(exit);
    expect(events.map(({ listener, task }) => `${listener}.${task}`)).toEqual(kinds.map(() => 'subject.tick'));
    for (const { inFlight, runId } of events) expect(inFlight.map((call) => call.runId)).toEqual([runId]);
    expect(events[0]?.stack).toContain('execSync');
    expect(events[1]?.stack).toContain('pbkdf2Sync');
    expect(events[2]?.stack).toContain('readFileSync');
    expect(standstills(exit)[0]?.message).toMatch(/: it is inside a native call, which nothing can look into$/);
  });
});

describe('An event loop that is blocked outside of runs', () => {
  it('is told with the hook, and with the stack where it is no listener', async () => {
    const exit = await start({ kinds: ['startup', 'run', 'subscriber', 'shutdown', 'nothing', 'nothing'] }).exit;
    expect(exit.code).toBe(0);
    const [startup, ...others] = blocksIn(exit);
    const [shutdown] = others.splice(-1);
    expect(startup).toMatchObject({ listener: 'subject', hook: 'startup' });
    expect(startup?.inFlight).toContainEqual({ listener: 'subject', hook: 'startup' });
    expect(shutdown).toMatchObject({ listener: 'subject', hook: 'shutdown' });
    const body = others.find(({ hook }) => hook === 'run');
    expect(body).toMatchObject({ listener: 'subject' });
    const subscriber = others.find(({ listener }) => listener === undefined);
    expect(subscriber?.stack).toMatch(/^at spin/);
  });
});

describe('A boot whose first turn of the loop never ends', () => {
  it('is ended with the startup that holds it, where the process is to be ended at all', async () => {
    const exit = await start({ kinds: ['endless startup'], watchdog: { after: 200, abortAfter: 600 } }).exit;
    expect(exit.signal).toBe('SIGKILL');
    expect(exit.logs.at(-1)?.message).toMatch(
      /^Ended by SIGKILL, since watchdog.abortAfter is 600ms: .* subject\.startup holds it/,
    );
    expect(exit.logs.at(-1)).toHaveProperty('stack', expect.stringContaining('Subject.startup') as string);
  });
});

describe('The log level that an operator has set', () => {
  it('holds for the lines that the thread writes, which an event tells of all the same', async () => {
    const exit = await start({ kinds: ['nothing', 'loop'], env: { LEVEL: 'error' } }).exit;
    expect(blocksIn(exit)).toMatchObject([{ listener: 'subject', task: 'tick' }]);
    expect(standstills(exit)).toEqual([]);
  });
});

describe('A process that did not run', () => {
  it('is not taken for one whose loop is blocked: it was stopped and continued', async () => {
    const child = start({ kinds: [], watchdog: { after: 100 }, env: { KINDS: 'nothing,'.repeat(12) } });
    await child.untilReady();
    for (let times = 0; times < 3; times++) {
      process.kill(child.pid ?? 0, 'SIGSTOP');
      await pause(600);
      process.kill(child.pid ?? 0, 'SIGCONT');
      await pause(200);
    }
    const exit = await child.exit;
    expect(blocksIn(exit)).toEqual([]);
    expect(standstills(exit)).toEqual([]);
  });

  it('is not taken for one whose loop is blocked: a debugger has stopped it', async () => {
    const exit = await start({
      kinds: [...Array<string>(6).fill('nothing'), 'breakpoint', 'nothing'],
      watchdog: { after: 200, abortAfter: 400 },
    }).exit;
    expect({ code: exit.code, standstills: standstills(exit) }).toEqual({ code: 0, standstills: [] });
  });
});

describe('The port of the watchdog', () => {
  it('answers /livez while the loop turns and while it does not, and nothing else', async () => {
    const port = await freePort();
    const child = start({ kinds: ['forever'], watchdog: { after: 200, port, abortAfter: '2500ms' } });
    await child.untilReady();
    await child.untilLog('The event loop stands still');
    const blocked = await ask(port);
    expect(blocked.status).toBe(503);
    expect(JSON.parse(blocked.body)).toMatchObject({ live: false, listener: 'subject', task: 'tick' });
    expect(blocked.body).not.toContain('at ');
    expect(await ask(port, '/livez?verbose', 'HEAD')).toEqual({ status: 503, body: '' });
    expect((await ask(port, '/metrics')).status).toBe(404);
    expect((await ask(port, '/livez', 'POST')).status).toBe(404);

    const exit = await child.exit;
    expect(exit.signal).toBe('SIGKILL');
    const last = exit.logs.at(-1);
    expect(last).toMatchObject({ level: 'error', listener: 'subject', task: 'tick' });
    expect(last?.message).toMatch(/^Ended by SIGKILL, since watchdog.abortAfter is 2.5s: .* subject\.tick holds it$/);
    expect(last).toHaveProperty('stack', expect.stringContaining('Subject.tick') as string);
  });

  it('is told when it is taken, and the application goes on without', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const child = start({ kinds: ['nothing', 'nothing', 'loop'], watchdog: { after: 200, port } });
    const exit = await child.exit;
    other.close();
    expect(exit.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', error: expect.objectContaining({ code: 'WATCHDOG_PORT' }) as object }),
    );
    expect(exit.logs).toContainEqual(expect.objectContaining({ message: 'Degraded' }));
    expect(blocksIn(exit)).toHaveLength(1);
  });
});

describe('The supervisor systemd', () => {
  /** A folder with a program `systemd-notify` that keeps what it is told in `file`. */
  function givenNotifier(): { path: string; told: () => string[] } {
    const path = join(given.folder, 'bin');
    const file = join(given.folder, 'told');
    mkdirSync(path, { recursive: true });
    writeFileSync(file, '');
    writeFileSync(join(path, 'systemd-notify'), `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> '${file}'\n`, { mode: 0o755 });
    return { path: `${path}:${process.env['PATH'] ?? ''}`, told: () => readFileSync(file, 'utf8').trim().split('\n') };
  }

  it('is told of the start, of each half of its watchdog while the loop turns, and of the stop', async () => {
    const { path, told } = givenNotifier();
    const env = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '400000', PATH: path };
    const exit = await start({ kinds: ['nothing', 'nothing', 'nothing', 'nothing'], env }).exit;
    expect(exit.code).toBe(0);
    const states = told();
    const isSign = (state: string): boolean => state === '/run/notify WATCHDOG=1';
    expect(states.filter((state) => !isSign(state))).toEqual(['/run/notify READY=1', '/run/notify STOPPING=1']);
    expect(states.some(isSign)).toBe(true);
  });

  it('is told nothing unless it asks, nor the signs of life that another process is expected to give', async () => {
    const { path, told } = givenNotifier();
    await start({ kinds: ['nothing'], env: { PATH: path } }).exit;
    expect(told()).toEqual(['']);
    const env = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '40000', WATCHDOG_PID: '1', PATH: path };
    await start({ kinds: ['nothing'], env }).exit;
    expect(told()).toEqual(['/run/notify READY=1', '/run/notify STOPPING=1']);
  });

  it('is missing its program: that is told once, and the application goes on', async () => {
    const env = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '100000', PATH: given.folder };
    const exit = await start({ kinds: ['nothing', 'nothing'], env }).exit;
    expect(exit.code).toBe(0);
    const codes = exit.logs.map((entry) => (entry as { error?: { code?: string } }).error?.code);
    expect(codes.filter((code) => code === 'WATCHDOG_SYSTEMD')).toHaveLength(1);
  });
});
