import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ApplicationProcess } from 'daemonry/testing';

import { type GivenCertificate, givenCertificate } from '../support/givenCertificate';
import { freePort, RedisServer } from '../support/RedisServer';
import { eventually } from './support/eventually';
import { startExample } from './support/startExample';

const PASSWORD = 'correct-horse-battery';

let folder = '';
let certificate: GivenCertificate;
let running: ApplicationProcess | undefined;
let sentinel: ChildProcess | undefined;
const servers: RedisServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-encrypted-'));
  certificate = givenCertificate(folder);
});
afterEach(async () => {
  running?.signal('SIGKILL');
  await running?.exit;
  sentinel?.kill('SIGKILL');
  await Promise.all(servers.splice(0).map((server) => server.remove()));
  rmSync(folder, { recursive: true, force: true });
});

/** A server that can be reached with TLS; returns that port. */
async function givenServer(...args: readonly string[]): Promise<number> {
  const port = await freePort();
  const { certFile, keyFile } = certificate;
  const tls = ['--tls-port', String(port), '--tls-cert-file', certFile, '--tls-key-file', keyFile];
  const trust = ['--tls-ca-cert-file', certFile, '--tls-auth-clients', 'no', '--requirepass', PASSWORD];
  servers.push(await RedisServer.start([...tls, ...trust, ...args]));
  return port;
}

function cli(port: number, ...command: readonly string[]): string {
  const tls = ['--tls', '--cacert', certificate.certFile, '--no-auth-warning', '-a', PASSWORD];
  return execFileSync('redis-cli', ['-p', String(port), ...tls, ...command], { stdio: 'pipe' }).toString();
}

async function givenSentinel(primary: number): Promise<number> {
  const port = await freePort();
  const { certFile, keyFile } = certificate;
  const file = join(folder, 'sentinel.conf');
  const lines = [
    'port 0',
    `tls-port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `tls-cert-file ${certFile}`,
    `tls-key-file ${keyFile}`,
    `tls-ca-cert-file ${certFile}`,
    'tls-auth-clients no',
    'tls-replication yes',
    `requirepass ${PASSWORD}`,
    `sentinel monitor orders 127.0.0.1 ${primary} 1`,
    `sentinel auth-pass orders ${PASSWORD}`,
  ];
  writeFileSync(file, lines.join('\n'));
  sentinel = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  await eventually('the Sentinel', () => {
    try {
      return cli(port, 'sentinel', 'get-master-addr-by-name', 'orders').includes(String(primary));
    } catch {
      return false; // it does not listen yet
    }
  });
  return port;
}

/** Three primaries that make one Redis Cluster, and talk to each other with TLS as well; returns their ports. */
async function givenNodes(): Promise<readonly number[]> {
  const ports: number[] = [];
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--tls-cluster', 'yes'];
  for (let count = 0; count < 3; count++) ports.push(await givenServer(...options));
  const [first = 0] = ports;
  cli(first, '--cluster', 'create', ...ports.map((port) => `127.0.0.1:${port}`), '--cluster-yes');
  await eventually('the agreement', () => ports.every((port) => cli(port, 'cluster', 'info').includes('state:ok')));
  return ports;
}

/** Starts the invoices of the shop, due each second; returns what they have sent. */
function started(settings: Readonly<Record<string, string>>): () => string {
  const outbox = join(folder, 'outbox');
  running = startExample('migration/cluster/after', {
    OUTBOX: outbox,
    DAEMONRY__LISTENERS__INVOICE_RUN__TASKS__NIGHTLY__CRON: '* * * * * *',
    DAEMONRY__LISTENERS__CLUSTER__RESTART: 'never',
    ...Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name.replace('REDIS_', 'DAEMONRY__CLUSTER__REDIS__'), value]),
    ),
  });
  return () => (existsSync(outbox) ? readFileSync(outbox, 'utf8') : '');
}

describe('a cluster whose Redis is reached with TLS', () => {
  it.each([
    ['one server', async () => ({ REDIS_URL: `rediss://:${PASSWORD}@127.0.0.1:${await givenServer()}` })],
    [
      'a primary that Sentinel watches',
      async () => {
        const sentinels = `127.0.0.1:${await givenSentinel(await givenServer())}`;
        const passwords = { REDIS_PASSWORD: PASSWORD, REDIS_SENTINEL_PASSWORD: PASSWORD };
        return { REDIS_SENTINELS: `["${sentinels}"]`, REDIS_NAME: 'orders', REDIS_TLS: 'true', ...passwords };
      },
    ],
    [
      'the nodes of a Redis Cluster',
      async () => {
        const nodes = (await givenNodes()).map((port) => `"127.0.0.1:${port}"`);
        return { REDIS_NODES: `[${nodes.join(',')}]`, REDIS_PASSWORD: PASSWORD, REDIS_TLS: 'true' };
      },
    ],
  ])(
    'runs on %s, with an authority of its own; without it, it fails, and names the variable',
    async (_, given) => {
      const settings = await given();
      const sent = started({ ...settings, NODE_EXTRA_CA_CERTS: certificate.certFile });
      // Its sources are compiled first, which takes its time on a busy machine.
      await running?.until(() => sent().split('\n').length > 3);
      const trusting = await running?.stop();
      started(settings);
      const failed = await running?.untilLog((entry) => entry.listener === 'cluster' && entry.level === 'warn');

      expect(trusting?.logs.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
      expect(JSON.stringify(failed)).toContain('NODE_EXTRA_CA_CERTS');
      expect(JSON.stringify([trusting, failed])).not.toContain(PASSWORD);
    },
    180_000,
  );
});
