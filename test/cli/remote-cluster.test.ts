import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  type ApplicationStatus,
  BackgroundDaemon,
  type OnRun,
  type OnTick,
  type RunContext,
  type TickContext,
} from '../../src';
import { topFrame } from '../../src/cli/remote/topFrame';
import { createTestCluster } from '../../src/testing';
import { type WebServer, webModule } from '@daemonry/modules/web';
import { givenFolder } from './support/givenApplication';

@BackgroundDaemon({ name: 'order_sync', interval: '1m', scope: 'cluster' })
class OrderSync implements OnTick {
  async tick({ sleep }: TickContext): Promise<void> {
    await sleep('40s');
  }
}

@BackgroundDaemon({ name: 'invoices', interval: '1h', scope: 'cluster', delivery: 'at-least-once', maxStarts: 2 })
class Invoices implements OnTick {
  tick(): void {
    throw new Error('the printer is out of paper');
  }
}

@BackgroundDaemon({ name: 'leader', interval: '1h', scope: 'cluster' })
class Leader implements OnRun, OnTick {
  async run({ signal }: RunContext): Promise<void> {
    await new Promise((done) => signal.addEventListener('abort', done));
  }
  tick(): void {}
}

@BackgroundDaemon({ name: 'mailer', interval: '1h' })
class Mailer implements OnTick {
  tick(): void {}
}

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Serves a status as the module web does. */
async function serve(status: unknown): Promise<string> {
  server = createServer((_request, response) => response.end(JSON.stringify(status)));
  const listening = server;
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

/** Takes an act as the module web does; returns what it was sent. */
async function taken(args: readonly string[]): Promise<Record<string, unknown>> {
  let body = '';
  server = createServer((request, response) => {
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const { action, listener } = JSON.parse(body) as Record<string, unknown>;
      const at = '2030-01-31T08:00:00.000Z';
      const run = {
        runId: 'r-1',
        listener,
        task: 'tick',
        outcome: 'succeeded',
        scheduledAt: at,
        startedAt: at,
        finishedAt: at,
      };
      const record = action === 'trigger' ? { record: run } : {};
      response.end(JSON.stringify({ action, listener, by: 'kim', at, lifted: [], notes: [], ...record }));
    });
  });
  const listening = server;
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  expect(await givenFolder().call([...args, '--reason', 'x', '--url', url])).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(body) as Record<string, unknown>;
}

/** The status of a process whose cluster is in the middle of runs, as of two hours after the start. */
async function givenStatus(listeners: readonly (new () => object)[]): Promise<ApplicationStatus> {
  const cluster = await createTestCluster(2, { name: 'orders', listeners, now: '2030-01-31T08:00:00Z' });
  await cluster.start();
  await cluster.clock.advance('2h');
  await cluster.clock.advanceUntil(() => cluster.state('order_sync').holder !== undefined, '2m');
  return cluster.apps[0]?.status() as ApplicationStatus;
}

describe('The dead letters of an application with tasks of cluster scope', () => {
  it('are dismissed from a terminal, one by its tickId, or all', async () => {
    const cluster = await createTestCluster(1, {
      name: 'orders',
      listeners: [Invoices],
      modules: [webModule()],
      config: { values: { web: { port: 0 } } },
      now: '2030-01-31T08:00:00Z',
    });
    await cluster.start();
    await cluster.clock.advanceUntil(() => cluster.state('invoices').deadLetters === 3, '5h');
    const [app] = cluster.apps;
    const url = app?.listeners.resolve<WebServer>('web').address?.url ?? 'none';
    const dismiss = ['dismiss', 'invoices', '--reason', 'sent by hand', '--url', url];
    const { tickId = '' } = cluster.runs('invoices').find(({ start }) => start === 2) ?? {};

    const one = await givenFolder().call([...dismiss, '--tick-id', tickId]);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toContain('Dead letters that are dismissed: 1.');
    expect((await givenFolder().call([...dismiss, '--tick-id', tickId])).stdout).toContain('dismissed: 0.');
    expect(cluster.state('invoices').deadLetters).toBe(2);
    expect((await givenFolder().call(dismiss)).stdout).toContain('dismissed: 2.');
    await cluster.stop();
  });
});

describe('The status of an application with tasks of cluster scope', () => {
  it('shows the holder of each, since when, its lease, and its dead letters', async () => {
    const url = await serve(await givenStatus([OrderSync, Invoices, Leader, Mailer]));

    const { code, stdout } = await givenFolder().call(['status', '--url', url]);
    const lineOf = (name: string): string => stdout.split('\n').find((line) => line.includes(` ${name} `)) ?? '';

    expect(code).toBe(0);
    expect(stdout).toMatch(/STATE .* FAILURES +CLUSTER\n/);
    expect(lineOf('order_sync')).toMatch(/held by process-\d\.\d, since .+, lease ends .+$/);
    expect(lineOf('invoices')).toMatch(/ 2 dead letters, free$/);
    expect(lineOf('leader run')).toMatch(/held by process-\d\.\d, since .+, lease ends .+$/);
    expect(lineOf('leader')).not.toBe('');
    expect(lineOf('mailer')).toMatch(/ 0$/);
  });

  it('is the answer of the application with --json', async () => {
    const status = await givenStatus([OrderSync, Invoices]);
    const { stdout } = await givenFolder().call(['status', '--json', '--url', await serve(status)]);

    const { listeners } = JSON.parse(stdout) as ApplicationStatus;
    expect(listeners.map(({ tasks }) => tasks[0]?.cluster)).toEqual([
      {
        holder: expect.stringMatching(/^process-/) as string,
        since: expect.any(String) as string,
        leaseUntil: expect.any(String) as string,
        newestRecorded: expect.any(String) as string,
      },
      { newestRecorded: expect.any(String) as string, deadLetters: 2 },
    ]);
  });

  it('fits the terminal in a frame of top, where the column of the cluster gives way first', async () => {
    const status = await givenStatus([OrderSync, Mailer]);
    const now = Date.parse('2030-01-31T10:00:00Z');
    const frame = (columns: number): readonly string[] =>
      topFrame({ status, now, columns, rows: 20, hasColours: false, problem: undefined });

    expect(frame(160)[2]).toMatch(/FAILURES +CLUSTER$/);
    expect(frame(160).join('\n')).toMatch(/order_sync .*held by process-\d\.\d, since .* ago, lease ends in \d+s$/m);
    expect(Math.max(...frame(80).map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(frame(80).join('\n')).toMatch(/ order_sync .* held by .*…$/m);
  });

  it('is refused when its cluster is none', async () => {
    const task = { name: 'tick', schedule: 'every 1m', counters: {}, cluster: { holder: 1 } };
    const url = await serve({
      name: 'orders',
      state: 'running',
      listeners: [{ name: 'a', state: 'running', tasks: [task] }],
    });

    const { code, stderr } = await givenFolder().call(['status', '--url', url]);

    expect(code).not.toBe(0);
    expect(stderr).toContain('APPLICATION_');
  });
});

describe('An act that is sent from a machine whose clock is wrong', () => {
  it.each([
    [['pause', 'invoices'], '2h'],
    [['pause', '--all'], '1.5d'],
    [['reschedule', 'invoices', '--cron', 'off'], '30m'],
    [['log-level', 'debug'], '90s'],
  ])('%j ends after %s by the clock of the application: a duration is sent as it was written', async (act, until) => {
    expect(await taken([...act, '--until', until])).toMatchObject({ until });
  });

  it('names the dead letter that is run again', async () => {
    const tickId = 'invoices.tick@2030-01-31T09:00:00.000Z';
    expect(await taken(['trigger', 'invoices', '--tick-id', tickId])).toMatchObject({ action: 'trigger', tickId });
  });
});
