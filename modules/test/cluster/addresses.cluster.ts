import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { type Application, BackgroundDaemon, createApplication, type LogEntry } from 'daemonry';
import { auditLogModule } from '@daemonry/modules/audit_log';
import { clusterModule } from '@daemonry/modules/cluster';
import { snapshotModule } from '@daemonry/modules/snapshot';

import { freePort, RedisServer } from '../support/RedisServer';
import { eventually } from './support/eventually';
import { PostgresServer } from './support/PostgresServer';

/** A password with every character that has a meaning in a URL, and a part that is looked for wherever something is told. */
const PASSWORD = 'p@ss%25word:/?#é-secretpart';
const ENCODED = encodeURIComponent(PASSWORD);

@BackgroundDaemon({ interval: '1s', scope: 'cluster' })
class OrderSync {
  tick(): void {}
}

let redis: RedisServer;
let postgres: PostgresServer;
let folder = '';
const running: Application[] = [];
beforeAll(async () => {
  [redis, postgres] = await Promise.all([RedisServer.start(['--requirepass', PASSWORD]), PostgresServer.start()]);
});
afterAll(() => Promise.all([redis.remove(), postgres.remove()]));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-addresses-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((application) => application.stop('the test is over')));
  rmSync(folder, { recursive: true, force: true });
});

const textOf = (value: unknown): string => `${JSON.stringify(value)}\n${inspect(value, { depth: 12 })}`;

/** Boots with those settings, and stops again; returns the state of `cluster`, its error, and all that was told anywhere. */
async function booted(cluster: Readonly<Record<string, unknown>>) {
  const log: LogEntry[] = [];
  const values = {
    cluster,
    state: { directory: folder },
    snapshot: { path: join(folder, 'snapshot.json') },
    logging: { level: 'debug' },
    listeners: { cluster: { restart: 'never' } },
  };
  const made = await createApplication({
    name: 'shop',
    listeners: [OrderSync],
    modules: [clusterModule(), auditLogModule(), snapshotModule()],
    logger: { log: (entry) => void log.push(entry) },
    config: { directory: false, env: false, values },
  }).catch((error: unknown) => error as Error);
  if (made instanceof Error) return { state: undefined, message: made.message, told: textOf(made) };
  running.push(made);
  await made.start();
  const trigger = made.trigger('order_sync').catch((error: unknown) => error);
  const listener = made.status().listeners.find(({ name }) => name === 'cluster');
  if (listener?.state === 'running') await eventually('a run', () => made.runs('order_sync').length > 0);
  const seen = [listener, made.status(), made.health(), made.plan, made.intents()];
  const outcome = await trigger;
  await made.stop('the test is over');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const written = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
  const told = [textOf([seen, outcome, log]), ...written].join('\n');
  return { state: listener?.state, message: listener?.error?.message ?? '', told, files: files.length };
}

const at = (port: number): string => `127.0.0.1:${port}`;
const refused = async (): Promise<string> => at(await freePort());

describe('the address of the store', () => {
  it('is taken with a password of any characters, encoded in a URL, or as it is in a setting of its own', async () => {
    const inUrl = await booted({ redis: { url: `redis://:${ENCODED}@${at(redis.port)}/3` } });
    const nodes = await booted({ redis: { nodes: [await refused()], password: PASSWORD } });
    const sentinels = { sentinels: [await refused()], name: 'orders', password: PASSWORD, sentinelPassword: PASSWORD };
    const watched = await booted({ redis: sentinels });

    expect([inUrl.state, nodes.state, watched.state]).toEqual(['running', 'startup_failed', 'startup_failed']);
    expect(inUrl.files).toBeGreaterThan(1);
    for (const { told } of [inUrl, nodes, watched]) {
      expect(told).not.toContain('secretpart');
      expect(told).not.toContain('p@ss');
    }
  }, 60_000);

  it.each([
    ['% that is none of an encoding', (port: number) => ({ url: `redis://:p%zz-secretpart@${at(port)}` }), '% is %25'],
    ['a user with a lone %', (port: number) => ({ url: `redis://us%er:secretpart@${at(port)}` }), '% is %25'],
    ['# as it is', (port: number) => ({ url: `redis://:p#secretpart@${at(port)}` }), '# is %23'],
    ['/ as it is', (port: number) => ({ url: `redis://:p/secretpart@${at(port)}` }), '/ is %2F'],
    [
      'a database that is no number',
      (port: number) => ({ url: `redis://${at(port)}/secretpart` }),
      'number of a database',
    ],
  ])('is a problem of the plan with %s', async (_, urlOf, said) => {
    const { state, message, told } = await booted({ redis: urlOf(redis.port) });

    expect(state).toBeUndefined();
    expect(message).toContain('"cluster.redis.url" is not valid');
    expect(message).toContain(said);
    expect(told).not.toContain('secretpart');
  });

  it.each([
    ['a password with @ as it is', () => `redis://:p@ss-secretpart@${at(redis.port)}`, 'correct user and password'],
    ['a database that is not there', () => `redis://:${ENCODED}@${at(redis.port)}/99`, 'make that database'],
    ['the password in its query', () => `redis://${at(redis.port)}?password=secretpart`, 'correct user and password'],
    ['the port of a PostgreSQL', () => `redis://:secretpart@${at(postgres.port)}`, 'check that Redis answers there'],
    ['a host that is none', () => 'redis://:secretpart@no-such-host.invalid', 'correct host and port'],
  ])('fails the startup with %s, and says what to do', async (_, urlOf, fix) => {
    const { state, message, told } = await booted({ redis: { url: urlOf() } });

    expect(state).toBe('startup_failed');
    expect(message).toContain('The cluster engine cannot connect to Redis.');
    expect(message).toContain(fix);
    expect(told).not.toContain('secretpart');
  });

  it.each([
    ['a database that is not there', 'daemonry:secretpart', 'none', 'make that database'],
    ['a user that is not there', 'nobody:secretpart', 'postgres', 'correct the user'],
    ['TLS where there is none', 'daemonry:secretpart', 'postgres?sslmode=verify-full', 'sslmode=disable'],
    [
      'a certificate that is not there',
      'daemonry:secretpart',
      'postgres?sslrootcert=/none',
      'correct the path of the file',
    ],
  ])('of PostgreSQL fails the startup with %s, and says what to do', async (_, access, database, fix) => {
    const url = `postgres://${access}@${at(postgres.port)}/${database}`;
    const { state, message, told } = await booted({ postgres: { url } });

    expect(state).toBe('startup_failed');
    expect(message).toContain('The cluster engine cannot connect to PostgreSQL.');
    expect(message).toContain(fix);
    expect(told).not.toContain('secretpart');
  });

  it('of PostgreSQL is a problem of the plan with a % that is none of an encoding', async () => {
    const { message, told } = await booted({ postgres: { url: 'postgres://shop:p%zz-secretpart@127.0.0.1/orders' } });

    expect(message).toContain('% is %25');
    expect(told).not.toContain('secretpart');
  });
});
