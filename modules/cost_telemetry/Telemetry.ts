import { Clock, ListenerLogger, StateDatabase } from 'daemonry';
import { injectable } from 'inversify';

import { StateDocument } from '../shared/StateDocument';
import { parseTelemetry, type TelemetryDocument } from './TelemetryDocument';
import { soundRecord, type TelemetryRecord, type TelemetryWindow, type WindowName } from './TelemetryWindow';
import { type ClosedMonth, Windows } from './Windows';

/**
 * Counts what the calls of models take, by route: since the process began, in the last 24 hours, and in the calendar month
 * (UTC). The last two outlive the process, in the state database.
 */
@injectable()
export class Telemetry {
  readonly #document: StateDocument<TelemetryDocument | undefined>;
  readonly #windows: Windows;
  #restored: Promise<void> | undefined;
  #unsaved = false;

  constructor(
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
    state: StateDatabase,
  ) {
    this.#document = new StateDocument<TelemetryDocument | undefined>(state, {
      owner: 'cost_telemetry',
      parse: parseTelemetry,
      initial: () => undefined,
    });
    this.#windows = new Windows(clock.now());
  }

  /** Never throws: a call whose figures make no sense is counted under `unknown`, without them, and logged. */
  record(given: TelemetryRecord): void {
    const { call, unsound } = soundRecord(given);
    if (unsound.length > 0) {
      this.log.warn('A call is counted under "unknown": what was said of it makes no sense', { fields: unsound });
    }
    this.#windows.count(call, this.clock.now());
    this.#unsaved = true;
  }

  /** A copy. Until {@link restore} has resolved it has only what this process has counted. */
  window(name: WindowName): TelemetryWindow {
    return this.#windows.window(name, this.clock.now());
  }

  /** Adds what an earlier process has counted, once. @throws StateError, StateDocumentError; the next call tries again. */
  restore(): Promise<void> {
    this.#restored ??= this.#restore().catch((error: unknown) => {
      this.#restored = undefined;
      throw error;
    });
    return this.#restored;
  }

  /**
   * Stores the counters.
   *
   * @param commit - around the step that replaces those that are stored.
   * @throws StateError, StateDocumentError, and what `commit` throws; what was stored before stands then.
   */
  async persist(commit: <T>(replace: () => T) => T = (replace) => replace()): Promise<void> {
    await this.restore();
    const document = this.#windows.document(this.clock.now());
    this.#unsaved = false;
    try {
      await this.#document.update(() => commit(() => document));
    } catch (error) {
      this.#unsaved = true;
      throw error;
    }
  }

  /** Forgets what has left the rolling window. */
  roll(): void {
    this.#windows.roll(this.clock.now());
  }

  /** The month that has ended since this was asked last, with what it took; once. */
  closedMonth(): ClosedMonth | undefined {
    return this.#windows.closedMonth(this.clock.now());
  }

  /** Stores what was counted since the last time. Called by the container, after all listeners have stopped. */
  async dispose(): Promise<void> {
    if (this.#unsaved) await this.persist();
  }

  async #restore(): Promise<void> {
    const document = await this.#document.read();
    if (document !== undefined) this.#windows.restore(document, this.clock.now());
  }
}
