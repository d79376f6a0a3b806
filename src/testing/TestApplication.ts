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

/** The parts of a test application beside those of every application. */
export interface TestParts {
  readonly clock: VirtualClock;
  readonly logBook: LogBook;
  readonly watchLeaks: boolean;
}

/** Longer than any stop. */
const STOP = '1d';

/**
 * An application under virtual time that keeps its events, runs and log entries for the test. Made by
 * `createTestApplication`.
 */
export class TestApplication extends DaemonApplication implements WatchedApplication {
  /** The virtual clock of this application. */
  readonly clock: VirtualClock;
  /** Every log entry so far of the levels that are switched on, oldest first. */
  readonly logs: readonly LogEntry[];
  readonly #parts: ApplicationParts;
  readonly #logBook: LogBook;
  readonly #journal: Journal;
  readonly #faults = new ArmedFaults();
  readonly #waits: Waits;
  readonly #watch: ApplicationWatch;

  /** Called by `createTestApplication`. */
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

  /** The present state of the application. */
  get state(): ApplicationState {
    return this.#parts.lifecycle.state;
  }

  /** True once the application has stopped, or failed to start. */
  get isOver(): boolean {
    return this.state === 'stopped' || this.state === 'failed';
  }

  /** Every event so far as text, oldest first: `listener.started order_sync`, `run.finished order_sync.tick` … */
  get journal(): readonly string[] {
    return this.#journal.entries;
  }

  /** Unhandled rejections and exceptions of its listeners, oldest first. Each makes the running test fail. */
  get unhandled(): readonly UnhandledError[] {
    return this.#watch.unhandled;
  }

  /**
   * Runs a task now, as `trigger` does. Resolves with the record of the run.
   * @param task - the name of the task; without it `tick`, else the only one.
   * @throws NotRunningError, UnknownListenerError, UnknownTaskError, AmbiguousTaskError
   */
  tick(name: string, task?: string): Promise<RunRecord> {
    return this.trigger(name, task);
  }

  /** Returns the object that makes hooks of this listener fail, hang or take long. @throws UnknownListenerError */
  fault(name: string): ListenerFault {
    return faultOf(this, this.#faults, name);
  }

  /**
   * Resolves when the listener is running; without a name, when the application is running, degraded or not.
   * @throws WaitFailedError, with the journal, as soon as that cannot happen any more, or when the time is over.
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
        awaitedListener(events, runtime, (other) => coordinator.runtime(other)),
        options,
      );
    throw new UnknownListenerError(
      name,
      listeners.list().map((entry) => entry.name),
    );
  }

  /**
   * Resolves with the next event of that name, or for `log` the next log entry, for which `matches` returns true. Looks
   * from this call on, also before the start.
   *
   * @throws WaitFailedError, with the journal, when the time or the application is over before.
   */
  until<K extends AwaitedName>(
    name: K,
    matches?: (value: AwaitedValue<K>) => boolean,
    options?: WaitOptions,
  ): Promise<AwaitedValue<K>>;
  /** Resolves with the next event of that name, or for `log` the next log entry. @throws WaitFailedError as above */
  until<K extends AwaitedName>(name: K, options: WaitOptions): Promise<AwaitedValue<K>>;
  /**
   * Resolves once the condition is true. It is called at once, after every event, every 10 ms, and while time passes.
   *
   * @throws WaitFailedError as above, and when the condition throws.
   */
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
   * Resolves with everything that its listeners have left open: handles that keep the process alive, and listeners of
   * `process`. Leaks of an application that has stopped make the test fail, unless `leaks` is `'ignore'`.
   */
  leaks(): Promise<readonly Leak[]> {
    return this.#watch.leaks();
  }

  /** Its state, the states of its listeners and its journal, as text. */
  describe(): string {
    return describeApplication(this.status(), this.journal);
  }

  /** Calls of the kit that the test has made and that have not settled: what `NotAwaitedError` lists. */
  get inFlight(): readonly SitedCall[] {
    const { moving } = this.clock;
    return [...(moving === undefined ? [] : [moving]), ...this.#waits.pending];
  }

  /** Stops the application and moves virtual time as far as the stop needs it, as happens at the end of a test file. */
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
