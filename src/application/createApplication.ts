import type { Application } from '../contracts/Application';
import type { ApplicationOptions } from './ApplicationOptions';
import { buildApplication } from './buildApplication';
import { DaemonApplication } from './DaemonApplication';

/**
 * Loads the configuration, binds, plans and validates. Nothing is constructed and nothing is started: `app.plan` says what
 * `app.start()` will do.
 *
 * @throws PlanError with everything that is wrong, the configuration included.
 */
export function createApplication(options: ApplicationOptions): Promise<Application> {
  return buildApplication(options, (parts) => new DaemonApplication(parts));
}
