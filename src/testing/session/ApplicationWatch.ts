import { LeakError, NotAwaitedError } from '../../errors/testingErrors';
import type { UnhandledError } from '../../errors/processErrors';
import type { LogEntry } from '../../contracts/ListenerLogger';
import { formatLogEntry } from '../../observability/formatLogEntry';
import { describeCall, pointTo, type SitedCall } from '../callSite';
import { afterRealTime, nextTurn } from '../clock/realTime';
import { describeLeak, type Leak, LeakWatch } from '../leaks/LeakWatch';
import { watchUnhandled } from './watchUnhandled';

/** What is watched, as the watch sees it. */
export interface WatchedApplication {
  readonly name: string;
  readonly isOver: boolean;
  readonly logs: readonly LogEntry[];
  /** What the test has called that has not come to its end. */
  readonly inFlight: readonly SitedCall[];
  /** Stops the application, letting virtual time pass. */
  bringToEnd(reason: string): Promise<void>;
}

/** How often, and how long apart in real milliseconds, what is being closed is given time to close. */
const CLOSING_TURNS = 10;
const CLOSING_MS = 5;

/** What one test application does that its test must hear of. */
export class ApplicationWatch {
  readonly app: WatchedApplication;
  readonly unhandled: UnhandledError[] = [];
  readonly #leakWatch: LeakWatch | undefined;
  readonly #endUnhandled: () => void;
  readonly #toldCalls = new WeakSet<SitedCall>();
  #told = 0;
  #hasToldLeaks = false;
  #firstLog = 0;

  /**
   * @param hasReporter - whether somebody makes the test fail: else the error is thrown, as Node would.
   */
  constructor(app: WatchedApplication, sessionId: string, watchLeaks: boolean, hasReporter: () => boolean) {
    this.app = app;
    this.#leakWatch = watchLeaks ? new LeakWatch(sessionId) : undefined;
    this.#endUnhandled = watchUnhandled(sessionId, (error) => {
      this.unhandled.push(pointTo(error, []));
      if (!hasReporter()) throw error;
    });
  }

  /** A test begins: what is logged from now on belongs to it. */
  beginTest(): void {
    this.#firstLog = this.app.logs.length;
  }

  renderLogs(): string {
    return this.app.logs
      .slice(this.#firstLog)
      .map((entry) => formatLogEntry(entry))
      .join('\n');
  }

  /** What listeners have left open; what is being closed is given a moment. */
  async leaks(): Promise<readonly Leak[]> {
    let open = this.#leakWatch?.open ?? [];
    for (let turn = 0; turn < CLOSING_TURNS && open.length > 0; turn++) {
      await nextTurn();
      if (turn > 1) await new Promise<void>((resolve) => void afterRealTime(CLOSING_MS, resolve));
      open = this.#leakWatch?.open ?? [];
    }
    return open;
  }

  /** What is to make the running test fail; each is told once. */
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

  end(): void {
    this.#leakWatch?.end();
    this.#endUnhandled();
  }
}
