import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import type { ApplicationProcess, ProcessOptions } from 'daemonry/testing';

import { freePort } from '../../modules/test/support/RedisServer';
import { startEntry } from '../support/startEntry';

jest.setTimeout(180_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-cluster-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const start = (env: ProcessOptions['env']): ApplicationProcess =>
  startEntry('examples/gateway/cluster/main.ts', {
    env: { DAEMONRY__STATE__DIRECTORY: folder, ...env },
    patienceMs: 120_000,
  });

/** The first of three ports in a row that nobody listens on, as far as that can be known. */
const threePorts = async (): Promise<number> => Math.min(65_000, (await freePort()) + 7);

describe('npm run start:cluster', () => {
  it('starts a Redis where there is none and three processes that share the import, and stops all in order', async () => {
    const [redis, port] = [await freePort(), await threePorts()];
    const cluster = start({ REDIS_URL: `redis://127.0.0.1:${redis}`, GATEWAY_PORT: String(port) });
    await cluster.until(() => [1, 2, 3].every((number) => lineOf(cluster.stdout, number, 'Started in') >= 0));
    expect(cluster.stdout).toContain(`cluster | started redis-server at 127.0.0.1:${redis}\n`);
    await cluster.until(() => [1, 2, 3].some((number) => lineOf(cluster.stdout, number, 'lists rejected') >= 0));

    const { code, stdout } = await cluster.stop('SIGINT');
    expect(code).toBe(0);
    const ends = [1, 2, 3].map((number) => lineOf(stdout, number, 'Stopped with code 0'));
    expect(Math.min(...ends)).toBeGreaterThan(0);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('cluster | stopped, with the codes 0, 0, 0');
    const again = start({ REDIS_URL: `redis://127.0.0.1:${redis}`, GATEWAY_PORT: String(port) });
    await again.until(() => again.stdout.includes('dashboards'));
    expect(again.stdout).toContain('started redis-server');
    await again.stop('SIGINT');
  });

  it('says what to install when there is neither a Redis nor a redis-server', async () => {
    const { code, stderr } = await start({ REDIS_URL: `redis://127.0.0.1:${await freePort()}`, PATH: folder }).exit;
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^Nobody answers at 127.0.0.1:\d+, and redis-server is not installed.*apt-get install redis-server/,
    );
  });

  it('ends when nobody reads its output any more, and leaves no server and no process behind', async () => {
    const [redis, port] = [await freePort(), await threePorts()];
    const node = `"${process.execPath}" -C daemonry-source -r ts-node/register/transpile-only`;
    const { stdout } = await promisify(execFile)('sh', ['-c', `${node} examples/gateway/cluster/main.ts | head -1`], {
      cwd: resolve(__dirname, '../..'),
      env: {
        ...process.env,
        DAEMONRY__STATE__DIRECTORY: folder,
        REDIS_URL: `redis://127.0.0.1:${redis}`,
        GATEWAY_PORT: String(port),
      },
    });

    expect(stdout).toBe(`cluster | started redis-server at 127.0.0.1:${redis}\n`);
    for (const one of [redis, port, port + 1, port + 2]) expect(await refuses(one)).toBe(true);
  });

  it('refuses an address that is no URL', async () => {
    const { code, stderr } = await start({ REDIS_URL: 'elsewhere' }).exit;
    expect(code).toBe(2);
    expect(stderr).toBe('REDIS_URL is no URL; write redis://host:6379\n');
  });
});

/** True if nobody listens on a port of the loopback interface. */
const refuses = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(false);
    });
    socket.once('error', () => done(true));
  });

const lineOf = (stdout: string, number: number, text: string): number =>
  stdout.split('\n').findIndex((line) => line.startsWith(`${number} | `) && line.includes(text));
