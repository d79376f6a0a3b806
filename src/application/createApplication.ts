import type { Application } from '../contracts/Application';
import { commandLine } from '../contracts/CommandLine';
import type { ApplicationOptions } from './ApplicationOptions';
import { buildApplication } from './buildApplication';
import { DaemonApplication } from './DaemonApplication';

/**
 * Loads the configuration, binds, plans and validates. Nothing is constructed and nothing is started: `app.plan` says what
 * `app.start()` will do. Under a command of the `daemonry` program that only looks, it stays pending.
 *
 * @throws PlanError with everything that is wrong, the configuration included.
 */
export function createApplication(options: ApplicationOptions): Promise<Application> {
  const command = commandLine();
  const building = buildApplication(
    options,
    (parts) => new DaemonApplication(parts),
    command === undefined ? {} : { commandLine: command },
  );
  command?.creating(building);
  return command?.mode === 'inspect' ? new Promise(() => undefined) : building;
}
