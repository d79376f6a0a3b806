import type { TickContext } from '../contracts/contexts';
import type { PeriodicTaskSpec } from '../contracts/entries';
import type { Draft } from '../contracts/frozen';
import type { RunOutcome, RunRecord, SkipReason } from '../contracts/RunRecord';
import type { ScheduledTaskState, ScheduleExplanation, SkippedMoment } from '../contracts/Scheduler';
import type { PauseInfo } from '../contracts/status';
import { callTask } from './callTask';
import { decideMoment, type Gate, getsRun, mayMove } from './decideMoment';
import type { TakenMoment } from './DueMoments';
import { DueTimer, type DueTask } from './DueTimer';
import { explainScheduled } from './explainTask';
import { RunNotice, SkippedRun, type MissedMoments, type Moment, type AnnouncedRun } from './runs';
import { RunsInFlight } from './RunsInFlight';
import type { ScheduledTask } from './ScheduledTask';
import type { TaskHistory } from './InMemoryRunLedger';
import { type HeldMoment, TaskHolds } from './TaskHolds';
import { TickRun, type RunnerParts, type RunOwner } from './TickRun';
import { TickTimeouts } from './TickTimeouts';

/** One scheduled task. It decides for each due moment whether it runs, waits or is skipped. */
export class TaskRunner implements ScheduledTask, RunOwner, DueTask {
  readonly listener: string;
  readonly #scheduler: RunnerParts;
  #spec: PeriodicTaskSpec;
  readonly #hooks: object;
  readonly #history: TaskHistory;
  readonly #moments: DueTimer;
  readonly #inFlight = new RunsInFlight();
  /** Made when a handler is asynchronous for the first time. */
  #timeouts: TickTimeouts | undefined;
  #gate: Gate = 'open';
  #queued: Moment | undefined;
  /** Made when something holds the task for the first time. */
  #holds: TaskHolds | undefined;

  /** @param hooks - the object whose method the task calls. */
  constructor(scheduler: RunnerParts, listener: string, spec: PeriodicTaskSpec, hooks: object, history: TaskHistory) {
    this.listener = listener;
    this.#scheduler = scheduler;
    this.#spec = spec;
    this.#hooks = hooks;
    this.#history = history;
    this.#moments = new DueTimer(scheduler, this, spec);
  }

  get task(): string {
    return this.#spec.name;
  }

  get path(): string {
    return `${this.listener}.${this.#spec.name}`;
  }

  get tickTimeout(): number {
    return this.#spec.tickTimeout;
  }

  get redact(): (text: string) => string {
    return this.#scheduler.environment.redact;
  }

  get isStuck(): boolean {
    return this.#inFlight.areStuck;
  }

  get state(): ScheduledTaskState {
    const state: Draft<ScheduledTaskState> = {};
    const next = this.#nextRunAt();
    if (next !== Infinity) state.nextRunAt = this.#scheduler.isoText(next);
    const pause = this.#holds?.pause;
    if (pause !== undefined) state.pause = pause;
    if (this.#inFlight.count > 0) state.inFlight = this.#inFlight.count;
    return state;
  }

  open(now: number): boolean {
    const isBehind = this.#moments.open(now);
    if (!isBehind) this.#skipIsOver(now);
    return isBehind;
  }

  catchUp(canBeSaved: boolean): void {
    if (canBeSaved) this.#moments.makeUp();
    else this.#moments.forgo();
  }

  trigger(asker?: Moment['asker']): Promise<RunRecord> {
    return new Promise((decided) => {
      const now = this.#now();
      this.#offer({ trigger: 'manual', scheduledAt: now, decided, asker }, now);
    });
  }

  pause(pause: PauseInfo | undefined): void {
    this.#ownHolds.pause = pause;
    if (pause !== undefined && this.#queued?.trigger !== 'manual') this.#dropQueued('paused');
  }

  replace(spec: PeriodicTaskSpec): void {
    this.#spec = spec;
    this.#moments.replace(spec, this.#inFlight.areScheduled);
    this.#skipIsOver(this.#now());
  }

  skipNext(skip: SkippedMoment | undefined): void {
    this.#ownHolds.skip = skip;
  }

  withhold(need: string | undefined): void {
    this.#ownHolds.need = need;
    if (need !== undefined) this.#dropQueued('dependency');
  }

  halt(): void {
    if (this.#move('draining')) this.#dropQueued('draining');
  }

  drain(deadline: number, reason: Error): readonly Promise<void>[] {
    this.halt();
    const { drainTimeout } = this.#spec;
    const until = drainTimeout === 0 ? undefined : Math.min(deadline, this.#now() + drainTimeout);
    return this.#inFlight.drain(this.#scheduler.environment.clock, until, reason);
  }

  close(reason: Error): readonly Promise<void>[] {
    this.end();
    return this.#inFlight.abort(reason);
  }

  end(): void {
    if (!this.#move('closed')) return;
    this.#dropQueued('draining');
    this.#moments.end();
  }

  abandon(): void {
    this.#inFlight.abandon();
  }

  stepBack(ms: number): void {
    this.#moments.stepBack(ms);
    this.#timeouts?.stepBack(ms);
    if (this.#spec.schedule.kind === 'interval') this.#holds?.stepBack(ms);
    this.#scheduler.ended.stepBack(this, ms);
  }

  explain(at: number): ScheduleExplanation {
    const facts = { label: this, schedule: this.#spec.schedule, now: this.#now(), isOpen: this.#gate === 'open' };
    return explainScheduled({ ...facts, timer: this.#moments, history: this.#history, holds: this.#holds }, at);
  }

  dueMoments(most: number): readonly number[] | undefined {
    return this.#gate === 'open' ? this.#moments.upcoming((from) => this.#nextRunAt(from), most) : undefined;
  }

  runIdOf(run: number): string {
    return this.#scheduler.runIdOf(run);
  }

  get interception(): RunnerParts['interception'] {
    return this.#scheduler.interception;
  }

  call(context: TickContext): unknown {
    return callTask(this.#hooks, this.listener, this.#spec, context);
  }

  get timeouts(): TickTimeouts {
    return (this.#timeouts ??= new TickTimeouts(this.#scheduler));
  }

  decided(run: TickRun, outcome: RunOutcome): void {
    this.#history.count(outcome, run.finishedAt, run);
    if (run.isStuck) this.#scheduler.overdue.add(run);
    if (run.trigger !== 'manual') this.#moments.runEnded();
    this.#announce('run.finished', run);
    run.moment.decided?.(run.record);
    if (run.isStuck) this.#watchStuck(run);
  }

  settled(run: TickRun): void {
    this.#inFlight.remove(run);
    if (run.outcome === 'timed_out' && this.#scheduler.overdue.delete(run)) this.#scheduler.unstuck();
    if (run.outcome === 'succeeded' && run.trigger === 'schedule') this.#history.keepNumbers(this, run);
    const queued = this.#queued;
    if (queued === undefined || this.#inFlight.count > 0) return;
    this.#queued = undefined;
    this.#begin(queued, this.#now());
  }

  due({ scheduledAt, missed }: TakenMoment, trigger: 'schedule' | 'catch-up', now: number): void {
    if (missed !== undefined) {
      if (trigger === 'schedule') this.#scheduler.missed(this.path, missed);
      const decision = this.#decide(trigger, this.#holds?.holdOfAll(missed, now));
      const reason = getsRun(decision) ? 'missed' : decision;
      this.#skip({ trigger: 'schedule', scheduledAt: missed.from }, reason, missed);
      this.#skipIsOver(missed.to);
    }
    if (!this.#offer({ trigger, scheduledAt }, now)) this.#moments.runSkipped(scheduledAt);
    this.#skipIsOver(scheduledAt);
    this.#scheduler.ended.decided(this, this.#moments.next);
    // If it is remembered, a due moment that falls into the stop, or waits when the process ends, is made up.
    if (this.#gate !== 'open' || this.#queued?.scheduledAt === scheduledAt) this.#moments.owe({ scheduledAt, missed });
  }

  notMadeUp({ scheduledAt, missed }: TakenMoment): void {
    if (missed !== undefined) this.#skip({ trigger: 'schedule', scheduledAt: missed.from }, 'unreachable', missed);
    this.#skip({ trigger: 'catch-up', scheduledAt }, 'unreachable');
    this.#moments.runSkipped(scheduledAt);
  }

  /** Runs a moment, now or once the runs in flight have settled; returns false when it was skipped instead. */
  #offer(moment: Moment, now: number): boolean {
    const decision = this.#decide(moment.trigger, this.#holds?.operatorsHold(moment.scheduledAt, now));
    if (!getsRun(decision)) this.#skip(moment, decision);
    else if (decision === 'queue') this.#queued = moment;
    else this.#begin(moment, now);
    return getsRun(decision);
  }

  #decide(trigger: Moment['trigger'], hold: HeldMoment | undefined): ReturnType<typeof decideMoment> {
    const condition = {
      gate: this.#gate,
      isPaused: hold !== undefined,
      isWithheld: this.#holds?.isWithheld === true,
      inFlight: this.#inFlight.count,
      hasQueued: this.#queued !== undefined,
    };
    return decideMoment(trigger, condition, this.#spec.overlap);
  }

  #begin(moment: Moment, now: number): void {
    const run = new TickRun(this.#scheduler.environment, this, moment, this.#scheduler.nextRun(), now);
    this.#inFlight.add(run);
    this.#history.add(run);
    if (moment.trigger !== 'manual') this.#moments.runBegan(now);
    this.#announce('run.started', run);
    run.begin();
  }

  #skip(moment: Moment, reason: SkipReason, missed?: MissedMoments): void {
    const now = this.#now();
    const detail = this.#holds?.detailOf(reason, moment.scheduledAt, now);
    const run = new SkippedRun(this, moment, this.runIdOf(this.#scheduler.nextRun()), reason, now, missed, detail);
    this.#history.add(run);
    this.#history.countSkipped(reason, missed?.count ?? 1);
    this.#announce('run.skipped', run);
    moment.decided?.(run.record);
  }

  #announce(name: 'run.started' | 'run.finished' | 'run.skipped', run: AnnouncedRun): void {
    const { hears, emit } = this.#scheduler;
    if (hears(name, run.outcome)) emit(name, new RunNotice(this, run));
  }

  #dropQueued(reason: SkipReason): void {
    const queued = this.#queued;
    if (queued === undefined) return;
    this.#queued = undefined;
    this.#skip(queued, reason);
    if (queued.trigger === 'manual') return;
    this.#moments.runSkipped(queued.scheduledAt);
    // An operator who pauses a task does not want the moment.
    if (reason === 'paused') this.#moments.runBegan(this.#now());
  }

  // A handler that obeys its signal settles at once: it gets the chance to, before it counts as stuck.
  #watchStuck(run: TickRun): void {
    const tell = (): void => {
      if (!run.isStuck) return;
      this.#scheduler.emit('listener.stuck', { listener: this.listener, task: this.task, runId: run.runId });
      this.#scheduler.stuck();
    };
    this.#scheduler.environment.clock.at(this.#now(), tell, { deadline: true });
  }

  get #ownHolds(): TaskHolds {
    return (this.#holds ??= new TaskHolds(this.redact, () => this.#scheduler.ended.of(this.path)));
  }

  #nextRunAt(from = -Infinity): number {
    if (this.#gate !== 'open') return Infinity;
    return this.#holds?.nextKept(from, (at) => this.#moments.nextFrom(at)) ?? this.#moments.nextFrom(from);
  }

  /** Takes notice that the due moments up to an instant have passed, or never come: a skip of one of them is done. */
  #skipIsOver(passed: number): void {
    if (this.#holds?.endSkip(passed) === true) this.#scheduler.skippedNext(this.listener, this.task);
  }

  #move(to: Gate): boolean {
    const isLegal = mayMove(this.#gate, to);
    if (isLegal) this.#gate = to;
    return isLegal;
  }

  #now(): number {
    return this.#scheduler.environment.clock.now();
  }
}
