import type { AsyncResource } from 'node:async_hooks';

import type { TickContext } from '../../contracts/contexts';
import type { ClusterClaim, ClusterMoment, ClusterRun } from '../../contracts/ClusterEngine';
import type { PeriodicTaskSpec } from '../../contracts/entries';
import { deepFreeze } from '../../contracts/frozen';
import type { RunOutcome, RunProcess, RunRecord, SkipReason } from '../../contracts/RunRecord';
import { isoText } from '../../time/instant';
import type { TaskHistory } from '../InMemoryRunLedger';
import { callTask } from '../callTask';
import { type AnnouncedRun, type MissedMoments, type Moment, RunNotice, SkippedRun } from '../runs';
import { RunsInFlight } from '../RunsInFlight';
import { TickTimeouts } from '../TickTimeouts';
import type { TickRun } from '../TickRun';
import { SharedRun, type SharedRunOwner } from './SharedRun';
import type { TaskSide } from './TaskSide';

interface Settling {
  readonly decided: (record: RunRecord) => void;
  readonly settled: () => void;
}

/** The runs of one task of cluster scope in this process, and the records that they and skipped moments leave. */
export class SharedRuns implements SharedRunOwner {
  readonly listener: string;
  readonly inFlight = new RunsInFlight();
  /** The async context of whoever asked for a manual run, by its id. */
  readonly askers = new Map<string, AsyncResource>();
  readonly #side: TaskSide;
  readonly #spec: PeriodicTaskSpec;
  readonly #hooks: object;
  readonly #history: TaskHistory;
  readonly #settling = new Map<TickRun, Settling>();
  #timeouts: TickTimeouts | undefined;

  constructor(side: TaskSide, listener: string, spec: PeriodicTaskSpec, hooks: object, history: TaskHistory) {
    this.#side = side;
    this.listener = listener;
    this.#spec = spec;
    this.#hooks = hooks;
    this.#history = history;
  }

  get task(): string {
    return this.#spec.name;
  }

  get path(): string {
    return `${this.listener}.${this.#spec.name}`;
  }

  get process(): RunProcess {
    return this.#side.process;
  }

  get tickTimeout(): number {
    return this.#spec.tickTimeout;
  }

  get redact(): (text: string) => string {
    return this.#parts.environment.redact;
  }

  get interception() {
    return this.#parts.interception;
  }

  get timeouts(): TickTimeouts {
    return (this.#timeouts ??= new TickTimeouts(this.#parts));
  }

  runIdOf(run: number): string {
    return this.#parts.runIdOf(run);
  }

  call(context: TickContext): unknown {
    return callTask(this.#hooks, this.listener, this.#spec, context);
  }

  /** Calls the handler. */
  begin(claim: ClusterClaim, missed: RunRecord | undefined): ClusterRun {
    const { environment } = this.#parts;
    const asker = claim.manualId === undefined ? undefined : this.askers.get(claim.manualId);
    const { trigger, scheduledAt } = claim;
    const moment: Moment = { trigger, scheduledAt, ...(asker === undefined ? {} : { asker }) };
    const run = new SharedRun(environment, this, claim, moment, this.#parts.nextRun(), environment.clock.now());
    const { record } = run;
    const [decided, decide] = settleable<RunRecord>();
    const [settled, settle] = settleable();
    this.#settling.set(run, { decided: decide, settled: settle });
    this.inFlight.add(run);
    this.#history.add(run);
    this.#announce('run.started', run);
    run.begin();
    return { record, decided, settled, ...(missed === undefined ? {} : { missed }) };
  }

  decided(run: TickRun, outcome: RunOutcome): void {
    this.#history.count(outcome, run.finishedAt, run);
    if (run.isStuck) this.#parts.overdue.add(run);
    this.#announce('run.finished', run);
    this.#settling.get(run)?.decided(run.record);
    if (run.isStuck) this.#watchStuck(run);
  }

  settled(run: TickRun): void {
    this.inFlight.remove(run);
    if (run.outcome === 'timed_out' && this.#parts.overdue.delete(run)) this.#parts.unstuck();
    this.#settling.get(run)?.settled();
    this.#settling.delete(run);
  }

  /** Records the runs in flight as `cancelled`, and gives their slots back although their handlers go on. */
  abandon(): void {
    this.inFlight.abandon();
    for (const { settled } of this.#settling.values()) settled();
  }

  /**
   * Records a moment that led to no run in this process.
   *
   * @param detail - in words, who or what it was skipped for, where that is known.
   */
  skip(moment: ClusterMoment, reason: SkipReason, detail?: string, missed?: MissedMoments): RunRecord {
    const { manualId = this.runIdOf(this.#parts.nextRun()), trigger, scheduledAt } = moment;
    const now = this.#parts.environment.clock.now();
    const run = new SkippedRun(this, { trigger, scheduledAt }, manualId, reason, now, missed, detail);
    this.#history.add(run);
    this.#history.countSkipped(reason, missed?.count ?? 1);
    this.#announce('run.skipped', run);
    return this.ofProcess(run.record);
  }

  /** The record for the cluster of due moments that this process has recorded one by one as `unreachable`. */
  unreached({ trigger, scheduledAt }: ClusterMoment, missed: MissedMoments): RunRecord {
    const runId = this.runIdOf(this.#parts.nextRun());
    const now = this.#parts.environment.clock.now();
    return this.ofProcess(new SkippedRun(this, { trigger, scheduledAt }, runId, 'unreachable', now, missed).record);
  }

  /** Records a run of another process, or of this one, whose lease is over. */
  lost(record: RunRecord, at: number): RunRecord {
    const lost = deepFreeze<RunRecord>({ ...record, outcome: 'lost', finishedAt: isoText(at) });
    // This process has recorded its own run when it lost the lease.
    if (record.process?.sessionId === this.process.sessionId) return lost;
    const run: AnnouncedRun = { runId: record.runId, recordedAt: at, outcome: 'lost', record: lost };
    this.#history.add(run);
    this.#history.count('lost', at, run);
    this.#announce('run.finished', run);
    return lost;
  }

  ofProcess(record: RunRecord): RunRecord {
    return Object.freeze({ ...record, process: this.process });
  }

  get #parts() {
    return this.#side.runners;
  }

  #announce(name: 'run.started' | 'run.finished' | 'run.skipped', run: AnnouncedRun): void {
    const { hears, emit } = this.#parts;
    if (hears(name, run.outcome)) emit(name, new RunNotice(this, run));
  }

  // A handler that obeys its signal settles at once: it gets the chance to, before it counts as stuck.
  #watchStuck(run: TickRun): void {
    const tell = (): void => {
      if (!run.isStuck) return;
      this.#parts.emit('listener.stuck', { listener: this.listener, task: this.task, runId: run.runId });
      this.#parts.stuck();
    };
    const { clock } = this.#parts.environment;
    clock.at(clock.now(), tell, { deadline: true });
  }
}

/** A promise, and the function that resolves it. */
function settleable<T = void>(): readonly [Promise<T>, (value: T) => void] {
  let settle!: (value: T) => void;
  const promise = new Promise<T>((resolve) => (settle = resolve));
  return [promise, settle];
}
