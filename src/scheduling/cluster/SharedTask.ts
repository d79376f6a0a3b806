import type {
  ClusterClaim,
  ClusterIntents,
  ClusterMoment,
  ClusterRun,
  ClusterTaskHandle,
  ClusterWorker,
} from '../../contracts/ClusterEngine';
import type { PeriodicTaskSpec } from '../../contracts/entries';
import type { RunRecord, SkipReason } from '../../contracts/RunRecord';
import type { ScheduledTaskState, ScheduleExplanation } from '../../contracts/Scheduler';
import { isoText } from '../../time/instant';
import { type Gate, mayMove } from '../decideMoment';
import type { TakenMoment } from '../DueMoments';
import { type DueTask, DueTimer } from '../DueTimer';
import { explainScheduled } from '../explainTask';
import { TaskHolds } from '../TaskHolds';
import type { TaskHistory } from '../InMemoryRunLedger';
import type { Moment } from '../runs';
import type { ScheduledTask } from '../ScheduledTask';
import { sharedAnchor, shareOf } from '../when';
import { PassedMoments } from './PassedMoments';
import { refuseOver, SharedIntents } from './SharedIntents';
import { SharedOffers } from './SharedOffers';
import { SharedRuns } from './SharedRuns';
import { SharedSuccess } from './SharedSuccess';
import type { TaskSide } from './TaskSide';

/** The time beyond `tickTimeout` and the lease in which a manual run is answered. */
const TRIGGER_SLACK_MS = 5_000;

/**
 * One task of cluster scope in one process. It offers every due moment to the engine, runs those that come back, and makes
 * their records. Its due moments are instants on the clock of the store.
 */
export class SharedTask implements ScheduledTask, DueTask, ClusterWorker {
  readonly handle: ClusterTaskHandle;
  readonly #side: TaskSide;
  readonly #declared: PeriodicTaskSpec;
  #spec: PeriodicTaskSpec;
  readonly #history: TaskHistory;
  readonly #runs: SharedRuns;
  readonly #timer: DueTimer;
  readonly #success: SharedSuccess;
  #gate: Gate = 'open';
  #need: string | undefined;
  #isSuperseded = false;
  readonly #intents: SharedIntents;
  readonly #passed: PassedMoments;
  readonly #offers: SharedOffers;

  constructor(side: TaskSide, listener: string, spec: PeriodicTaskSpec, hooks: object, history: TaskHistory) {
    this.#side = side;
    this.#declared = spec;
    this.#spec = spec;
    this.#history = history;
    this.#runs = new SharedRuns(side, listener, spec, hooks, history);
    const { context } = side.runners;
    const random = (due: number): number => shareOf(`${side.application} ${this.path}@${due}`);
    this.#timer = new DueTimer({ environment: side, context, moments: undefined, random }, this, spec);
    this.#passed = new PassedMoments(this.#runs, this.#timer);
    this.handle = side.join(listener, spec, this);
    const changed = (isRescheduled: boolean): void => this.#follow(isRescheduled);
    this.#intents = new SharedIntents({ clock: side.clock, lift: (over) => this.handle.lift(over), changed });
    const parts = { side, handle: this.handle, timer: this.#timer, runs: this.#runs, passed: this.#passed };
    this.#offers = new SharedOffers({ ...parts, misfire: spec.misfire, takesPart: () => this.#takesPart });
    this.#success = new SharedSuccess(side, spec.mustSucceedWithin, history, this.handle, (due) =>
      this.#timer.withJitter(due),
    );
  }

  get listener(): string {
    return this.#runs.listener;
  }

  get task(): string {
    return this.#spec.name;
  }

  get path(): string {
    return this.#runs.path;
  }

  get isStuck(): boolean {
    return this.#runs.inFlight.areStuck;
  }

  get state(): ScheduledTaskState {
    const next = this.#nextRunAt();
    const [{ count }, { pause, schedule }] = [this.#runs.inFlight, this.#intents];
    return {
      ...(next === Infinity ? {} : { nextRunAt: isoText(next) }),
      ...(pause === undefined ? {} : { pause }),
      ...(count === 0 ? {} : { inFlight: count }),
      ...(schedule === undefined ? {} : { schedule }),
      cluster: this.handle.state,
    };
  }

  open(): boolean {
    const now = this.#side.clock.now();
    this.#timer.open(now);
    this.#offers.open(now);
    return false;
  }

  /** Nothing was kept in this process. */
  catchUp(): void {}

  /** The engine is there, for the first time or again: what the cluster has missed is made up, if it is to be. */
  connected(): void {
    this.#offers.catchUp();
  }

  /** The engine is away. */
  disconnected(): void {
    this.#offers.lost();
  }

  clockChanged(): void {
    this.#timer.clockChanged();
    this.#intents.look();
  }

  anchorOf({ schedule }: PeriodicTaskSpec): number {
    return schedule.kind === 'interval' ? sharedAnchor(this.#side.application, this.path, schedule.everyMs) : 0;
  }

  due({ scheduledAt }: TakenMoment, _trigger: 'schedule' | 'catch-up'): void {
    // What passed before this moment without any process is found out when it is accounted for in the cluster.
    const moment: ClusterMoment = { trigger: 'schedule', scheduledAt, firesAt: this.#timer.withJitter(scheduledAt) };
    this.#success.look();
    if (this.#isSuperseded) return;
    if (this.#gate !== 'open') this.#runs.skip(moment, 'draining');
    else if (this.#need !== undefined) this.#runs.skip(moment, 'dependency', this.#detailOf('dependency', scheduledAt));
    else void this.#offers.offer(moment);
  }

  /** Cannot happen: nothing is kept in this process. */
  notMadeUp(): void {}

  async trigger(asker?: Moment['asker']): Promise<RunRecord> {
    const now = this.#side.clock.now();
    const manualId = this.#runs.runIdOf(this.#side.runners.nextRun());
    const moment: ClusterMoment = { trigger: 'manual', scheduledAt: now, firesAt: now, manualId };
    if (this.#gate !== 'open') return this.#runs.skip(moment, 'draining');
    if (asker !== undefined) this.#runs.askers.set(manualId, asker);
    try {
      const deadlineMs = this.#spec.tickTimeout + this.#side.engine.leaseMs + TRIGGER_SLACK_MS;
      return await this.handle.trigger(moment, deadlineMs);
    } finally {
      this.#runs.askers.delete(manualId);
    }
  }

  share(...given: Parameters<ClusterTaskHandle['change']>): Promise<ClusterIntents> {
    refuseOver(given[0], this.#side.clock.now());
    return this.handle.change(...given);
  }

  /** Operators pause the task in the cluster, by {@link share}. */
  pause(): void {}

  /** Operators give the task another schedule in the cluster, by {@link share}. */
  replace(): void {}

  withhold(need: string | undefined): void {
    this.#need = need;
    this.#accept();
  }

  halt(): void {
    if (mayMove(this.#gate, 'draining')) this.#gate = 'draining';
    this.#accept();
  }

  drain(deadline: number, reason: Error): readonly Promise<void>[] {
    this.halt();
    const { clock } = this.#side.runners.environment;
    const { drainTimeout } = this.#spec;
    const until = drainTimeout === 0 ? undefined : Math.min(deadline, clock.now() + drainTimeout);
    return this.#runs.inFlight.drain(clock, until, reason);
  }

  close(reason: Error): readonly Promise<void>[] {
    this.end();
    return [...this.#runs.inFlight.abort(reason), this.handle.leave()];
  }

  end(): void {
    if (!mayMove(this.#gate, 'closed')) return;
    this.#gate = 'closed';
    this.#accept();
    this.#timer.end();
    this.#intents.end();
    this.#offers.forget();
    this.#side.forget(this);
  }

  abandon(): void {
    this.#runs.abandon();
  }

  /** The clock of the store was not set. */
  stepBack(): void {}

  explain(at: number): ScheduleExplanation {
    const facts = { label: this.#runs, schedule: this.#spec.schedule, timer: this.#timer, history: this.#history };
    const now = this.#side.clock.now();
    return explainScheduled({ ...facts, now, isOpen: this.#gate === 'open', holds: this.#holds }, at);
  }

  dueMoments(most: number): readonly number[] | undefined {
    return this.#gate === 'open' && !this.#isSuperseded
      ? this.#timer.upcoming((from) => this.#nextRunAt(from), most)
      : undefined;
  }

  run(claim: ClusterClaim): ClusterRun | undefined {
    if (!this.#takesPart || claim.signal.aborted) return undefined;
    return this.#side.runners.context.runInAsyncScope(() => {
      const missed = this.#passed.before(claim);
      return this.#runs.begin(claim, missed);
    });
  }

  isNewest({ scheduledAt }: ClusterMoment): boolean {
    const { previous = -Infinity } = this.#timer.around(this.#side.clock.now());
    return previous <= scheduledAt;
  }

  skip(
    moment: ClusterMoment,
    reason: SkipReason,
    accounted?: number,
    waiting?: readonly number[],
  ): readonly RunRecord[] {
    const detail = this.#detailOf(reason, moment.scheduledAt);
    const skip = () => this.#passed.skip({ ...moment, accounted, waiting }, reason, detail);
    return this.#side.runners.context.runInAsyncScope(skip);
  }

  lost(run: RunRecord, at: number): RunRecord {
    return this.#side.runners.context.runInAsyncScope(() => this.#runs.lost(run, at));
  }

  changed(intents: ClusterIntents): void {
    this.#side.runners.context.runInAsyncScope(() => {
      this.#intents.take(intents);
      this.#offers.told();
    });
  }

  superseded(isSuperseded: boolean): void {
    if (this.#isSuperseded === isSuperseded) return;
    this.#isSuperseded = isSuperseded;
    this.#side.tellSuperseded(this.path, isSuperseded);
    this.#accept();
  }

  /** Does what operators have set. */
  #follow(isRescheduled: boolean): void {
    const now = this.#side.runners.environment.clock.now();
    if (this.#intents.pause === undefined) this.#history.mark?.resumed(now);
    else this.#history.mark?.paused(now);
    if (isRescheduled) {
      this.#spec = { ...this.#declared, schedule: this.#intents.schedule ?? this.#declared.schedule };
      this.#timer.replace(this.#spec, false);
      this.#offers.forget();
    }
    this.#side.intentsChanged(this, this.#intents.inForce);
  }

  get #takesPart(): boolean {
    return this.#gate === 'open' && this.#need === undefined && !this.#isSuperseded;
  }

  /** Takes moments from now on, and makes up what came due meanwhile; or takes none any more. */
  #accept(): void {
    this.handle.accept(this.#takesPart);
    this.#offers.catchUp();
  }

  /** The holds on its due moments, as far as this process knows them. */
  get #holds(): TaskHolds {
    const holds = new TaskHolds(this.#side.runners.environment.redact, undefined, this.#intents.pause, this.#need);
    holds.skip = this.#intents.skip;
    return holds;
  }

  #detailOf(reason: SkipReason, scheduledAt: number): string | undefined {
    return this.#holds.detailOf(reason, scheduledAt, this.#side.clock.now());
  }

  #nextRunAt(from = -Infinity): number {
    if (this.#gate !== 'open' || this.#isSuperseded) return Infinity;
    return this.#holds.nextKept(from, (at) => this.#timer.nextFrom(at));
  }
}
