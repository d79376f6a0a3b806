import type { Application } from '../contracts/Application';
import { commandLine } from '../contracts/CommandLine';
import { NotAnApplicationError, RunMainTwiceError } from '../errors/processErrors';
import { PlanError } from '../errors/Problem';
import { toError } from '../errors/serializeError';
import { DaemonApplication } from './DaemonApplication';
import { ProcessShell } from './ProcessShell';

/** Options of {@link runMain}. */
export interface RunMainOptions {
  /** True to log the plan before the boot, and to tell the boot as one screen in the text format. @defaultValue true */
  readonly printPlan?: boolean;
}

/**
 * Creates an application, runs it, and ends the process with its exit code once it has stopped.
 *
 * The process lives until the application has ended, whether or not anything else holds it open. The first `SIGINT`,
 * `SIGTERM` or `SIGHUP` stops the application; a second one ends the process at once with 128 + its number. An unhandled
 * error stops the application with exit code 1, under the name of the listener it comes from. A `process.exit` of somebody
 * else, once there is an application, is told on stderr, and never leaves a code 0 that is not true. No other function
 * installs such handlers or ends the process.
 *
 * Exit codes: 0 clean · 1 a fatal startup failure, a fatal daemon that died, an unhandled error, an end that nobody asked
 * for · 2 an invalid configuration or plan · 3 a shutdown failed, timed out or was cut · 128 + n a second signal.
 *
 * It is called once in a process: a second call rejects with `RunMainTwiceError`. A call with the function that the entry exports,
 * which a bundle or `daemonry run` runs by itself, is no second one.
 *
 * Under a command of the `daemonry` program that only inspects, nothing is run, and the promise stays pending.
 */
export async function runMain(
  create: () => Application | Promise<Application>,
  { printPlan = true }: RunMainOptions = {},
): Promise<void> {
  const command = commandLine();
  // An entry that exports what it runs later on was started by its export.
  if (command?.isStarted?.(create) === true) return new Promise(() => undefined);
  command?.take(() => created(create));
  // The entry's code after its application must not run now.
  if (command?.mode === 'inspect') return new Promise(() => undefined);
  if (ProcessShell.isInstalled) throw new RunMainTwiceError();
  const shell = new ProcessShell();
  shell.install();
  let code: number;
  try {
    const app = await created(create);
    if (!(app instanceof DaemonApplication)) throw new NotAnApplicationError(app);
    shell.attach(app);
    if (printPlan) app.logPlan(process.stdout.isTTY ? process.stdout.columns : undefined);
    code = (await app.run()).code;
  } catch (thrown) {
    const error = toError(thrown);
    code = error instanceof PlanError ? 2 : 1;
    shell.write(error);
  }
  shell.end(code);
}

/** Calls what creates the application. @throws NotAnApplicationError if it is no function, as the promise itself. */
function created(create: () => Application | Promise<Application>): Application | Promise<Application> {
  if (typeof create !== 'function') throw new NotAnApplicationError(create);
  return create();
}
