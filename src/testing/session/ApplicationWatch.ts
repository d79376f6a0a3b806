import { LeakError, NotAwaitedError } from '../../errors/testingErrors';
import type { UnhandledError } from '../../errors/processErrors';
import type { LogEntry } from '../../contracts/ListenerLogger';
import { formatLogEntry } from '../../observability/formatLogEntry';
import { describeCall, pointTo, type SitedCall } from '../callSite';
import { afterRealTime, nextTurn } from '../clock/realTime';
import { describeLeak, type Leak, LeakWatch } from '../leaks/LeakWatch';
import { watchUnhandled } from './watchUnhandled';

/** The parts of a test application that the watch uses. */
export interface WatchedApplication {
  readonly name: string;
  /** True once it has stopped, or failed to start. */
  readonly isOver: boolean;
  /** Oldest first. */
  readonly logs: readonly LogEntry[];
  /** Calls of the kit that the test has made and that have not settled. */
  readonly inFlight: readonly SitedCall[];
  /** Stops the application; moves virtual time as far as the stop needs it. */
  bringToEnd(reason: string): Promise<void>;
}

/** Looks for leaks this many times, this many real milliseconds apart, while handles are closing. */
const CLOSING_TURNS = 10;
const CLOSING_MS = 5;

/** Collects the unhandled errors, leaks and unawaited calls of one test application, to make its test fail. */
export class ApplicationWatch {
  readonly app: WatchedApplication;
  /** Errors of its listeners that nobody has handled, oldest first. */
  readonly unhandled: UnhandledError[] = [];
  readonly #leakWatch: LeakWatch | undefined;
  readonly #endUnhandled: () => void;
  readonly #toldCalls = new WeakSet<SitedCall>();
  #told = 0;
  #hasToldLeaks = false;
  #firstLog = 0;

  /**
   * @param hasReporter - true when the test runner makes the test fail; otherwise unhandled errors are thrown, as Node
   * does.
   */
  constructor(app: WatchedApplication, sessionId: string, watchLeaks: boolean, hasReporter: () => boolean) {
    this.app = app;
    this.#leakWatch = watchLeaks ? new LeakWatch(sessionId) : undefined;
    this.#endUnhandled = watchUnhandled(sessionId, (error) => {
      this.unhandled.push(pointTo(error, []));
      if (!hasReporter()) throw error;
    });
  }

  /** A test begins: log entries from now on belong to it. */
  beginTest(): void {
    this.#firstLog = this.app.logs.length;
  }

  /** The log entries of the running test as text, one a line. */
  renderLogs(): string {
    return this.app.logs
      .slice(this.#firstLog)
      .map((entry) => formatLogEntry(entry))
      .join('\n');
  }

  /** Everything its listeners have left open. Waits a moment for handles that are closing. */
  async leaks(): Promise<readonly Leak[]> {
    let open = this.#leakWatch?.open ?? [];
    for (let turn = 0; turn < CLOSING_TURNS && open.length > 0; turn++) {
      await nextTurn();
      if (turn > 1) await new Promise<void>((resolve) => void afterRealTime(CLOSING_MS, resolve));
      open = this.#leakWatch?.open ?? [];
    }
    return open;
  }

  /** The problems that are to make the running test fail. Each is returned once. */
  async takeProblems(): Promise<readonly Error[]> {
    const problems: Error[] = this.unhandled.slice(this.#told);
    this.#told = this.unhandled.length;
    const calls = this.app.inFlight.filter((call) => !this.#toldCalls.has(call));
    for (const call of calls) this.#toldCalls.add(call);
    if (calls.length > 0) {
      const error = new NotAwaitedError(this.app.name, calls.map(describeCall));
      problems.push(
        pointTo(
          error,
          calls.map(({ site }) => site.at),
        ),
      );
    }
    if (this.app.isOver && !this.#hasToldLeaks) {
      this.#hasToldLeaks = true;
      const leaks = await this.leaks();
      if (leaks.length > 0) {
        const error = new LeakError(this.app.name, leaks.map(describeLeak));
        problems.push(
          pointTo(
            error,
            leaks.map(({ at }) => at),
          ),
        );
      }
    }
    return problems;
  }

  /** Stops watching. */
  end(): void {
    this.#leakWatch?.end();
    this.#endUnhandled();
  }
}
