import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';

import { Clock, ListenerLogger, Settings, StatePath } from 'daemonry';
import { injectable } from 'inversify';
import { IsOptional, Length } from 'class-validator';

import { DataSettings } from '../shared/settings';
import type { AtomicWriteOptions } from '../shared/files';
import { soundRecord, type TelemetryRecord, type TelemetryWindow, type WindowName } from './TelemetryWindow';
import { type DamagedTelemetry, TelemetryFile } from './TelemetryFile';
import { type ClosedMonth, Windows } from './Windows';

/** Settings of the counters, under `cost_telemetry`. How often they are written is `listeners.cost_telemetry.interval`. */
@Settings('cost_telemetry')
export class CostTelemetrySettings {
  /** The file, relative to `state.directory`. Default: `cost_telemetry.json` in `data.directory`. */
  @IsOptional()
  @StatePath()
  @Length(1, 1_000)
  readonly path?: string;
}

/**
 * Counts what the calls of models take, by route: since the process began, in the last 24 hours, and in the calendar month
 * (UTC). The last two outlive the process, in a file.
 */
@injectable()
export class Telemetry {
  readonly #file: TelemetryFile;
  readonly #windows: Windows;
  #restored: Promise<void> | undefined;
  #unsaved = false;

  constructor(
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
    { path }: CostTelemetrySettings,
    { directory }: DataSettings,
  ) {
    this.#file = new TelemetryFile(resolve(path ?? join(directory, 'cost_telemetry.json')));
    this.#windows = new Windows(clock.now());
  }

  /** The file, as an absolute path. */
  get path(): string {
    return this.#file.path;
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

  /**
   * Adds what an earlier process has counted, once. A file that is no such document is moved aside, which the log
   * and the audit log say. Rejects when the file is there and can be neither read nor moved; the next call tries again.
   */
  restore(): Promise<void> {
    this.#restored ??= this.#restore().catch((error: unknown) => {
      this.#restored = undefined;
      throw error;
    });
    return this.#restored;
  }

  /** Writes the file. @throws what writing throws; the old file stands then. */
  async persist(options: AtomicWriteOptions): Promise<void> {
    await this.restore();
    const document = this.#windows.document(this.clock.now());
    this.#unsaved = false;
    try {
      await this.#file.write(document, options);
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

  /** Writes what was counted since the file was written last. Called by the container, after all listeners have stopped. */
  async dispose(): Promise<void> {
    if (this.#unsaved) await this.persist({ writer: randomUUID() });
  }

  async #restore(): Promise<void> {
    const reading = await this.#file.read(this.clock.now());
    switch (reading.found) {
      case 'nothing':
        return;
      case 'document':
        this.#windows.restore(reading.document, this.clock.now());
        return;
      case 'damaged':
        return this.#tellDamage(reading);
    }
  }

  #tellDamage({ keptAs, reason }: DamagedTelemetry): void {
    this.log.warn('The file of the cost counters is damaged: they begin anew', { file: this.path, keptAs, reason });
  }
}
