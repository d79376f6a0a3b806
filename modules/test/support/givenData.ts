import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { WebServer } from '@daemonry/modules/web';
import { createTestApplication } from 'daemonry/testing';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;
type Options = NonNullable<Parameters<typeof createTestApplication>[0]>;
export type DataOptions = Omit<Options, 'config'> & { readonly values?: Readonly<Record<string, unknown>> };

const running = new Set<TestApplication>();
const folders: string[] = [];

/** A folder for `state.directory`; removed by {@link endData}. */
export async function givenFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'daemonry-data-'));
  folders.push(folder);
  return join(folder, 'data');
}

/**
 * A running application whose state is in `folder`; one more on the same folder is a restart. `web`, where
 * `modules` lists it, listens on a free port.
 */
export async function givenApplication(folder: string, { values = {}, ...options }: DataOptions) {
  const hasWeb = options.modules?.some((module) => 'name' in module && module.name === 'web') === true;
  const app = await createTestApplication({
    now: '2030-01-01T00:00:00Z',
    ...options,
    config: {
      values: {
        state: { directory: folder },
        ...(hasWeb && { web: { port: 0 } }),
        ...values,
      },
    },
  });
  running.add(app);
  await app.start();
  return app;
}

/** Where the listener `web` of the application listens. */
export const urlOf = (app: TestApplication): string =>
  app.listeners.resolve<WebServer>('web').address?.url ?? 'web does not listen';

export async function endData(): Promise<void> {
  await Promise.all([...running].map((app) => app.stop()));
  running.clear();
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
}
