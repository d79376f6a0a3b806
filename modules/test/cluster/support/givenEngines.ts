import { type Application, type ApplicationModule, createApplication, type LogEntry } from 'daemonry';
import { Cluster, clusterModule } from '@daemonry/modules/cluster';

/** An application of one name, with a cluster engine and nothing else: what one process of a cluster is to its store. */
export interface EngineProcess {
  readonly application: Application;
  readonly engine: Cluster;
}

/** Settings of `cluster`, as a configuration gives them. */
export type GivenSettings = Readonly<Record<string, unknown>>;

const running = new Set<Application>();

/** Starts an application with a cluster engine. @param log - filled with its log; it goes to the console otherwise */
export async function givenEngine(
  cluster: GivenSettings,
  name = 'shop',
  more: readonly ApplicationModule[] = [],
  log?: LogEntry[],
): Promise<EngineProcess> {
  const application = await createApplication({
    name,
    modules: [clusterModule(), ...more],
    config: {
      directory: false,
      env: false,
      values: { cluster, logging: { level: process.env['LOG'] ?? (log === undefined ? 'error' : 'info') } },
    },
    ...(log === undefined ? {} : { logger: { log: (entry) => void log.push(entry) } }),
  });
  running.add(application);
  await application.start();
  return { application, engine: application.container.get(Cluster) };
}

/** Stops every application that was started here. */
export async function stopEngines(): Promise<void> {
  await Promise.all([...running].map((application) => application.stop('the test is over')));
  running.clear();
}
