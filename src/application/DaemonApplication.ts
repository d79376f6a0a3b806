import type { Container } from 'inversify';

import { Application, type Coordinator, type Registry, type RestartRequest } from '../contracts/Application';
import type { ApplicationEvents } from '../contracts/ApplicationEvents';
import type { Availability, AvailabilityState } from '../contracts/Availability';
import type { BootPlan } from '../contracts/BootPlan';
import type { DeadLetter, DeadLetterQuery } from '../contracts/DeadLetter';
import type { BackgroundDaemonEntry, ListenerEntry } from '../contracts/entries';
import type { ExitReport } from '../contracts/ExitReport';
import { limited, type ListenerLogger } from '../contracts/ListenerLogger';
import type { RunHistory } from '../contracts/RunHistory';
import type { SavedTimeline } from '../contracts/SavedTimeline';
import type { RunQuery } from '../contracts/RunLedger';
import type { RunRecord } from '../contracts/RunRecord';
import type { OperateRequest, OperateResult, OperatorIntent } from '../contracts/Operation';
import type { PauseOptions, ResumeOptions, ScheduleExplanation } from '../contracts/Scheduler';
import type { ApplicationHealth, ApplicationLiveness, ApplicationStatus } from '../contracts/status';
import type { Engine } from '../coordinator/Engine';
import type { DaemonCoordinator } from '../coordinator/DaemonCoordinator';
import type { ListenerRuntime } from '../coordinator/ListenerRuntime';
import { BootCancelledError } from '../errors/bootErrors';
import { UnknownListenerError } from '../errors/taskErrors';
import { crashMessage, UnhandledError } from '../errors/processErrors';
import { currentExecution } from '../execution/ExecutionContext';
import type { BootScreen } from '../observability/BootScreen';
import type { InMemoryRunLedger } from '../scheduling/InMemoryRunLedger';
import type { HistoryOnDemand } from '../history/HistoryOnDemand';
import { instantMs, rememberingIsoText } from '../time/instant';
import { announceStart } from './announceStart';
import type { ApplicationLifecycle } from './ApplicationLifecycle';
import { explainRuns } from './explainRuns';
import { availabilityOf, describeListener } from './listenerViews';
import type { Freshness } from './Freshness';
import { HealthChecks, healthOf } from './HealthChecks';
import type { OperatorOnDemand } from './operator/OperatorOnDemand';
import { recallEarlierRuns } from './recallEarlierRuns';
import { requestOf } from './operator/requestOf';
import { taskNamed } from '../registry/registries';
import type { ApplicationState } from '../state/ApplicationState';
import type { NoState } from '../state/NoState';
import { messageOf } from '../errors/serializeError';

/** The parts that an application is put together from. */
export interface ApplicationParts {
  readonly name: string;
  readonly plan: BootPlan;
  readonly container: Container;
  readonly listeners: Registry<ListenerEntry>;
  readonly daemons: Registry<BackgroundDaemonEntry>;
  readonly coordinator: DaemonCoordinator;
  readonly lifecycle: ApplicationLifecycle;
  readonly events: ApplicationEvents;
  readonly engine: Engine;
  readonly ledger: InMemoryRunLedger;
  readonly history: RunHistory;
  /** The history of this process, if one is kept. */
  readonly kept: HistoryOnDemand | undefined;
  readonly freshness: Freshness;
  readonly state: ApplicationState | NoState;
  readonly operator: OperatorOnDemand;
  readonly previousRun: () => Promise<SavedTimeline | undefined>;
  readonly log: ListenerLogger;
  readonly screen: BootScreen;
  /** Returns a copy of `data` without secrets. */
  readonly redact: <T>(data: T) => T;
}

/** The one implementation of {@link Application}: it asks its parts, and holds no state of its own. */
export class DaemonApplication extends Application {
  readonly #parts: ApplicationParts;
  readonly #health: HealthChecks;

  constructor(parts: ApplicationParts) {
    super();
    this.#parts = parts;
    this.#health = new HealthChecks(parts.engine);
  }

  /** The logger of the application itself. */
  get log(): ListenerLogger {
    return this.#parts.log;
  }

  /** Logs the plan, short for people and as data for machines, and has the boot told as one screen that wide. */
  logPlan(columns?: number): void {
    for (const fields of this.#parts.screen.open(columns)) this.#parts.log.info('The plan', fields);
  }

  /** Logs an unhandled error, or that nothing holds the process, and stops the application with exit code 1. */
  crash(error: Error): void {
    const owner = error instanceof UnhandledError ? error.owner : undefined;
    this.#parts.log.error(crashMessage(error), { error, ...limited(`unhandled ${owner ?? ''}`) });
    this.#parts.lifecycle.crash(error, messageOf(error, this.#parts.engine.redact));
  }

  /** True once everything has stopped; the last log lines may not be written yet. */
  get hasEnded(): boolean {
    return ['stopped', 'failed'].includes(this.#parts.lifecycle.state);
  }

  /** True while the stop is going on. */
  get isStopping(): boolean {
    return this.#parts.lifecycle.state === 'stopping';
  }

  redact(text: string): string {
    return this.#parts.redact(text);
  }

  /**
   * Calls hooks on the object that `hooksOf` returns instead of the instance, for listeners that are constructed from now
   * on. The result of an earlier call of this method is the instance that a later one is given.
   */
  interpose(hooksOf: NonNullable<Engine['hooksOf']>): void {
    const { engine } = this.#parts;
    const { hooksOf: inner = (_listener, instance) => instance } = engine;
    engine.hooksOf = (listener, instance) => hooksOf(listener, inner(listener, instance));
  }

  get name(): string {
    return this.#parts.name;
  }

  get plan(): BootPlan {
    const { plan, operator, engine } = this.#parts;
    const { made } = operator;
    return made?.plan.of(plan, made.raw, () => this.intents(), engine.clock.now()) ?? plan;
  }

  get container(): Container {
    return this.#parts.container;
  }

  get listeners(): Registry<ListenerEntry> {
    return this.#parts.listeners;
  }

  get daemons(): Registry<BackgroundDaemonEntry> {
    return this.#parts.daemons;
  }

  get coordinator(): Coordinator {
    return this.#parts.coordinator;
  }

  get events(): ApplicationEvents {
    return this.#parts.events;
  }

  get history(): RunHistory {
    return this.#parts.history;
  }

  start(): Promise<void> {
    const refusal = announceStart(this);
    return refusal === undefined ? this.#parts.lifecycle.start() : Promise.reject(refusal);
  }

  async stop(reason = 'stop() was called'): Promise<ExitReport> {
    const { engine, lifecycle, log } = this.#parts;
    const caller = currentExecution();
    const stopped = lifecycle.stop(reason);
    if (caller?.sessionId !== engine.sessionId || caller.isSettled) return this.#parts.redact(await stopped);
    log.warn(
      `stop() was called inside ${caller.listener}.${caller.hook}, which the stop has to wait for: it has begun, and is not awaited`,
    );
    return this.#parts.redact(lifecycle.report());
  }

  async run(): Promise<ExitReport> {
    try {
      await this.start();
      this.#parts.operator.loadSoon();
    } catch (error) {
      if (!(error instanceof BootCancelledError)) throw error;
    }
    return this.#parts.redact(await this.#parts.lifecycle.exited);
  }

  requestShutdown(reason: string): void {
    this.#parts.engine.requestShutdown(reason);
  }

  status(): ApplicationStatus {
    const { engine, lifecycle, ledger, coordinator, freshness, name } = this.#parts;
    const { writeErrors } = this.#parts.state;
    recallEarlierRuns(this.#parts);
    const { state, bootedAt, stopReason } = lifecycle;
    const { scheduler, redact, clock } = engine;
    const { heldBy, runtimes } = coordinator;
    const sources = { scheduler, ledger, freshness, heldBy, isoText: rememberingIsoText(), now: clock.now(), redact };
    return this.#parts.redact({
      name,
      state,
      sessionId: engine.sessionId,
      ...(bootedAt === undefined
        ? {}
        : { bootedAt: new Date(bootedAt).toISOString(), uptimeMs: Math.max(clock.now() - bootedAt, 0) }),
      ...(stopReason === undefined ? {} : { shutdownReason: stopReason }),
      ...(writeErrors === undefined ? {} : { stateWriteErrors: writeErrors }),
      listeners: Array.from(runtimes, (runtime) => describeListener(runtime, sources)),
    });
  }

  async health(): Promise<ApplicationHealth> {
    const { coordinator, lifecycle, freshness } = this.#parts;
    const listeners = await this.#health.ask(coordinator.runtimes);
    return this.#parts.redact(healthOf(lifecycle, freshness, listeners));
  }

  liveness(): ApplicationLiveness {
    const causes = this.#parts.freshness.causesOfRestart();
    return { live: causes.length === 0, causes };
  }

  runs(name: string, query: RunQuery = {}): readonly RunRecord[] {
    this.#runtime(name);
    if (query.task !== undefined) taskNamed(name, this.#parts.daemons.get(name)?.tasks ?? [], query.task);
    return this.#parts.redact(this.#parts.ledger.runs(name, query));
  }

  async explain(name: string, at: Date | string | number): Promise<readonly ScheduleExplanation[]> {
    this.#runtime(name);
    return this.#parts.redact(await explainRuns(this.#parts, name, instantMs(at)));
  }

  async deadLetters(name: string, query: DeadLetterQuery = {}): Promise<readonly DeadLetter[]> {
    this.#runtime(name);
    return this.#parts.redact(await this.#parts.operator.get().deadLetters.of(name, query));
  }

  async trigger(name: string, task?: string): Promise<RunRecord> {
    return (await this.operate(requestOf('trigger', name, { task }))).record as RunRecord;
  }

  pause(name: string, options: PauseOptions): Promise<OperateResult> {
    return this.operate(requestOf('pause', name, options));
  }

  resume(name: string, options: ResumeOptions = {}): Promise<OperateResult> {
    return this.operate(requestOf('resume', name, options));
  }

  async operate(request: OperateRequest): Promise<OperateResult> {
    return this.#parts.redact(await this.#parts.operator.get().operate(request));
  }

  refused(request: object, error: Error): void {
    this.#parts.operator.get().refused(request, error);
  }

  intents(): readonly OperatorIntent[] {
    return this.#parts.redact(this.#parts.operator.made?.intents ?? []);
  }

  async restart(name: string, options: RestartRequest): Promise<void> {
    await this.operate(requestOf('restart', name, options));
  }

  async previousRun(): Promise<SavedTimeline | undefined> {
    return this.#parts.redact(await this.#parts.previousRun());
  }

  availability<T extends object = object>(name: string): Availability<T> {
    const runtime = this.#runtime(name);
    return { current: () => availabilityOf(runtime) as AvailabilityState<T> };
  }

  #runtime(name: string): ListenerRuntime {
    const { coordinator, listeners } = this.#parts;
    const runtime = coordinator.runtime(name);
    if (runtime === undefined) {
      throw new UnknownListenerError(
        name,
        listeners.list().map((entry) => entry.name),
      );
    }
    return runtime;
  }
}
