import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AuditLog, type AuditEvent, type AuditEventType } from '@daemonry/modules/audit_log';
import { Promotions, promotionsModule, type Proposal } from '@daemonry/modules/promotions';
import { createTestApplication } from 'daemonry/testing';

import { readRows } from './readAudit';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;
type Options = NonNullable<Parameters<typeof createTestApplication>[0]>;

const running = new Set<TestApplication>();
const folders: string[] = [];

/** A folder of its own, removed by {@link endPromotions}. */
export async function givenFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'promotions-'));
  folders.push(folder);
  return folder;
}

/** A running application with the promotions, and its data in a folder of its own unless `folder` names one. */
export async function givenPromotions({
  folder,
  modules = [],
  values = {},
  ...options
}: Omit<Options, 'config'> & { folder?: string; values?: Record<string, unknown> } = {}) {
  const directory = folder ?? (await givenFolder());
  const app = await createTestApplication({
    now: '2030-01-10T09:00:00Z',
    ...options,
    modules: [promotionsModule(), ...modules],
    config: { values: { state: { directory }, ...values } },
  });
  running.add(app);
  await app.start();
  const promotions = app.container.get(Promotions);
  const audit = app.container.get(AuditLog);
  const events = async <T extends AuditEventType>(...types: readonly T[]): Promise<readonly AuditEvent<T>[]> => {
    const found: AuditEvent<T>[] = [];
    for await (const event of audit.scan({ types })) found.push(event as AuditEvent<T>);
    return found;
  };
  const stop = async (): Promise<void> => {
    running.delete(app);
    await app.stop();
  };
  /** The rows of the store, as `phrasebook/pending/<id>`. */
  const stored = async (): Promise<readonly string[]> => {
    const rows = await readRows(directory, 'promotions_stored');
    return rows.map(({ loop, state, id }) => [loop, state, id].join('/')).sort();
  };
  return { app, promotions, audit, events, stored, stop, folder: directory };
}

export const proposal = (change: Partial<Proposal> = {}): Proposal => ({
  loop: 'phrasebook',
  key: 'deployment guide',
  title: 'Answer "Where is the deployment guide?"',
  confidence: 0.9,
  body: { reply: 'In the docs.' },
  samples: ['Where is the deployment guide?'],
  ...change,
});

/** An application with one pending promotion. */
export async function givenPending(options: Parameters<typeof givenPromotions>[0] = {}) {
  const given = await givenPromotions(options);
  await given.promotions.propose(proposal());
  return given;
}

export async function endPromotions(): Promise<void> {
  for (const app of running) await app.stop();
  running.clear();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}
