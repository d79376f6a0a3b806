import { type HeartbeatProbes, heartbeatProbesModule, type ProbeSnapshot } from '@daemonry/modules/heartbeat_probes';

import { type DataOptions, endData, givenApplication, givenFolder } from './givenData';
import { closeHttpServers } from './givenHttpServer';

interface Given extends Pick<DataOptions, 'modules' | 'listeners'> {
  readonly settings?: Record<string, unknown>;
}

/** A running application with the probes of `endpoints`, and what else it is given. */
export async function givenProbes(
  endpoints: readonly Record<string, unknown>[],
  { modules = [], settings = {}, listeners = [] }: Given = {},
) {
  const folder = await givenFolder();
  const app = await givenApplication(folder, {
    listeners,
    modules: [...modules, heartbeatProbesModule()],
    values: { heartbeat_probes: { endpoints, ...settings } },
  });
  const probes = app.listeners.resolve<HeartbeatProbes>('heartbeat_probes');
  /** The findings, without the vendors that are not configured. */
  const found = (): readonly ProbeSnapshot[] => probes.current().filter(({ status }) => status !== 'not_configured');
  return { app, folder, probes, found };
}

export async function endProbes(): Promise<void> {
  await endData();
  await closeHttpServers();
}
