import type { Application } from '../contracts/Application';
import { commandLine } from '../contracts/CommandLine';
import { DaemonryError } from '../errors/DaemonryError';
import { NotAnApplicationError, UnhandledError } from '../errors/processErrors';
import { PlanError } from '../errors/Problem';
import { toError } from '../errors/serializeError';
import { currentExecution } from '../execution/ExecutionContext';
import { DaemonApplication } from './DaemonApplication';

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
type Signal = keyof typeof SIGNALS;

const OPEN_HANDLES_MS = 1_000;

/** Options of {@link runMain}. */
export interface RunMainOptions {
  /** True to log the plan before the boot. @defaultValue true */
  readonly printPlan?: boolean;
}

/**
 * Creates an application, runs it, and ends the process with its exit code once it has stopped.
 *
 * The first `SIGINT`, `SIGTERM` or `SIGHUP` stops the application; a second one ends the process at once with 128 + its
 * number. An unhandled error stops the application with exit code 1, under the name of the listener it comes from. No
 * other function installs such handlers or ends the process.
 *
 * Exit codes: 0 clean · 1 a fatal startup failure, a fatal daemon that died, an unhandled error · 2 an invalid
 * configuration or plan · 3 a shutdown failed, timed out or was cut · 128 + n a second signal.
 *
 * Under a command of the `daemonry` program that only inspects, nothing is run, and the promise stays pending.
 */
export async function runMain(
  create: () => Application | Promise<Application>,
  { printPlan = true }: RunMainOptions = {},
): Promise<void> {
  const command = commandLine();
  command?.take(create);
  // The entry's code after its application must not run now.
  if (command?.mode === 'inspect') return new Promise(() => undefined);
  const shell = new ProcessShell();
  shell.install();
  let code: number;
  try {
    const app = await create();
    if (!(app instanceof DaemonApplication)) throw new NotAnApplicationError(app);
    shell.attach(app);
    if (printPlan) app.logPlan();
    code = (await app.run()).code;
  } catch (error) {
    code = error instanceof PlanError ? 2 : 1;
    shell.write(toError(error));
  }
  shell.end(code);
}

/** The process around an application: its signals, its unhandled errors, its end. */
class ProcessShell {
  readonly #handlers = new Map<string, (cause: unknown) => void>();
  #app: DaemonApplication | undefined;
  #signal: Signal | undefined;
  #unhandled: Error | undefined;
  /** Set once the application has ended. */
  #endCode: number | undefined;

  install(): void {
    for (const signal of Object.keys(SIGNALS) as Signal[]) {
      this.#on(signal, () => {
        this.#onSignal(signal);
      });
    }
    this.#on('unhandledRejection', (reason: unknown) => {
      this.#onUnhandled(toError(reason), 'unhandledRejection');
    });
    this.#on('uncaughtException', (error: unknown) => {
      this.#onUnhandled(toError(error), 'uncaughtException');
    });
  }

  /** Takes the application, and passes on a signal or an unhandled error that came while it was being created. */
  attach(app: DaemonApplication): void {
    this.#app = app;
    if (this.#unhandled !== undefined) app.crash(this.#unhandled);
    if (this.#signal !== undefined) app.requestShutdown(`received ${this.#signal}`);
  }

  /** Writes an error to stderr, without the application's secrets. */
  write(error: Error): void {
    const text = `${describe(error)}\n`;
    process.stderr.write(this.#app?.redact(text) ?? text);
  }

  /** Lets the process end with `code`; if something holds it open, names that and ends it after a second. */
  end(code: number): void {
    for (const [event, handler] of this.#handlers) {
      if (event in SIGNALS) process.off(event, handler);
    }
    this.#endCode = code;
    this.#setExitCode();
    setTimeout(() => {
      const left = openHandles();
      if (left.length > 0)
        process.stderr.write(`daemonry: still open after the stop, and ended with the process: ${left.join(', ')}\n`);
      process.exit();
    }, OPEN_HANDLES_MS).unref();
  }

  #onSignal(signal: Signal): void {
    if (this.#signal !== undefined) {
      const pending =
        this.#app?.status().listeners.filter(({ state }) => state === 'stopping' || state === 'starting') ?? [];
      const names = pending.map(({ name, state }) => `${name} (${state})`).join(', ');
      process.stderr.write(
        `daemonry: received ${signal} again, ending at once${names === '' ? '' : `; in flight: ${names}`}\n`,
      );
      process.exit(128 + SIGNALS[signal]);
    }
    this.#signal = signal;
    this.#app?.requestShutdown(`received ${signal}`);
  }

  #onUnhandled(cause: Error, kind: string): void {
    const { listener, hook, task } = currentExecution() ?? {};
    const error = new UnhandledError(
      cause,
      kind,
      listener === undefined ? undefined : `${listener}.${task ?? hook ?? ''}`,
    );
    this.#unhandled ??= error;
    if (this.#app !== undefined && this.#endCode === undefined) this.#app.crash(error);
    else this.write(error);
    this.#setExitCode();
  }

  #setExitCode(): void {
    if (this.#endCode === undefined) return;
    const isMasked = this.#unhandled !== undefined && (this.#endCode === 0 || this.#endCode === 3);
    process.exitCode = isMasked ? 1 : this.#endCode;
  }

  #on(event: Signal | 'unhandledRejection' | 'uncaughtException', handler: (cause: unknown) => void): void {
    this.#handlers.set(event, handler);
    process.on(event as Signal, handler);
  }
}

function describe(error: Error): string {
  return error instanceof DaemonryError && !(error instanceof UnhandledError)
    ? error.message
    : (error.stack ?? `${error.name}: ${error.message}`);
}

/** The kinds of handles that keep the process alive, without its standard streams. */
function openHandles(): string[] {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'TTYWrap' && kind !== 'PipeWrap') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`));
}
