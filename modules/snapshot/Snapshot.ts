import { resolve } from 'node:path';

import {
  Application,
  BackgroundDaemon,
  Clock,
  type Duration,
  durationMs,
  type ListenerLogger,
  type OnStartup,
  type OnTick,
  type StartupContext,
  type TickContext,
  IsDuration,
  Settings,
  StatePath,
  describeError,
} from 'daemonry';
import { IsString, Length } from 'class-validator';

import { assess } from './assess';
import { OperationSources } from './OperationSources';
import { readSnapshot } from './readSnapshot';
import { SCHEMA_VERSION, type Section, type SnapshotDocument, type SnapshotSections } from './SnapshotDocument';
import { SnapshotSources } from './SnapshotSources';
import { AtomicFile } from '../shared/files';

type Failures = Partial<Record<keyof SnapshotSections, string>>;

/** Settings of the snapshot, under `snapshot`. How often is `listeners.snapshot.interval`. */
@Settings('snapshot')
export class SnapshotSettings {
  /** The file, relative to `state.directory`. Its folder is made when it is missing. */
  @StatePath()
  @IsString()
  @Length(1, 1_000)
  readonly path: string = 'snapshot.json';

  /** A snapshot older than this is not read any more. */
  @IsDuration({ min: '1s', max: '30d' })
  readonly maxAge: Duration = '10m';
}

/**
 * Writes what is known of the process and the application to one JSON file, so that questions about them are answered
 * from a file no older than an interval. A part that cannot be collected is `unknown` in it; a file that cannot be written
 * is a failed tick.
 */
@BackgroundDaemon({ name: 'snapshot', essential: true, interval: '5m', initialDelay: 0 })
export class Snapshot implements OnStartup, OnTick {
  readonly #file: AtomicFile;

  constructor(
    private readonly settings: SnapshotSettings,
    private readonly sources: SnapshotSources,
    private readonly operation: OperationSources,
    private readonly clock: Clock,
    private readonly application: Application,
  ) {
    this.#file = new AtomicFile(resolve(settings.path));
  }

  /** The file, as an absolute path. */
  get path(): string {
    return this.#file.path;
  }

  /**
   * The snapshot in the file; `undefined` when there is none, or it is malformed, older than `maxAge`, or of the future.
   * Rejects when the file is there and cannot be read.
   *
   * @param maxAge - default: `snapshot.maxAge`.
   */
  async readSnapshot(maxAge: Duration = this.settings.maxAge): Promise<SnapshotDocument | undefined> {
    return readSnapshot(this.path, { maxAgeMs: durationMs(maxAge), now: this.clock.now() });
  }

  /** Begins to measure the event loop, until the application stops. */
  startup({ defer }: StartupContext): void {
    defer(this.sources.measure());
  }

  /** Computes a snapshot and writes it to its file. */
  async tick({ signal, runId, log, commit }: TickContext): Promise<void> {
    const document = await this.#compute(log, signal);
    signal.throwIfAborted();
    await this.#file.write(`${JSON.stringify(document, undefined, 2)}\n`, { writer: runId, signal, commit });
    log.debug(`Wrote ${this.path}`, { overall: document.overall });
  }

  async #compute(log: ListenerLogger, signal: AbortSignal): Promise<SnapshotDocument> {
    const failures: Failures = {};
    const collect = async <T>(name: keyof SnapshotSections, source: () => T | Promise<T>): Promise<Section<T>> => {
      try {
        return await source();
      } catch (error) {
        log.warn(`The section "${name}" could not be collected`, { error });
        failures[name] = describeError(error, (text) => this.application.redact(text));
        return 'unknown';
      }
    };
    const { sources, operation } = this;
    const openTasks = await collect('openTasks', () => operation.openTasks(signal));
    const sections: SnapshotSections = {
      application: await collect('application', () => sources.application()),
      listeners: await collect('listeners', () => sources.listeners()),
      health: await collect('health', () => sources.health()),
      process: await collect('process', () => sources.process()),
      runs: await collect('runs', () => sources.runs()),
      probes: await collect('probes', () => sources.probes()),
      operationalState: await collect('operationalState', () => operation.operationalState()),
      activeAlerts: await collect('activeAlerts', () => operation.alerts()),
      costLadder: await collect('costLadder', () => operation.costLadder()),
      costTelemetry: await collect('costTelemetry', () => operation.costTelemetry()),
      events: await collect('events', () => operation.events(signal)),
      ...(openTasks !== undefined && { openTasks }),
    };
    return {
      schemaVersion: SCHEMA_VERSION,
      computedAt: new Date(this.clock.now()).toISOString(),
      ...assess(sections),
      ...sections,
      failures,
    };
  }
}
