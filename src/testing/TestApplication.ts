import { DaemonApplication, type ApplicationParts } from '../application/DaemonApplication';
import type { LogEntry } from '../contracts/ListenerLogger';
import type { RunRecord } from '../contracts/RunRecord';
import type { ApplicationState } from '../contracts/states';
import type { UnhandledError } from '../errors/processErrors';
import { UnknownListenerError } from '../errors/taskErrors';
import type { SitedCall } from './callSite';
import { describeApplication, Journal, type LogBook } from './Journal';
import { faultOf } from './faults/faultSpecs';
import { ArmedFaults, type ListenerFault } from './faults/ListenerFault';
import { interceptHooks } from './interception/interceptHooks';
import type { Leak } from './leaks/LeakWatch';
import { ApplicationWatch, type WatchedApplication } from './session/ApplicationWatch';
import { session } from './session/session';
import type { VirtualClock } from './clock/VirtualClock';
import {
  awaitedCondition,
  awaitedEvent,
  awaitedListener,
  type AwaitedName,
  awaitedStart,
  type AwaitedValue,
} from './waiting/awaited';
import { type WaitOptions, Waits } from './waiting/Wait';

/** What a test application is made of beside what every application is. */
export interface TestParts {
  readonly clock: VirtualClock;
  readonly logBook: LogBook;
  readonly watchLeaks: boolean;
}

/** Longer than any stop: the longest grace, and the last second. */
const STOP = '1d';

/** An application under virtual time, with what it did and logged at hand. */
export class TestApplication extends DaemonApplication implements WatchedApplication {
  readonly clock: VirtualClock;
  /** Every log line, the levels that are switched off left out; oldest first. */
  readonly logs: readonly LogEntry[];
  readonly #parts: ApplicationParts;
  readonly #logBook: LogBook;
  readonly #journal: Journal;
  readonly #faults = new ArmedFaults();
  readonly #waits: Waits;
  readonly #watch: ApplicationWatch;

  constructor(parts: ApplicationParts, { clock, logBook, watchLeaks }: TestParts) {
    super(parts);
    this.#parts = parts;
    this.clock = clock;
    this.#logBook = logBook;
    this.logs = logBook.entries;
    this.#journal = new Journal(parts.events);
    this.#waits = new Waits(this);
    interceptHooks(this, this.#faults.intercept);
    clock.belongTo(() => (this.isOver ? this.state : undefined));
    const { sessionId } = parts.engine;
    this.#watch = new ApplicationWatch(this, sessionId, watchLeaks, () => session.hasReporter);
    session.add(this.#watch);
  }

  get state(): ApplicationState {
    return this.#parts.lifecycle.state;
  }

  /** It has stopped, or failed to start. */
  get isOver(): boolean {
    return this.state === 'stopped' || this.state === 'failed';
  }

  /** Every event so far, in order: `listener.started order_sync`, `run.finished order_sync.tick` … */
  get journal(): readonly string[] {
    return this.#journal.entries;
  }

  /** Rejections and exceptions of listeners that nobody has handled; each makes the running test fail. */
  get unhandled(): readonly UnhandledError[] {
    return this.#watch.unhandled;
  }

  /**
   * One run now, as `trigger`: resolves with its record.
   * @throws NotRunningError, UnknownListenerError, UnknownTaskError, AmbiguousTaskError
   */
  tick(name: string, task?: string): Promise<RunRecord> {
    return this.trigger(name, task);
  }

  /** Makes hooks of a listener fail, hang or take long. @throws UnknownListenerError */
  fault(name: string): ListenerFault {
    return faultOf(this, this.#faults, name);
  }

  /**
   * Resolves when the listener of that name runs; without a name, when the boot is decided.
   * @throws WaitFailedError, with the journal, as soon as it cannot come to run any more, or does not in time.
   * @throws UnknownListenerError
   */
  async untilStarted(name?: string, options: WaitOptions = {}): Promise<void> {
    const { coordinator, events, listeners } = this.#parts;
    if (name === undefined)
      return this.#waits.wait(
        awaitedStart(events, () => this.state),
        options,
      );
    const runtime = coordinator.runtime(name);
    if (runtime !== undefined)
      return this.#waits.wait(
        awaitedListener(events, name, () => runtime.state),
        options,
      );
    throw new UnknownListenerError(
      name,
      listeners.list().map((entry) => entry.name),
    );
  }

  /**
   * Resolves with the next event of that name, or with `log` the next log line, for which `matches` says true: the next
   * from this call on, which may be made before the application is started. With a condition alone, resolves once it is
   * true; it is asked at once, after every event and log line, and while time passes.
   *
   * @throws WaitFailedError, with the journal, when the application is over, or it does not come in time.
   */
  until<K extends AwaitedName>(
    name: K,
    matches?: (value: AwaitedValue<K>) => boolean,
    options?: WaitOptions,
  ): Promise<AwaitedValue<K>>;
  until<K extends AwaitedName>(name: K, options: WaitOptions): Promise<AwaitedValue<K>>;
  until(condition: () => boolean, options?: WaitOptions): Promise<void>;
  until<K extends AwaitedName>(
    awaited: K | (() => boolean),
    matches: ((value: AwaitedValue<K>) => boolean) | WaitOptions = () => true,
    options: WaitOptions = {},
  ): Promise<AwaitedValue<K> | void> {
    if (typeof awaited === 'function') {
      const given = typeof matches === 'function' ? options : matches;
      return this.#waits.wait(awaitedCondition(this.#parts.events, awaited), given);
    }
    const sources = { events: this.#parts.events, logBook: this.#logBook };
    return typeof matches === 'function'
      ? this.#waits.wait(awaitedEvent(sources, awaited, matches), options)
      : this.#waits.wait(
          awaitedEvent(sources, awaited, () => true),
          matches,
        );
  }

  /**
   * What its listeners have left open that holds the process, and listeners of `process`: by hook, kind and place. Of an
   * application that has stopped it makes the test fail.
   */
  leaks(): Promise<readonly Leak[]> {
    return this.#watch.leaks();
  }

  /** Where it stands and what it did, for people. */
  describe(): string {
    return describeApplication(this.status(), this.journal);
  }

  /** What the test has called and what has not come to its end. */
  get inFlight(): readonly SitedCall[] {
    const { moving } = this.clock;
    return [...(moving === undefined ? [] : [moving]), ...this.#waits.pending];
  }

  /** Stops the application, letting virtual time pass for it. */
  async bringToEnd(reason: string): Promise<void> {
    const stopping = this.stop(reason);
    let isOver = false;
    void stopping.then(() => (isOver = true));
    while (!isOver && !this.isOver) {
      if (this.clock.moving === undefined) await this.clock.advanceUntil(() => isOver, STOP);
      else await this.clock.idle();
    }
    await stopping;
  }
}
