import { writeSync } from 'node:fs';

import { LoopEmptyError, UnhandledError } from '../errors/processErrors';
import { toError } from '../errors/serializeError';
import { currentExecution } from '../execution/ExecutionContext';
import { isWorthSaying } from '../observability/LineLimits';
import { KeptListeners } from '../observability/KeptListeners';
import { guardStandardStreams, writeToStderr } from '../observability/standardStreams';
import { native } from '../time/native';
import { CapturedErrors } from './CapturedErrors';
import type { DaemonApplication } from './DaemonApplication';
import { errorOnStderr } from './errorOnStderr';
import { sayOpenHandles } from './openHandles';

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
type Signal = keyof typeof SIGNALS;

/** How long the process is left open after the end of the application, in milliseconds. */
const OPEN_HANDLES_MS = 1_000;
/** How long a first signal waits for the application to be created, in milliseconds. */
const CREATION_MS = 5_000;
/** How often it is looked whether the process still tells of its errors and signals, in milliseconds. */
const LOOK_MS = 60_000;

/** Unhandled errors beyond these are counted, not written: an endless loop of them would fill the disk. */
const MOST_WRITTEN = 20;
/** Marks the handlers of a shell, also of one of another copy of this module. */
const SHELL = Symbol.for('daemonry.processShell');

type ProcessEvent = Signal | 'unhandledRejection' | 'uncaughtException' | 'beforeExit' | 'exit';

/**
 * The process around an application: it lives until the application has ended, and this object alone decides its exit
 * code. It takes the signals, the unhandled errors, and every other way in which a process can end.
 */
export class ProcessShell {
  readonly #kept = new KeptListeners(process, (events) => {
    this.#sayRemoved(events);
  });
  readonly #captured = new CapturedErrors();
  #removals = 0;
  /** Taken now: somebody may replace it later. */
  readonly #exitProcess = process.exit.bind(process);
  #app: DaemonApplication | undefined;
  #signal: Signal | undefined;
  #unhandled: Error | undefined;
  /** The exit code of the application's report, whose last lines may not be written yet. */
  #reported: number | undefined;
  /** The exit code of the application, once it has ended. */
  #endCode: number | undefined;
  /** The exit code of the process, once the application has ended. */
  #code = 0;
  #unhandledCount = 0;
  /** True when this object itself ends the process. */
  #isExiting = false;
  /** True once the handlers of the end have been called. */
  #isOver = false;
  /** The exit code that is true, once the process ends; nobody changes it any more. */
  #truth: number | undefined;
  /** Holds the event loop open: a daemon may wait for something that does not. */
  #alive: NodeJS.Timeout | undefined;
  /** True once nothing holds the loop open, although nobody has stopped the application. */
  #isEmpty = false;

  /** True if a shell, of whatever copy of this module, has taken this process. */
  static get isInstalled(): boolean {
    return process.listeners('exit').some((listener) => SHELL in listener);
  }

  install(): void {
    guardStandardStreams();
    this.#alive = native.setInterval(this.#look, LOOK_MS);
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
    this.#on('beforeExit', () => {
      this.#onEmpty();
    });
    this.#on('exit', (code) => {
      this.#onExit(Number(code), 'process.exit');
    });
    this.#ownReallyExit();
  }

  /** Takes the application, and passes on a signal or an unhandled error that came while it was being created. */
  attach(app: DaemonApplication): void {
    this.#app = app;
    app.events.on('application.stopped', ({ report }) => {
      this.#reported = report.code;
      this.#look();
    });
    if (this.#unhandled !== undefined) app.crash(this.#unhandled);
    if (this.#signal !== undefined) app.requestShutdown(`received ${this.#signal}`);
  }

  /** Writes an error to stderr, without the application's secrets. */
  write(error: Error): void {
    const redact = (text: string): string => this.#app?.redact(text) ?? text;
    writeToStderr(redact(errorOnStderr(error, redact)));
  }

  /** Lets the process end with `code`; if something holds it open, names that and ends it after a second. */
  end(code: number): void {
    native.clearInterval(this.#alive);
    this.#kept.end();
    this.#endCode = code;
    this.#setCode(code);
    // One that came while the last lines were written.
    if (this.#unhandled !== undefined) this.#changeCode(code);
    // A process that ends by itself lets go of its signals some milliseconds before it is gone, and one that comes then kills
    // it. `process.exit` does not.
    process.on('exit', () => this.#exitProcess(this.#code));
    native
      .setTimeout(() => {
        sayOpenHandles();
        this.#exit(this.#code);
      }, OPEN_HANDLES_MS)
      .unref();
  }

  /** There are removals that no listener hears of. */
  readonly #look = (): void => {
    this.#kept.check();
    this.#captured.look();
  };

  #onSignal(signal: Signal): void {
    // The application has ended, and its code is decided: the process ends within a second.
    if (this.#endCode !== undefined) return;
    if (this.#signal !== undefined && this.#reported !== undefined) {
      const code = this.#unhandled !== undefined && isChanged(this.#reported) ? 1 : this.#reported;
      const left = 'ending before the last log lines are written';
      writeToStderr(`daemonry: received ${signal} again after the stop, ${left}; the process ends with code ${code}`);
      this.#exit(code);
    }
    if (this.#signal !== undefined) {
      const pending =
        this.#app?.status().listeners.filter(({ state }) => state === 'stopping' || state === 'starting') ?? [];
      const names = pending.map(({ name, state }) => `${name} (${state})`).join(', ');
      writeToStderr(`daemonry: received ${signal} again, ending at once${names === '' ? '' : `; in flight: ${names}`}`);
      this.#exit(128 + SIGNALS[signal]);
    }
    this.#signal = signal;
    if (this.#app !== undefined) this.#app.requestShutdown(`received ${signal}`);
    else this.#limitCreation(`received ${signal}`);
  }

  /** Ends the process if the application is not created soon: nothing of it has been started. */
  #limitCreation(reason: string): void {
    native
      .setTimeout(() => {
        if (this.#app !== undefined || this.#endCode !== undefined) return;
        const seconds = CREATION_MS / 1_000;
        writeToStderr(
          `daemonry: ${reason}, and the application is still being created ${seconds} s later: ending without it`,
        );
        this.#exit(1);
      }, CREATION_MS)
      .unref();
  }

  #onUnhandled(cause: Error, kind: string): void {
    const error = new UnhandledError(cause, kind, currentPlace());
    this.#unhandled ??= error;
    if (this.#app !== undefined && this.#endCode === undefined) {
      this.#app.crash(error);
      // The log may have been flushed for the last time.
      if (this.#app.hasEnded) this.#writeUnhandled(error);
      return;
    }
    this.#writeUnhandled(error);
    if (this.#endCode === undefined) this.#limitCreation('an error was not handled');
    else this.#changeCode(this.#endCode);
  }

  /** An error that came after the report changes a code that says that there was none. */
  #changeCode(ended: number): void {
    if (!isChanged(ended) || this.#code === 1) return;
    writeToStderr(`daemonry: the error came after the stop, which had code ${ended}: the process ends with code 1`);
    this.#setCode(1);
  }

  #writeUnhandled(error: Error): void {
    if (++this.#unhandledCount <= MOST_WRITTEN) this.write(error);
    else if (isWorthSaying(this.#unhandledCount))
      writeToStderr(`daemonry: ${this.#unhandledCount} errors were not handled so far`);
  }

  /** Nothing holds the loop open: somebody has taken the timers away. What stops without them is stopped. */
  #onEmpty(): void {
    if (this.#isEmpty || this.#endCode !== undefined) return;
    this.#isEmpty = true;
    process.exitCode = 1;
    const error = new LoopEmptyError();
    if (this.#app === undefined) this.write(error);
    else this.#app.crash(error);
  }

  /** A signal without its handler would end the process at once, with nothing stopped. */
  #sayRemoved(events: readonly string[]): void {
    if (!isWorthSaying(++this.#removals)) return;
    const where = currentPlace() ?? 'outside every listener';
    const handlers = events.length === 1 ? 'handler of the process was' : 'handlers of the process were';
    const back = events.length === 1 ? 'is' : 'are';
    writeToStderr(`daemonry: the ${handlers} removed (${where}), and ${back} there again: ${events.join(', ')}`);
  }

  /** Takes the last step of `process.exit`, which libraries call without the steps before it. */
  #ownReallyExit(): void {
    const exiting = process as unknown as { reallyExit: (code?: number) => void };
    const really = exiting.reallyExit.bind(process);
    exiting.reallyExit = (code = 0) => {
      // Somebody may have removed the handlers of `exit`, too.
      if (!this.#isOver) this.#onExit(Number(code), 'process.reallyExit');
      really(this.#truth ?? code);
    };
  }

  /** The process ends, perhaps by somebody else. Nothing can be awaited any more. */
  #onExit(code: number, by: string): void {
    this.#isOver = true;
    // What ends the process while the application is created, such as an option `--help`, has started nothing.
    if (this.#app === undefined && this.#endCode === undefined) return;
    const isDecided = this.#isExiting || (this.#endCode !== undefined && code === this.#code);
    // The operating system keeps the lowest byte: 256 would be a success.
    const truth = isDecided ? code : this.#endCode === undefined ? code & 0xff || 1 : this.#code;
    process.exitCode = truth;
    // Another handler of this event may end the process with a code of its own.
    this.#truth = truth;
    if (this.#app !== undefined && !isDecided) this.#sayWhoEnds(this.#app, `${by}(${code})`);
  }

  #sayWhoEnds(app: DaemonApplication, call: string): void {
    const ended = app.hasEnded;
    const where = currentPlace();
    const by = where === undefined ? 'outside every listener' : `in ${where}`;
    const cause = this.#isEmpty ? 'nothing held the process any more' : `${call} was called ${by}`;
    const isLogged = this.#endCode !== undefined;
    const when = isLogged
      ? ' after the stop'
      : ended
        ? ' after the stop, before the last log lines were written'
        : app.isStopping
          ? ' during the stop, which was not finished'
          : ', and nothing was stopped';
    try {
      writeSync(process.stderr.fd, `daemonry: ${cause}${when}; the process ends with code ${process.exitCode}\n`);
    } catch (error) {
      this.#unhandled ??= toError(error);
    }
  }

  #setCode(code: number): void {
    this.#code = code;
    process.exitCode = code;
  }

  #exit(code: number): void {
    this.#isExiting = true;
    this.#exitProcess(code);
  }

  #on(event: ProcessEvent, handler: (cause: unknown) => void): void {
    this.#kept.add(event, Object.assign(handler, { [SHELL]: true }));
  }
}

/** True for the exit codes that an unhandled error changes: they say that there was none. */
const isChanged = (code: number): boolean => code === 0 || code === 3;

/** The hook or run that is executed, such as `order_sync.tick`; undefined outside all of them. */
function currentPlace(): string | undefined {
  const { listener, hook, task } = currentExecution() ?? {};
  return listener === undefined ? undefined : `${listener}.${task ?? hook ?? ''}`;
}
