import type { EventSender } from '../contracts/ApplicationEvents';
import type { TickContext } from '../contracts/contexts';
import type { PeriodicTaskSpec } from '../contracts/entries';
import type { RunOutcome, RunRecord, SkipReason } from '../contracts/RunRecord';
import type { ScheduledTaskState, ScheduleExplanation } from '../contracts/Scheduler';
import type { CallEnvironment } from '../execution/CallContext';
import { isoText } from '../time/instant';
import { DueTimer, type DueTask, type TakenMoment, type TimerParts } from './DueTimer';
import { explainTask } from './explainTask';
import { RunNotice, SkippedRun, type MissedMoments, type Moment, type RememberedRun, type TaskLabel } from './runs';
import type { TaskHistory } from './InMemoryRunLedger';
import { TickRun, type RunOwner } from './TickRun';
import type { ClockTimer } from '../contracts/Clock';
import type { PauseInfo } from '../contracts/status';

/** The parts of a scheduler that its tasks share. */
interface RunnerParts extends TimerParts, EventSender {
  readonly environment: CallEnvironment;
  /** Returns a new id at each call. */
  readonly nextRunId: () => string;
  /** Called when a listener is stuck, after the subscribers of that event. */
  readonly stuck: () => void;
  /** The runs of all tasks that have outlived their timeout and have not settled. */
  readonly overdue: Set<TickRun>;
}

/** `draining`: no run begins, and due moments are recorded as skipped. `closed`: no due moment is kept. */
type Gate = 'open' | 'draining' | 'closed';

const NEXT_GATES: Readonly<Record<Gate, readonly Gate[]>> = {
  open: ['draining', 'closed'],
  draining: ['closed'],
  closed: [],
};

const NONE: readonly Promise<void>[] = [];

/** One scheduled task. It decides for each due moment whether it runs, waits or is skipped. */
export class TaskRunner implements RunOwner, DueTask {
  readonly label: TaskLabel;
  readonly #scheduler: RunnerParts;
  readonly #spec: PeriodicTaskSpec;
  readonly #call: (context: TickContext) => unknown;
  readonly #history: TaskHistory;
  readonly #moments: DueTimer;
  readonly #inFlight = new Set<TickRun>();
  #gate: Gate = 'open';
  #queued: Moment | undefined;
  #pause: Pause | undefined;

  /** @param hooks - the object whose method the task calls. */
  constructor(scheduler: RunnerParts, listener: string, spec: PeriodicTaskSpec, hooks: object, history: TaskHistory) {
    this.#scheduler = scheduler;
    this.#spec = spec;
    const methods = hooks as Readonly<Record<string, (context: TickContext) => unknown>>;
    this.#call = (context) => methods[spec.method]?.(context);
    this.#history = history;
    this.label = { listener, task: spec.name, path: `${listener}.${spec.name}` };
    this.#moments = new DueTimer(scheduler, this, spec);
  }

  get path(): string {
    return this.label.path;
  }

  get tickTimeout(): number {
    return this.#spec.tickTimeout;
  }

  get isStuck(): boolean {
    for (const run of this.#inFlight) if (run.isStuck) return true;
    return false;
  }

  get state(): ScheduledTaskState {
    const pause = this.#pause?.info;
    const next = this.#nextRunAt();
    return { ...(next === Infinity ? {} : { nextRunAt: isoText(next) }), ...(pause === undefined ? {} : { pause }) };
  }

  open(): void {
    this.#moments.open();
  }

  trigger(): Promise<RunRecord> {
    return new Promise((decided) => {
      this.#offer({ trigger: 'manual', scheduledAt: this.#now(), decided });
    });
  }

  get pausedBy(): Pause | undefined {
    return this.#pause;
  }

  /** Pauses the task; a later pause replaces an earlier one. */
  pause(pause: Pause): void {
    this.#pause = pause;
    if (this.#queued?.trigger !== 'manual') this.#dropQueued('paused');
  }

  /** Ends the pause; returns false when the task is not paused, or not by `pause`. */
  resume(pause = this.#pause): boolean {
    if (pause === undefined || this.#pause !== pause) return false;
    this.#pause = undefined;
    return true;
  }

  halt(): void {
    if (!this.#move('draining')) return;
    this.#dropQueued('draining');
  }

  /**
   * Halts the task. Returns a promise for each run in flight, which resolves when it has settled, or has been aborted
   * because its time was over.
   */
  drain(deadline: number, reason: Error): readonly Promise<void>[] {
    this.halt();
    if (this.#inFlight.size === 0) return NONE;
    const until = Math.min(deadline, this.#now() + this.#spec.drainTimeout);
    return [...this.#inFlight].map((run) => this.#drainRun(run, until, reason));
  }

  /** Ends the task and aborts the runs in flight. Returns a promise for each, which resolves when it has settled. */
  close(reason: Error): readonly Promise<void>[] {
    this.end();
    if (this.#inFlight.size === 0) return NONE;
    const runs = [...this.#inFlight];
    for (const run of runs) run.abort(reason);
    return runs.map((run) => new Promise<void>((resolve) => run.onSettled(resolve)));
  }

  /** Keeps no further due moment, and drops a queued run. */
  end(): void {
    if (!this.#move('closed')) return;
    this.#moments.end();
    this.#dropQueued('draining');
  }

  abandon(): void {
    for (const run of this.#inFlight) run.abandon();
  }

  stepBack(ms: number): void {
    this.#moments.stepBack(ms);
  }

  explain(at: number): ScheduleExplanation {
    const { previous, next } = this.#moments.around(at - 1);
    const isDue = next === at;
    return explainTask({
      label: this.label,
      schedule: this.#spec.schedule,
      at,
      now: this.#now(),
      isDue,
      previous,
      next: isDue ? this.#moments.around(at).next : next,
      upcoming: this.#gate === 'open' ? this.#moments.next : Infinity,
      records: this.#history.runs.map((run) => run.record),
      pause: this.#pause?.info,
    });
  }

  decided(run: TickRun, outcome: RunOutcome): void {
    const { trigger, decided } = run.moment;
    this.#history.count(outcome);
    if (run.isStuck) this.#scheduler.overdue.add(run);
    if (trigger !== 'manual') this.#moments.runEnded();
    this.#announce('run.finished', run);
    decided?.(run.record);
    if (run.isStuck) this.#watchStuck(run);
  }

  settled(run: TickRun): void {
    this.#inFlight.delete(run);
    this.#scheduler.overdue.delete(run);
    const queued = this.#queued;
    if (queued === undefined || this.#inFlight.size > 0) return;
    this.#queued = undefined;
    this.#begin(queued);
  }

  due({ scheduledAt, missed }: TakenMoment, trigger: 'schedule' | 'catch-up'): void {
    if (missed !== undefined) {
      const reason = this.#skipReason(trigger) ?? 'missed';
      this.#skip({ trigger: 'schedule', scheduledAt: missed.from }, reason, missed);
    }
    if (!this.#offer({ trigger, scheduledAt })) this.#moments.runSkipped(scheduledAt);
  }

  /** Runs a moment, now or once the runs in flight have settled; returns false when it was skipped instead. */
  #offer(moment: Moment): boolean {
    const reason = this.#skipReason(moment.trigger);
    if (reason !== undefined) this.#skip(moment, reason);
    else if (this.#inFlight.size > 0 && this.#spec.overlap !== 'allow') this.#queued = moment;
    else this.#begin(moment);
    return reason === undefined;
  }

  #skipReason(trigger: Moment['trigger']): SkipReason | undefined {
    if (this.#gate !== 'open') return 'draining';
    if (this.#pause !== undefined && trigger !== 'manual') return 'paused';
    if (this.#inFlight.size === 0) return undefined;
    const { overlap } = this.#spec;
    return overlap === 'skip' || (overlap === 'queue-one' && this.#queued !== undefined) ? 'overlap' : undefined;
  }

  #begin(moment: Moment): void {
    const run = new TickRun(this.#scheduler.environment, this, moment, this.#scheduler.nextRunId());
    this.#inFlight.add(run);
    this.#history.add(run);
    this.#announce('run.started', run);
    run.begin(this.#call);
  }

  #skip(moment: Moment, reason: SkipReason, missed?: MissedMoments): void {
    const run = new SkippedRun(this.label, moment, this.#scheduler.nextRunId(), reason, this.#now(), missed);
    this.#history.add(run);
    this.#history.countSkipped(reason, missed?.count ?? 1);
    this.#announce('run.skipped', run);
    moment.decided?.(run.record);
  }

  #announce(name: 'run.started' | 'run.finished' | 'run.skipped', run: RememberedRun): void {
    const { hears, emit } = this.#scheduler;
    if (hears(name, run.outcome)) emit(name, new RunNotice(this.label, run));
  }

  #dropQueued(reason: SkipReason): void {
    const queued = this.#queued;
    if (queued === undefined) return;
    this.#queued = undefined;
    this.#skip(queued, reason);
    if (queued.trigger !== 'manual') this.#moments.runSkipped(queued.scheduledAt);
  }

  #drainRun(run: TickRun, until: number, reason: Error): Promise<void> {
    if (this.#spec.drainTimeout === 0) run.abort(reason);
    if (run.abortReason !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const abort = (): void => {
        run.abort(reason);
        resolve();
      };
      const timer = this.#scheduler.environment.clock.at(until, abort, { deadline: true });
      run.onSettled(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  // A handler that obeys its signal settles at once: it gets the chance to, before it counts as stuck.
  #watchStuck(run: TickRun): void {
    const { listener, task } = this.label;
    this.#scheduler.environment.clock.at(
      this.#now(),
      () => {
        if (!run.isStuck) return;
        this.#scheduler.emit('listener.stuck', { listener, task, runId: run.runId });
        this.#scheduler.stuck();
      },
      { deadline: true },
    );
  }

  #nextRunAt(): number {
    if (this.#gate !== 'open') return Infinity;
    if (this.#pause === undefined) return this.#moments.next;
    const until = this.#pause.info.until;
    if (until === undefined) return Infinity;
    const resumesAt = Date.parse(until);
    return this.#moments.next >= resumesAt
      ? this.#moments.next
      : (this.#moments.around(resumesAt - 1).next ?? Infinity);
  }

  #move(to: Gate): boolean {
    if (!NEXT_GATES[this.#gate].includes(to)) return false;
    this.#gate = to;
    return true;
  }

  #now(): number {
    return this.#scheduler.environment.clock.now();
  }
}

/** One pause of one task or of several. */
export class Pause {
  /** Ends the pause at its `until`. */
  timer: ClockTimer | undefined;

  constructor(readonly info: PauseInfo) {}
}
