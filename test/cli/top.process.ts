import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { ApplicationStatus } from '../../src/contracts/status';
import { topFrame } from '../../src/cli/remote/topFrame';
import { givenFolder } from './support/givenApplication';
import { installedPackage } from './support/installedPackage';

jest.setTimeout(60_000);

const NOW = Date.parse('2030-01-31T08:00:00Z');
const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

const COUNTERS = { succeeded: 0, failed: 0, timed_out: 0, cancelled: 0, lost: 0, skipped: 0, missed: 0 };

function listener(name: string, outcome: 'succeeded' | 'failed', more: object = {}) {
  const at = { scheduledAt: '2030-01-31T07:59:00Z', startedAt: '2030-01-31T07:59:00Z' };
  const lastRun = { runId: '1', listener: name, task: 'tick', ...at, finishedAt: '2030-01-31T07:59:01.200Z', outcome };
  const counters = outcome === 'failed' ? { ...COUNTERS, failed: 14 } : COUNTERS;
  const nextRunAt = '2030-01-31T08:05:00Z';
  const failing = outcome === 'failed' ? { failingSince: '2030-01-31T07:00:00Z', lastFailure: lastRun } : {};
  const task = { name: 'tick', schedule: 'every 6m', paused: false, nextRunAt, lastRun, counters, ...failing };
  return { name, state: 'running', tasks: [task], ...more };
}

const statusOf = (...listeners: readonly object[]): ApplicationStatus =>
  ({ name: 'orders', state: 'degraded', sessionId: 's', uptimeMs: 61_000, listeners }) as unknown as ApplicationStatus;

const frame = (status: ApplicationStatus, size: Partial<Parameters<typeof topFrame>[0]> = {}): readonly string[] =>
  topFrame({ status, now: NOW, columns: 100, rows: 20, hasColours: false, problem: undefined, ...size });

describe('A frame of top', () => {
  it('shows state, last run with outcome and duration, next due moment and failures, the failing first', () => {
    const died = { name: 'web', state: 'died', tasks: [] };
    expect(frame(statusOf(listener('mailer', 'succeeded'), listener('order_sync', 'failed'), died))).toEqual([
      'orders is degraded, for 1m 1s; 2 of 3 failing; q quits',
      '',
      'STATE    LISTENER    LAST RUN                      NEXT   FAILURES',
      'running  order_sync  failed 59s ago, took 1.2s     in 5m  14, since 1h ago',
      'died     web',
      'running  mailer      succeeded 59s ago, took 1.2s  in 5m  0',
    ]);
  });

  it.each([
    [100, 6],
    [60, 10],
    [40, 24],
    [20, 4],
    [1, 1],
    [5, 3],
  ])('is no wider and no higher than a terminal of %i by %i', (columns, rows) => {
    const many = Array.from({ length: 40 }, (_, index) => listener(`a_listener_with_a_long_name_${index}`, 'failed'));

    const lines = frame(statusOf(...many), { columns, rows });

    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    if (rows > 4) expect(lines.at(-1)).toBe(`… and ${40 - (rows - 4)} more`.slice(0, columns));
  });

  it('is coloured only where that is wanted, and says when it is not of now', () => {
    const status = statusOf(listener('mailer', 'failed'));
    expect(frame(status, { hasColours: true }).join('\n')).toContain('\u001b[31m');
    const lines = frame(status, { problem: 'The application cannot be reached.' });
    expect(lines.join('\n')).not.toContain('\u001b');
    expect(lines[1]).toBe('The application cannot be reached.');
  });

  it('holds no control character of the application', () => {
    expect(frame(statusOf(listener('\u001b[2J\n\u009b1m', 'failed'))).join('\n')).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

describe('daemonry top', () => {
  let server: Server;
  let url: string;
  let asked: number;
  let isGoing: boolean;
  let program: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    program = join(installedPackage(), 'node_modules', 'daemonry', 'dist', 'src', 'cli', 'main.js');
    asked = 0;
    isGoing = false;
    server = createServer((_request, response) => {
      asked += 1;
      if (isGoing && asked > 1) response.destroy();
      else response.end(JSON.stringify(statusOf(listener(`mailer_${asked}`, 'failed'))));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  });

  /** Runs it in a terminal of 60 by 10, calls `act` when the screen shows `text`, and resolves with all output and the code. */
  async function inTerminal(text: string, act: (child: ChildProcess) => void, env: object = {}) {
    const line = `stty cols 60 rows 10; exec '${process.execPath}' '${program}' top --url '${url}'`;
    const child = spawn('script', ['-qec', line, '/dev/null'], {
      // In continuous integration Node takes a terminal for one without colours.
      env: { ...process.env, NODE_ENV: undefined, CI: undefined, TERM: 'xterm-256color', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    let output = '';
    let isActed = false;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (isActed || !output.includes(text)) return;
      isActed = true;
      act(child);
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { output, code };
  }

  it.each([
    ['q', 'q'],
    ['Ctrl-C', '\u0003'],
  ])('draws anew in a screen of its own, and gives the terminal back at %s', async (_name, key) => {
    const { output, code } = await inTerminal('mailer_3', ({ stdin }) => stdin?.write(key));

    expect(code).toBe(0);
    expect(output.startsWith(ENTER)).toBe(true);
    expect(output.endsWith(LEAVE)).toBe(true);
    expect(output).toContain('\u001b[31m');
  });

  it('goes on when the application has gone, says so, and has no colours with NO_COLOR', async () => {
    isGoing = true;

    const { output, code } = await inTerminal('cannot be reached', ({ stdin }) => stdin?.write('q'), { NO_COLOR: '1' });

    expect(code).toBe(0);
    expect(output).not.toContain('\u001b[31m');
    expect(output).not.toContain('\u001b[1m');
  });

  it('prints once in a pipe, and ends', async () => {
    const { code, stdout } = await givenFolder().call(['top', '--url', url]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^orders is degraded, for 1m 1s\n {2}STATE .*\n {2}running +mailer_1 +failed/);
    expect(stdout).not.toContain('\u001b');
    expect(asked).toBe(1);
  });
});
