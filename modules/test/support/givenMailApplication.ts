import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type AuditEvent, AuditLog } from '@daemonry/modules/audit_log';
import { type LoggedMessage, MessageLog } from '@daemonry/modules/message_log';
import { createTestApplication } from 'daemonry/testing';

type Options = NonNullable<Parameters<typeof createTestApplication>[0]>;
export type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

const running: TestApplication[] = [];
const folders: string[] = [];

/** A started application with those settings and a data folder of its own; ended by {@link endMailApplications}. */
export async function givenMailApplication(
  modules: NonNullable<Options['modules']>,
  values: Readonly<Record<string, unknown>>,
  options: Omit<Options, 'modules' | 'config'> = {},
): Promise<TestApplication> {
  const directory = await mkdtemp(join(tmpdir(), 'daemonry-mail-'));
  folders.push(directory);
  const app = await createTestApplication({
    ...options,
    modules,
    config: { values: { state: { directory }, ...values } },
  });
  running.push(app);
  await app.start();
  return app;
}

export async function endMailApplications(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

export async function loggedMessages(app: TestApplication): Promise<readonly LoggedMessage[]> {
  const found: LoggedMessage[] = [];
  for await (const message of app.container.get(MessageLog).scan()) found.push(message);
  return found;
}

/** The types and details in the audit log. */
export async function auditedEvents(app: TestApplication): Promise<readonly Pick<AuditEvent, 'type' | 'details'>[]> {
  const found: Pick<AuditEvent, 'type' | 'details'>[] = [];
  for await (const { type, details } of app.container.get(AuditLog).scan()) found.push({ type, details });
  return found;
}

/** Waits, in real time, until it is true. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 4_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
