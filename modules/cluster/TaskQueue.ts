import {
  type ClusterDeadLetter,
  type ClusterDeadLetterQuery,
  type ClusterHistoryQuery,
  type ClusterIntentChange,
  type ClusterIntents,
  type ClusterMoment,
  type ClusterState,
  type ClusterTask,
  type ClusterTaskHandle,
  ClusterTriggerExpiredError,
  type ClusterWorker,
  type OperatorKind,
  type RunRecord,
} from 'daemonry';
import type { JobsOptions } from 'bullmq';

import { AwaitedRuns } from './AwaitedRuns';
import {
  ALWAYS,
  KEPT,
  type ClusterJob,
  type ClusterQueue,
  type ClusterStore,
  type MomentData,
  type OfferedMoment,
  type TaskFields,
} from './ClusterStore';
import type { Consumer } from './Consumer';
import type { EngineParts, Joined } from './EngineParts';
import { fieldsFor, intentsIn, isSuperseded, overIn, ownStateIn, stateIn } from './fields';
import { JoinedQueue } from './JoinedQueue';
import { monotonic } from './Lease';
import { jobIdOf, jobIdOfTick, queueNameOf, tickIdOfJob } from './names';
import { recordsIn, standsFor } from './records';
import { TaskRuns } from './TaskRuns';

/** With `overlap: 'allow'`: more than any number of runs of a task in one process at a time. */
const SIDE_BY_SIDE = 1_000_000;
/** The first pause before a run is repeated; it doubles with each. */
const FIRST_RETRY_MS = 1_000;

/** Milliseconds after the deadline of a trigger in which its record may still be read: a store that answers is not away. */
const READ_MS = 1_000;

/** A periodic task that this process has joined: its queue and its worker. */
export class TaskQueue extends JoinedQueue implements ClusterTaskHandle, Joined {
  protected readonly concurrency: number;
  readonly #task: ClusterTask;
  readonly #worker: ClusterWorker;
  readonly #runs: TaskRuns;
  readonly #awaited = new AwaitedRuns();
  #isSuperseded = false;
  #toldIntents = '';

  /** @param left - called when this process has left the task. */
  constructor(parts: EngineParts, task: ClusterTask, worker: ClusterWorker, left: () => void) {
    const path = `${task.listener}.${task.task}`;
    super(parts, { path, queue: queueNameOf(task.application, path), application: task.application }, left);
    this.concurrency = task.overlap === 'allow' ? SIDE_BY_SIDE : 1;
    this.#task = task;
    this.#worker = worker;
    this.#runs = new TaskRuns(parts, task, this.stored, worker);
  }

  get state(): ClusterState {
    return ownStateIn(stateIn(this.fields, this.leaseUntil), this.parts.processId(), this.#runs.since);
  }

  get intents(): ClusterIntents {
    return this.#withForeign(intentsIn(this.fields, this.parts.now()));
  }

  get isForgotten(): boolean {
    return !(`p:${this.parts.processId()}` in this.fields);
  }

  async announce(store: ClusterStore): Promise<void> {
    if (this.#task.overlap === 'allow') await this.open.removeGlobalConcurrency();
    else await this.open.setGlobalConcurrency(1);
    this.#toldIntents = '';
    await this.#makeKnown(store, false);
  }

  updated(fields: TaskFields | undefined, leaseUntil: number | undefined): void {
    this.leaseUntil = leaseUntil;
    if (fields === undefined) return;
    this.fields = fields;
    this.pauseChanged();
  }

  async present(processes: readonly string[], store: ClusterStore): Promise<void> {
    const superseded = isSuperseded(this.fields, this.#task, this.parts.startedAt(), processes);
    if (superseded === this.#isSuperseded) return;
    // Its schedule counts from now on: before, another one was in force.
    if (!superseded) await this.#makeKnown(store, true);
    this.#isSuperseded = superseded;
    this.#worker.superseded(superseded);
  }

  async offer(moment: ClusterMoment): Promise<'kept' | 'known' | 'early'> {
    try {
      const answer = await this.ask('offer a due moment', async (store) => {
        const offered = await store.offer(this.stored, this.#offered(moment));
        if (offered.answer === 'early') this.parts.measured(offered.now);
        // Whoever was first may have died before the job was there.
        if (offered.answer === 'kept' || offered.answer === 'offered') await this.#add(moment);
        return offered.answer;
      });
      return answer === 'kept' || answer === 'early' ? answer : 'known';
    } catch (error) {
      this.parts.claims.count('unreachable');
      throw error;
    }
  }

  async trigger(moment: ClusterMoment, deadlineMs: number): Promise<RunRecord> {
    const end = monotonic() + deadlineMs;
    const { answer } = await this.ask('trigger a run', (store) => store.offer(this.stored, this.#offered(moment)));
    if (answer === 'overlap') {
      const decided = this.#worker.skip(moment, 'overlap');
      await this.ask('trigger a run', () => this.#add(moment, decided));
      const record = decided.at(-1);
      if (record !== undefined) return record;
    }
    let mayBeRun = false;
    const awaited = async (store: ClusterStore): Promise<RunRecord | undefined> => {
      const events = store.openEvents(this.stored.queue);
      events.on('error', (error) => {
        this.parts.clientFailed(this.path, error);
      });
      try {
        await events.waitUntilReady();
        if (monotonic() > end) return undefined;
        mayBeRun = true;
        await this.#add(moment).catch((error: unknown) => {
          mayBeRun = false;
          throw error;
        });
        const left = Math.max(end - monotonic(), 1);
        const jobId = jobIdOf(this.path, moment);
        const isOver = async (): Promise<boolean> => (await this.open.getJob(jobId))?.finishedOn !== undefined;
        const read = async (): Promise<RunRecord | undefined> => (await this.#recordsOf(moment)).at(-1);
        return await this.#awaited.read(events, jobId, left, isOver, read);
      } finally {
        await events.close();
      }
    };
    const record = await this.ask('trigger a run', awaited, deadlineMs + READ_MS).catch((error: unknown) => {
      if (!mayBeRun) throw error;
    });
    if (record?.outcome !== undefined) return record;
    // Less than the deadline, if this process has left the task.
    const waitedMs = Math.min(monotonic() - end + deadlineMs, deadlineMs);
    throw new ClusterTriggerExpiredError(this.path, Math.round(waitedMs));
  }

  change(change: ClusterIntentChange, kind: OperatorKind): Promise<ClusterIntents> {
    return this.ownChanges.make(() => this.#change(change, kind));
  }

  async #change(change: ClusterIntentChange, kind: OperatorKind): Promise<ClusterIntents> {
    const spares = kind === 'human' ? undefined : new Date(this.parts.now()).toISOString();
    const spared = await this.ask('change it', async (store, before) => {
      const inTheWay = intentsIn(await store.change(this.stored, fieldsFor(change), { spares, before }));
      if (Object.keys(inTheWay).length > 0) return inTheWay;
      if (!('pause' in change) || change.pause !== undefined || this.foreignPause === undefined) return {};
      await this.open.resume();
      this.foreignPause = undefined;
      return {};
    });
    if (Object.keys(spared).length > 0) return spared;
    const fields = Object.entries({ ...this.fields, ...fieldsFor(change) });
    this.updated(Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as TaskFields, this.leaseUntil);
    return {};
  }

  async lift(over: ClusterIntents): Promise<void> {
    await this.ask('lift what is over', (store) => store.lift(this.stored, overIn(over)));
  }

  async deadLetters({ tickId, limit }: ClusterDeadLetterQuery): Promise<readonly ClusterDeadLetter[]> {
    const wanted = tickId === undefined ? undefined : jobIdOfTick(tickId);
    return this.ask('read its dead letters', async (store) => {
      const buried = await store.deadLetters(this.stored, limit, wanted);
      return Promise.all(
        buried.map(async ({ jobId, since }): Promise<ClusterDeadLetter> => {
          const job = await this.open.getJob(jobId);
          const record = job === undefined ? undefined : recordsIn(job).at(-1);
          const at = new Date(Math.floor(since)).toISOString();
          return { tickId: tickIdOfJob(jobId), since: at, ...(record === undefined ? {} : { record }) };
        }),
      );
    });
  }

  async dismiss(tickId?: string): Promise<number> {
    const jobId = tickId === undefined ? undefined : jobIdOfTick(tickId);
    return this.ask('dismiss a dead letter', (store, before) => store.dismiss(this.stored, jobId, before));
  }

  async recordOf(at: number): Promise<RunRecord | undefined> {
    return this.ask('read its runs', async () => {
      const own = (await this.#recordsOf({ scheduledAt: at })).findLast((record) => standsFor(record, at));
      return own ?? (await this.#all()).find((record) => standsFor(record, at));
    });
  }

  async history({
    outcome,
    from = -Infinity,
    to = Infinity,
    limit,
  }: ClusterHistoryQuery): Promise<readonly RunRecord[]> {
    const records = await this.ask('read its runs', () => this.#all());
    const isWanted = (record: RunRecord): boolean => {
      const at = Date.parse(record.scheduledAt);
      return record.outcome !== undefined && (outcome ?? record.outcome) === record.outcome && from <= at && at < to;
    };
    return records.filter(isWanted).slice(0, limit);
  }

  protected get resumedBy(): string {
    return `, or for all processes by "daemonry resume ${this.#task.listener} ${this.#task.task}"`;
  }

  protected handle(job: ClusterJob, lock: string, consumer: Consumer): Promise<unknown> {
    return this.#runs.handle({ job, lock, consumer });
  }

  /** Tells the worker what operators have set, if that is something else than before. */
  protected pauseChanged(): void {
    const intents = this.#withForeign(intentsIn(this.fields));
    const told = JSON.stringify(intents);
    if (told === this.#toldIntents) return;
    this.#toldIntents = told;
    this.#worker.changed(intents);
  }

  protected async settle(): Promise<void> {
    await this.#awaited.end();
  }

  protected farewell(store: ClusterStore): Promise<void> {
    return store.leave(this.stored);
  }

  async #makeKnown(store: ClusterStore, isBack: boolean): Promise<void> {
    const process = { scheduleKey: this.#task.scheduleKey, startedAt: this.parts.startedAt(), isBack };
    await this.ownChanges.make(async () => this.updated(await store.join(this.stored, process), undefined));
  }

  /** Adds the pause of another tool, if nobody else has paused it. */
  #withForeign(intents: ClusterIntents): ClusterIntents {
    if (this.foreignPause === undefined || intents.pause !== undefined) return intents;
    return { ...intents, pause: this.foreignPause };
  }

  #offered(moment: ClusterMoment): OfferedMoment {
    return { moment, jobId: jobIdOf(this.path, moment), overlap: this.#task.overlap };
  }

  async #add(moment: ClusterMoment, decided?: readonly RunRecord[]): Promise<ReturnType<ClusterQueue['add']>> {
    const data: MomentData = {
      ...moment,
      by: this.parts.processId(),
      ...(decided === undefined ? {} : { decided }),
      ...(this.foreignPause === undefined ? {} : { wasPaused: true }),
    };
    const options: JobsOptions = {
      jobId: jobIdOf(this.path, moment),
      // Whoever runs it decides: another version of the application may have offered it, with another delivery.
      attempts: ALWAYS,
      backoff: { type: 'exponential', delay: FIRST_RETRY_MS },
      removeOnComplete: { count: KEPT },
      removeOnFail: { count: KEPT },
      stackTraceLimit: 0,
    };
    return this.open.add(moment.trigger, data, options);
  }

  async #recordsOf(moment: Pick<ClusterMoment, 'manualId' | 'scheduledAt'>): Promise<readonly RunRecord[]> {
    const job = await this.open.getJob(jobIdOf(this.path, moment));
    return job === undefined ? [] : recordsIn(job);
  }

  /** Every record that is kept, by due moment, the newest first. */
  async #all(): Promise<readonly RunRecord[]> {
    const jobs = await this.open.getJobs(['completed', 'failed', 'active'], 0, KEPT - 1);
    const records = jobs.flatMap((job) => recordsIn(job));
    return records.sort((one, other) => Date.parse(other.scheduledAt) - Date.parse(one.scheduledAt));
  }
}
