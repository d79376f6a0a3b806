import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Snapshot, type SnapshotDocument, snapshotModule } from '@daemonry/modules/snapshot';
import { createTestApplication } from 'daemonry/testing';

import { closeHttpServers } from './givenHttpServer';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;
type Options = NonNullable<Parameters<typeof createTestApplication>[0]>;

const running: { app: TestApplication; folder: string }[] = [];

/** A running application with the snapshot module, its file in a folder of its own. */
export async function givenSnapshot({
  modules = [],
  values = {},
  ...options
}: Omit<Options, 'config'> & { values?: Record<string, unknown> } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
  const path = join(folder, 'state', 'snapshot.json');
  const app = await createTestApplication({
    now: '2030-01-01T00:00:00Z',
    settleMs: 4_000, // what is written takes real time
    ...options,
    modules: [...modules, snapshotModule()],
    config: {
      values: {
        state: { directory: join(folder, 'data') },
        snapshot: { path },
        ...values,
      },
    },
  });
  running.push({ app, folder });
  await app.start();
  const read = async (): Promise<SnapshotDocument> => JSON.parse(await readFile(path, 'utf8')) as SnapshotDocument;
  return { app, path, read, snapshot: app.listeners.resolve<Snapshot>('snapshot') };
}

export async function endSnapshots(): Promise<void> {
  for (const { app, folder } of running.splice(0)) {
    await app.stop();
    await rm(folder, { recursive: true });
  }
  await closeHttpServers();
}
