import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createApplication } from 'daemonry';
import { clusterModule } from '@daemonry/modules/cluster';

import { run } from '../../cluster/clusterCommand';
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

  it('is not migrated where nobody listens, and the URL is not told', async () => {
    const { code, said } = await called('migrate', '--url-file', urlFile('postgres://shop:open-sesame@127.0.0.1:1/x'));

    expect(code).toBe(2);
    expect(said).toContain('ECONNREFUSED');
    expect(said).not.toContain('open-sesame');
  });
});
