import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Agenda } from 'agenda';
import { RedisBackend } from '@agendajs/redis-backend';
import { Queue } from 'bullmq';
import type { ApplicationProcess } from 'daemonry/testing';

import { eventually } from './support/eventually';
import { givenRedis } from './support/givenRedis';
import { startExample } from './support/startExample';

const redis = givenRedis();
const CLOCK = join(__dirname, '../entries/laterClock.cjs');
/** The file that all processes of one example write to. */
let outbox = '';
let folder = '';
let running: ApplicationProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-migration-'));
  outbox = join(folder, 'outbox');
});
afterEach(async () => {
  for (const one of running) one.signal('SIGKILL');
  await Promise.all(running.map(({ exit }) => exit));
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

function started(example: string, env: Readonly<Record<string, string>>, nodeArgs: readonly string[] = []) {
  const one = startExample(`migration/cluster/${example}`, { OUTBOX: outbox, ...env }, nodeArgs);
  running.push(one);
  return one;
}

const sent = (): readonly string[] =>
  existsSync(outbox)
    ? readFileSync(outbox, 'utf8')
        .trim()
        .split('\n')
        .filter((line) => line !== '')
    : [];

const invoices = (): readonly string[] => sent().filter((line) => line !== 'reminders');

/** Runs two processes of an example that start 13 seconds before three o'clock in Paris, until after that. */
async function overnight(example: string): Promise<void> {
  const env = { REDIS_URL: redis.server.url, CLOCK_AHEAD: String(Date.parse('2026-03-01T01:59:47Z') - Date.now()) };
  const processes = [started(example, env, ['-r', CLOCK]), started(example, env, ['-r', CLOCK])];
  await eventually(`the invoices of ${example}`, () => {
    const ended = processes.find(({ stderr }) => /Error/.test(stderr));
    if (ended !== undefined) throw new Error(ended.stderr);
    return invoices().length > 0;
  });
  // Long enough for the other process to send them as well, if it would.
  await new Promise((wake) => setTimeout(wake, 2_000));
}

describe('The migration to a cluster', () => {
  it.each(['nestjs/before', 'node-cron/before'])(
    'begins with %s, whose two processes send the invoices of a night once',
    async (example) => {
      await overnight(example);

      expect(invoices()).toEqual(['2026-03-01']);
    },
    60_000,
  );

  it('begins with bullmq/before, which does the same, and whose schedule stays in Redis until it is removed', async () => {
    await overnight('bullmq/before');
    const queue = new Queue('invoices', { connection: redis.client });
    const removed = [await queue.removeJobScheduler('nightly'), await queue.removeJobScheduler('nightly')];
    await queue.close();

    expect(invoices()).toEqual(['2026-03-01']);
    expect(removed).toEqual([true, false]);
  }, 60_000);

  it('begins with agenda/before, which sends them too, and whose schedule stays in Redis until it is cancelled', async () => {
    await overnight('agenda/before');
    const backend = new RedisBackend({ connectionString: redis.server.url });
    const agenda = new Agenda({ backend });
    await agenda.ready;
    const name = 'send invoices';
    const { total } = await agenda.queryJobs({ name });
    const cancelled = [await agenda.cancel({ name }), await agenda.cancel({ name })];
    await backend.disconnect();

    // Its backend for Redis gives the lock back and moves the due moment in two commands: between them, the other process takes the
    // job again, and now and then one does.
    expect([...new Set(invoices())]).toEqual(['2026-03-01']);
    // It also looks for the schedule and writes it in two commands: of two processes that start at once, now and then each writes one.
    expect([1, 2]).toContain(total);
    expect(cancelled).toEqual([total, 0]);
  }, 60_000);

  it('ends with three processes that send the invoices of each due moment once, also when one of them dies', async () => {
    const env = {
      DAEMONRY__CLUSTER__REDIS__URL: redis.server.url,
      DAEMONRY__CLUSTER__LEASE: '2s',
      DAEMONRY__LISTENERS__INVOICE_RUN__TASKS__NIGHTLY__CRON: '* * * * * *',
    };
    const [first, ...others] = [1, 2, 3].map(() => started('after', env));
    await Promise.all(running.map((one) => one.untilReady()));
    await eventually('some nights', () => invoices().length > 2);

    first?.signal('SIGKILL');
    await first?.exit;
    const before = invoices().length;
    await eventually('more of them', () => invoices().length > before + 2);
    for (const one of others) await one.stop();

    const tokens = invoices().map((line) => BigInt(line.split('#')[1] ?? 0));
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokens).toEqual(tokens.toSorted((a, b) => Number(a - b)));
    const moments = others.flatMap(({ logs }) => logs.filter(({ level }) => level === 'error'));
    expect(moments).toEqual([]);
  }, 60_000);
});
