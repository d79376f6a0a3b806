import { type HeartbeatProbes, heartbeatProbesModule } from 'daemonry/modules/heartbeat_probes';
import { createTestApplication } from 'daemonry/testing';

import { closeHttpServers } from './givenHttpServer';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;
type Options = NonNullable<Parameters<typeof createTestApplication>[0]>;

const running: TestApplication[] = [];

/** A running application with the probes of `endpoints`, and what else it is given. */
export async function givenProbes(
  endpoints: readonly Record<string, unknown>[],
  {
    modules = [],
    settings = {},
    listeners = [],
  }: { modules?: Options['modules']; settings?: Record<string, unknown>; listeners?: Options['listeners'] } = {},
) {
  const app = await createTestApplication({
    listeners,
    modules: [...modules, heartbeatProbesModule()],
    config: { values: { web: { port: 0 }, heartbeat_probes: { endpoints, ...settings } } },
  });
  running.push(app);
  await app.start();
  return { app, probes: app.listeners.resolve<HeartbeatProbes>('heartbeat_probes') };
}

export async function endProbes(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  await closeHttpServers();
}
