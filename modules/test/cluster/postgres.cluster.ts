import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createApplication } from 'daemonry';
import { Client } from 'pg';
import { clusterModule } from '@daemonry/modules/cluster';

import { run } from '../../cluster/clusterCommand';
import { migrate } from '../../cluster/postgres/migrate';
import { eventually } from './support/eventually';
import { FakeWorker, givenMoment, givenTask } from './support/FakeWorker';
import { givenEngine, stopEngines } from './support/givenEngines';
import { PostgresServer } from './support/PostgresServer';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.remove());

/** Calls the command; returns its exit code and its output. */
async function called(...args: readonly string[]): Promise<{ code: number | undefined; said: string }> {
  let said = '';
  const write = (text: string): void => void (said += text);
  return { code: await run(args, { cwd: tmpdir(), out: write, err: write }), said };
}

function urlFile(url: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'daemonry-url-')), 'url');
  writeFileSync(file, `${url}\n`);
  return file;
}

/** Connections to the server, but for this one. */
async function connections(): Promise<number> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(
    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
  );
  await client.end();
  return Number(rows[0]?.count);
}

/** Transactions of all connections within two seconds. */
async function transactions(): Promise<number> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  const count = async (): Promise<number> => {
    const { rows } = await client.query<{ count: string }>('SELECT sum(xact_commit) AS count FROM pg_stat_database');
    return Number(rows[0]?.count);
  };
  const before = await count();
  await new Promise((wake) => setTimeout(wake, 2_000));
  const all = (await count()) - before;
  await client.end();
  return all;
}

async function started(prefix: string) {
  const application = await createApplication({
    name: 'shop',
    modules: [clusterModule()],
    logger: { log: () => undefined },
    config: {
      directory: false,
      env: false,
      values: { cluster: { postgres: { url: server.url }, prefix }, listeners: { cluster: { restart: 'never' } } },
    },
  });
  await application.start();
  const [listener] = application.status().listeners;
  await application.stop('the test is over');
  return listener;
}

describe('a PostgreSQL for the cluster engine', () => {
  it('is refused without its tables, with the command that makes them, and taken afterwards', async () => {
    const before = await started('jobs');
    const file = urlFile(server.url);
    const made = await called('migrate', '--url-file', file, '--schema', 'jobs');
    const again = await called('migrate', '--url-file', file, '--schema', 'jobs');
    const after = await started('jobs');

    expect(before).toMatchObject({ state: 'startup_failed', error: { code: 'CLUSTER_SCHEMA_MISSING' } });
    expect(before?.error?.message).toContain('daemonry cluster migrate');
    expect(made.code).toBe(0);
    expect(again.code).toBe(0);
    expect(after?.error).toBeUndefined();
  });

  it.each(['Shop', 'order', 'X'.repeat(63)])('takes the prefix %s', async (prefix) => {
    const made = await called('migrate', '--url-file', urlFile(server.url), '--schema', prefix);
    const listener = await started(prefix);

    expect(made).toMatchObject({ code: 0, said: expect.stringContaining(`"${prefix}" is ready`) as string });
    expect(listener?.error).toBeUndefined();
  });

  it('has the connections that the guide tells', async () => {
    await called('migrate', '--url-file', urlFile(server.url), '--schema', 'counted');
    const settings = { postgres: { url: server.url }, prefix: 'counted', lease: '2s' };
    const { engine } = await givenEngine(settings);
    const counted: number[] = [];
    for (const name of ['one', 'two', 'three']) {
      const task = givenTask({ task: name });
      const worker = new FakeWorker(task);
      const handle = engine.join(task, worker);
      for (let runs = 0; runs < 5; runs++)
        await eventually('a run', async () => {
          await handle.offer(givenMoment()).catch(() => undefined);
          return worker.claims.length > runs;
        });
      counted.push(await connections());
    }
    // At once after a run; what has been idle for ten seconds is closed.
    expect(counted[0]).toBeLessThanOrEqual(4 + 6);
    expect(counted[2]).toBeLessThanOrEqual(4 + 3 * 6);
    await stopEngines();

    // The server notices the end of a connection a moment later.
    await eventually('the end of every connection', async () => (await connections()) === 0);
  }, 60_000);

  it('is left without a connection by a process that stops while a run hangs', async () => {
    await called('migrate', '--url-file', urlFile(server.url), '--schema', 'hanging');
    const { engine } = await givenEngine({ postgres: { url: server.url }, prefix: 'hanging', lease: '2s' });
    const task = givenTask();
    const worker = new FakeWorker(task, () => new Promise(() => undefined));
    const handle = engine.join(task, worker);
    await eventually('the run', async () => {
      await handle.offer(givenMoment()).catch(() => undefined);
      return worker.claims.length > 0;
    });

    await stopEngines();

    // The server notices the end of a connection a moment later.
    await eventually('the end of every connection', async () => (await connections()) === 0);
  }, 30_000);

  it.each([
    ['without a verb', []],
    ['without a file', ['migrate']],
    ['with a schema that is none', ['migrate', '--url-file', 'x', '--schema', 'a b']],
    ['with an option that is none', ['migrate', '--force']],
  ])('is not migrated by a command %s, which says how to call it', async (_, args) => {
    const { code, said } = await called(...args);

    expect(code).toBe(64);
    expect(said).toContain('Usage: daemonry cluster migrate');
  });

  it.each(['mysql://shop:open-sesame@127.0.0.1/x', 'postgres://shop:open-sesame@[1/x', 'open-sesame'])(
    'is not migrated by a file that holds no URL of PostgreSQL, and what it holds is not told: %#',
    async (text) => {
      const { code, said } = await called('migrate', '--url-file', urlFile(text));

      expect(code).toBe(2);
      expect(said).toContain('holds no URL that begins with postgres://');
      expect(said).not.toContain('open-sesame');
    },
  );

  it('is not asked without a pause while a moment waits for the end of a run in flight', async () => {
    await migrate(server.url, 'patient');
    const task = givenTask({ overlap: 'queue-one' });
    const ends: (() => void)[] = [];
    const workers = [0, 1, 2].map(() => new FakeWorker(task, () => new Promise<void>((end) => void ends.push(end))));
    const handles = await Promise.all(
      workers.map(async (worker) => {
        const { engine } = await givenEngine({ postgres: { url: server.url }, prefix: 'patient', lease: '5s' });
        return engine.join(task, worker);
      }),
    );
    for (const count of [1, 2]) {
      await eventually('an answer', () => handles[0]?.offer(givenMoment()).catch(() => undefined));
      if (count === 1) await eventually('the run', () => ends.length === 1);
    }
    const asked = await transactions();
    ends[0]?.();
    await eventually('the one that waited', () => ends.length === 2);
    ends[1]?.();
    await stopEngines();

    expect(asked).toBeLessThan(500);
  });

  it('does not undo what a process has just set by an answer that was read before', async () => {
    await migrate(server.url, 'overtaken');
    const { engine } = await givenEngine({ postgres: { url: server.url }, prefix: 'overtaken', lease: '10s' });
    const task = givenTask();
    const worker = new FakeWorker(task);
    const handle = engine.join(task, worker);
    await eventually('an answer', () => handle.offer(givenMoment()).catch(() => undefined));
    const clients = [new Client(`${server.url}?options=-c%20search_path%3Dovertaken`)];
    clients.push(new Client(`${server.url}?options=-c%20search_path%3Dovertaken`));
    const [gate, tail] = clients as [Client, Client];
    await Promise.all(clients.map((client) => client.connect()));
    const waits = async (table: string): Promise<boolean> => {
      const { rowCount } = await gate.query('SELECT 1 FROM pg_locks WHERE NOT granted AND relation = $1::regclass', [
        table,
      ]);
      return rowCount !== 0;
    };
    // A beat is let go once the task has changed, and held up when it has read the change.
    await gate.query('BEGIN; LOCK daemonry_process');
    await eventually('a beat', () => waits('daemonry_process'));
    await tail.query(`UPDATE daemonry_task SET revision = nextval('daemonry_revision')`);
    await tail.query('BEGIN; LOCK job');
    await gate.query('COMMIT');
    await eventually('a beat that has read the task', () => waits('job'));
    const before = worker.heard.length;
    const pause = { by: 'ada', kind: 'human', reason: 'a test', since: new Date().toISOString() } as const;
    await handle.change({ pause }, 'human');
    await tail.query('COMMIT');
    await new Promise((wake) => setTimeout(wake, 2_500));
    await Promise.all(clients.map((client) => client.end()));
    await stopEngines();

    expect(worker.heard.slice(before)).toEqual([{ pause }]);
  }, 30_000);

  it('is not migrated where nobody listens, and the URL is not told', async () => {
    const { code, said } = await called('migrate', '--url-file', urlFile('postgres://shop:open-sesame@127.0.0.1:1/x'));

    expect(code).toBe(2);
    expect(said).toContain('ECONNREFUSED');
    expect(said).not.toContain('open-sesame');
  });
});
