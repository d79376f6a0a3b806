import type { Application } from '../contracts/Application';
import { type CommandLine, commandLine } from '../contracts/CommandLine';
import type { ApplicationOptions } from './ApplicationOptions';
import { assemble } from './assemble';
import { DaemonApplication } from './DaemonApplication';
import { planFrom } from './planFrom';

/**
 * Creates an application: loads the configuration, binds, plans and validates. Nothing is constructed and nothing is
 * started: `app.plan` shows what `app.start()` will do. Under a command of the `daemonry` program that only inspects, the
 * promise stays pending, so that the entry file does nothing further.
 *
 * @throws PlanError with everything that is wrong, the configuration included.
 */
export function createApplication(options: ApplicationOptions): Promise<Application> {
  const command = commandLine();
  // JavaScript may give none, which the plan reports.
  const given = (options as ApplicationOptions | undefined | null) ?? ({} as ApplicationOptions);
  const building = build(given, command);
  command?.creating(building, () => rehearse(given.logger === undefined ? undefined : SILENT));
  return command?.mode === 'inspect' ? new Promise(() => undefined) : building;
}

const build = (options: ApplicationOptions, command?: CommandLine): Promise<DaemonApplication> =>
  planFrom(options, { commandLine: command }).then((planned) =>
    assemble(planned, (parts) => new DaemonApplication(parts)),
  );

function rehearse(logger: ApplicationOptions['logger']): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- needed to make a code cache only
  return (require('./rehearsal') as typeof import('./rehearsal')).rehearse(build, logger);
}

const SILENT = { log: (): void => undefined };
