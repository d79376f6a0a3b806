import type { ApplicationState } from '../contracts/states';
import type { ExitReport } from '../contracts/ExitReport';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { Engine } from '../coordinator/Engine';
import type { BootOutcome } from '../coordinator/BootEnd';
import type { DaemonCoordinator } from '../coordinator/DaemonCoordinator';
import type { FatalLoss } from '../coordinator/Failures';
import { LAST_SECOND_MS } from '../coordinator/ListenerStopper';
import { APPLICATION_MOVES, type ApplicationPhase, checkMove } from '../coordinator/moves';
import { settleWithin } from '../time/settleWithin';
import { sleep } from '../time/sleep';
import {
  ApplicationStoppedError,
  BootCancelledError,
  BootError,
  type BootFailure,
  DisposalTimeoutError,
} from '../errors/bootErrors';
import { serializeError, textOf, toError } from '../errors/serializeError';
import { runOutsideExecution } from '../execution/ExecutionContext';
import { hasStoppedBadly, reportListener } from './listenerViews';
import { Losses } from './Losses';
import type { Releasable } from './Releasable';

/**
 * The life of an application, from `created` to `stopped` or `failed`. It starts once and stops once, and all callers of
 * either share the outcome.
 */
export class ApplicationLifecycle {
  readonly #name: string;
  readonly #engine: Engine;
  readonly #coordinator: DaemonCoordinator;
  readonly #release: Releasable;
  readonly #log: ListenerLogger;
  readonly #losses: Losses;
  readonly #exited: Promise<ExitReport>;
  #resolveExited: (report: ExitReport) => void = () => undefined;
  #phase: ApplicationPhase = 'created';
  #starting: Promise<void> | undefined;
  /** Settles when nothing of the boot is in flight any more. */
  #booted: Promise<unknown> = Promise.resolve();
  /** True once a stop has been asked for, or a boot has failed. */
  #isStopping = false;
  #stopReason: string | undefined;
  #bootedAt: number | undefined;
  /** The error behind exit code 1. */
  #failure: Error | undefined;
  /** The causes of being degraded, as they were when the end began, and the rows that could not be saved. */
  #lost: readonly string[] = [];

  constructor(name: string, engine: Engine, coordinator: DaemonCoordinator, release: Releasable, log: ListenerLogger) {
    this.#name = name;
    this.#engine = engine;
    this.#coordinator = coordinator;
    this.#release = release;
    this.#log = log;
    this.#losses = new Losses(engine, coordinator, () => [
      ...release.state.complaints,
      ...(release.watch?.complaints ?? []),
      ...release.freshness.causes(),
      ...(engine.scheduler.clusterComplaint === undefined ? [] : [engine.scheduler.clusterComplaint]),
    ]);
    this.#exited = new Promise((resolve) => (this.#resolveExited = resolve));
  }

  get state(): ApplicationState {
    return this.#phase === 'running' && this.causes.length > 0 ? 'degraded' : this.#phase;
  }

  /** Why it does not do all its work, one sentence each. */
  get causes(): readonly string[] {
    return this.#losses.causes;
  }

  /** True once it has started, and until its stop begins; it may be degraded. */
  get isRunning(): boolean {
    return this.#is('running');
  }

  get bootedAt(): number | undefined {
    return this.#bootedAt;
  }

  get stopReason(): string | undefined {
    return this.#stopReason;
  }

  /** Resolves with the report when the application has ended, also after a failed boot. */
  get exited(): Promise<ExitReport> {
    return this.#exited;
  }

  start(): Promise<void> {
    if (this.#isStopping && (this.#starting === undefined || this.#bootedAt !== undefined)) {
      return Promise.reject(new BootCancelledError(`it was stopped before this start: ${this.#stopReason ?? ''}`));
    }
    this.#starting ??= runOutsideExecution(() => this.#start());
    return this.#starting;
  }

  /** @param given - the reason; in JavaScript it may be anything. */
  stop(given: string): Promise<ExitReport> {
    if (!this.#isStopping) {
      const reason = textOf(given, this.#engine.redact);
      this.#isStopping = true;
      this.#stopReason ??= reason;
      void runOutsideExecution(() => this.#stop(reason).catch(this.#giveUp));
    }
    return this.#exited;
  }

  /** Stops the application with exit code 1. */
  crash(error: Error, reason: string): void {
    this.#failure ??= error;
    void this.stop(reason);
  }

  /** Takes notice of a listener that was lost or has come up after the boot: a fatal loss stops the application. */
  changed(loss?: FatalLoss): void {
    this.announceLosses();
    if (loss !== undefined) this.crash(loss.error, loss.reason);
  }

  /** Emits `application.degraded` or `application.recovered` if the causes have changed. */
  announceLosses(): void {
    if (this.isRunning) this.#losses.announce();
  }

  /** The report of the application as if it ended now. */
  report(disposalErrors: readonly Error[] = []): ExitReport {
    const runtimes = [...this.#coordinator.runtimes];
    const { redact } = this.#engine;
    return {
      code: this.#failure !== undefined ? 1 : runtimes.some(hasStoppedBadly) || disposalErrors.length > 0 ? 3 : 0,
      reason: this.#stopReason ?? 'running',
      degraded: this.#lost.length > 0,
      causes: this.#lost,
      ...(this.#failure === undefined ? {} : { error: serializeError(this.#failure, redact) }),
      listeners: runtimes.map((runtime) => reportListener(runtime, redact)),
      disposalErrors: disposalErrors.map((error) => serializeError(error, redact)),
    };
  }

  async #start(): Promise<void> {
    const { clock, emit, scheduler } = this.#engine;
    const began = clock.now();
    this.#move('starting');
    const boot = this.#boot();
    this.#booted = boot.catch(() => undefined);
    let outcome: BootOutcome;
    try {
      outcome = await boot;
    } catch (error) {
      await this.#rollBack(toError(error), 'the boot failed');
      throw error;
    }
    // From here on nothing is awaited: what happens next happens to an application that is stopping or running.
    if (outcome.kind === 'failed') throw await this.#abort(outcome.failure);
    // A stop may have come after the last startup was decided.
    if (outcome.kind === 'cancelled' || this.#isStopping) throw new BootCancelledError((await this.#exited).reason);
    this.#move('running');
    this.#bootedAt = clock.now();
    try {
      scheduler.open((listener) => this.#coordinator.runningHooks(listener));
      this.#release.freshness.open(this.#bootedAt);
      emit('application.started', { startupMs: this.#bootedAt - began });
      this.announceLosses();
      // A subscriber may have stopped it.
      if (this.#is('running')) this.#coordinator.open();
    } catch (error) {
      if (this.#is('running')) await this.#rollBack(toError(error), 'the work could not begin');
      throw error;
    }
  }

  async #boot(): Promise<BootOutcome> {
    const { emit, scheduler } = this.#engine;
    // A subscriber may call start() or stop() again: they know of this boot by then.
    await Promise.resolve();
    emit('application.starting', { listeners: this.#coordinator.size });
    await this.#release.state.open();
    await scheduler.prepare();
    await this.#release.freshness.prepare();
    return await this.#coordinator.boot();
  }

  async #abort(failure: BootFailure): Promise<BootError> {
    const { cause, listenerName } = failure;
    return new BootError(failure, await this.#rollBack(cause, `the startup of "${listenerName}" failed`));
  }

  /** Stops everything that has started; resolves with the errors of shutdowns and disposals. */
  async #rollBack(error: Error, reason: string): Promise<readonly Error[]> {
    this.#failure = error;
    this.#stopReason ??= reason;
    this.#isStopping = true;
    const disposalErrors = await this.#end(reason, this.#engine.config.startup.rollbackGrace, 'failed');
    const stopErrors = [...this.#coordinator.runtimes].flatMap(({ current }) =>
      current.state === 'shutdown_failed' ? [current.error] : [],
    );
    return [...stopErrors, ...disposalErrors];
  }

  async #stop(reason: string): Promise<void> {
    if (this.#is('created')) {
      this.#move('stopped');
      const disposalErrors = await this.#disposeServices(LAST_SECOND_MS);
      await this.#releaseLogs(LAST_SECOND_MS);
      this.#resolveExited(this.report(disposalErrors));
      return;
    }
    const { shutdown } = this.#engine.config;
    if (this.#is('starting')) {
      this.#coordinator.cancel(reason, shutdown.grace);
      await this.#booted;
      // A boot that could not even be prepared has rolled itself back.
      if (this.#is('stopping', 'failed')) return;
    }
    await this.#end(reason, shutdown.grace, 'stopped');
  }

  /** Ends an application whose stop has failed, such as by its clock: whoever waits for the end would wait for ever. */
  readonly #giveUp = async (thrown: unknown): Promise<void> => {
    this.#failure ??= toError(thrown);
    this.#log.error('the stop could not be finished', { error: thrown });
    await this.#releaseLogs(LAST_SECOND_MS);
    this.#resolveExited(this.report());
  };

  /** Stops everything; resolves with the errors of ordinary services that failed to be disposed. */
  async #end(reason: string, grace: number, phase: 'stopped' | 'failed'): Promise<readonly Error[]> {
    const { clock, config, emit, scheduler } = this.#engine;
    const wasOpen = this.#bootedAt !== undefined;
    const { state, freshness } = this.#release;
    if (this.state === 'degraded') this.#lost = this.causes.filter((cause) => !state.complaints.includes(cause));
    this.#move('stopping');
    emit('application.stopping', { reason });
    freshness.end();
    this.#coordinator.cancel(reason, grace);
    if (wasOpen) {
      scheduler.halt();
      if (config.shutdown.delay > 0) await sleep(config.shutdown.delay, { clock });
    }
    const deadline = clock.now() + grace;
    if (wasOpen) await scheduler.drain(deadline, new ApplicationStoppedError(reason));
    await this.#coordinator.stop(reason, deadline);
    scheduler.close();
    this.#lost = [...this.#lost, ...(await state.flush())];
    const left = Math.max(deadline - clock.now(), LAST_SECOND_MS);
    const disposalErrors = await this.#disposeServices(left);
    await this.#guard('the state database could not be closed', () => state.close(left));
    await this.#guard('the watchdog could not be ended', async () => this.#release.watch?.end());
    this.#move(phase);
    const report = this.report(disposalErrors);
    emit('application.stopped', { report });
    await this.#releaseLogs(Math.max(deadline - clock.now(), LAST_SECOND_MS));
    this.#resolveExited(report);
    return disposalErrors;
  }

  async #disposeServices(ms: number): Promise<readonly Error[]> {
    const disposal = this.#release.disposeServices();
    try {
      return await settleWithin(this.#engine.clock, ms, disposal, () => {
        void disposal.then((errors) => {
          for (const error of errors)
            this.#log.error('a service failed after its disposal had been given up', { error });
        });
        return new DisposalTimeoutError(ms);
      });
    } catch (error) {
      return [toError(error)];
    }
  }

  /** Writes the last lines, in that many milliseconds of real time. */
  async #releaseLogs(ms: number): Promise<void> {
    await this.#guard('the logs could not be flushed', () => this.#release.flushLogs(ms));
    this.#release.release();
  }

  #is(...phases: readonly ApplicationPhase[]): boolean {
    return phases.includes(this.#phase);
  }

  /** @throws IllegalMoveError when the table does not have the move. */
  #move(to: ApplicationPhase): void {
    checkMove<ApplicationPhase>(APPLICATION_MOVES, this.#phase, to, `Application "${this.#name}"`);
    this.#phase = to;
  }

  async #guard(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#log.error(what, { error: toError(error) });
    }
  }
}
