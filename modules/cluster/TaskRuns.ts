import { randomUUID } from 'node:crypto';

import { type ClusterClaim, type ClusterTask, type ClusterWorker, type RunRecord, sleep } from 'daemonry';

import type { ClusterJob, ClusterStore, StartAnswer, StoredTask } from './ClusterStore';
import type { Consumer } from './Consumer';
import type { EngineParts } from './EngineParts';
import { Lease, monotonic } from './Lease';
import { tickIdOf } from './names';
import { recordsIn, toKept } from './records';

const RETRY_MS = 200;
/** Milliseconds until a moment whose slot is taken looks again. BullMQ itself keeps it back, so this is rare. */
const WAIT_MS = 500;

/** Ends a job as failed, for good or until its next start: BullMQ knows which by the name. */
class RunFailed extends Error {
  constructor(message: string, isFinal: boolean) {
    super(message);
    this.name = isFinal ? 'UnrecoverableError' : 'RunFailed';
  }
}

/** A job that this process has taken, with the token of its lock. */
interface TakenJob {
  readonly job: ClusterJob;
  readonly lock: string;
  readonly consumer: Consumer;
}

/** The answer of the atomic step, and when it was asked for, on the monotonic clock. */
interface Step extends StartAnswer {
  readonly sentAt: number;
}

/** Decides about the jobs of one task, and has the core run them. */
export class TaskRuns {
  readonly #parts: EngineParts;
  readonly #task: ClusterTask;
  readonly #stored: StoredTask;
  readonly #worker: ClusterWorker;
  /** When the runs in flight of this process have begun, by their fencing tokens. */
  readonly #inFlight = new Map<bigint, number>();

  constructor(parts: EngineParts, task: ClusterTask, stored: StoredTask, worker: ClusterWorker) {
    this.#parts = parts;
    this.#task = task;
    this.#stored = stored;
    this.#worker = worker;
  }

  /** When the newest run in flight of this process has begun, on the clock of the store; undefined while there is none. */
  get since(): number | undefined {
    return [...this.#inFlight.values()].at(-1);
  }

  /** Handles a job: resolves with the record that is its result, or rejects when the run failed. */
  async handle(taken: TakenJob): Promise<unknown> {
    const { job } = taken;
    if (job.data.decided !== undefined) return this.#keep(taken, job.data.decided);
    const step = await this.#step(taken);
    switch (step.kind) {
      case 'start':
        return this.#run(taken, step);
      case 'skip': {
        // Its record may be kept already, by a process that died before the job was over.
        const kept = recordsIn(job);
        if (kept.length > 0) return toKept(kept);
        const reason = step.reason ?? 'overlap';
        this.#parts.claims.count(reason);
        return this.#keep(taken, this.#worker.skip(job.data, reason, step.accounted, step.waiting));
      }
      case 'drop':
        return this.#drop(taken, step);
      case 'wait':
      case 'gone':
        throw new RunFailed('the lock of the job went to another process', false);
    }
  }

  /** Asks for the step until it is answered: one claim gets one answer. */
  async #step({ job, lock }: TakenJob): Promise<Step> {
    const moment = job.data;
    const request = { moment, jobId: job.id ?? '', lock, policy: this.#task };
    const takenAt = monotonic();
    for (let claimId = randomUUID(); ;) {
      const sentAt = monotonic();
      try {
        const answer = await this.#ask('start a run', (store) =>
          store.start(this.#stored, { ...request, claimId, isNewest: this.#worker.isNewest(moment) }),
        );
        if (answer.kind !== 'wait') return { ...answer, sentAt };
        claimId = randomUUID();
        await sleep(WAIT_MS);
      } catch (error) {
        if (sentAt > takenAt + this.#parts.leaseMs()) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  async #run(taken: TakenJob, step: Step): Promise<unknown> {
    const { job, lock, consumer } = taken;
    const { claims } = this.#parts;
    const leaseMs = this.#parts.leaseMs();
    const lease = new Lease(this.#stored.path, leaseMs, step.sentAt, () => consumer.renew(job, lock, leaseMs));
    try {
      const run = lease.isHeld ? this.#worker.run(claimOf(job, step, lease)) : undefined;
      if (run === undefined) {
        claims.count('given_back');
        const { fencingToken } = step;
        const start = { moment: job.data, jobId: job.id ?? '', lock, fencingToken, overlap: this.#task.overlap };
        await this.#ask('give a moment back', (store) => store.giveBack(this.#stored, start));
        return await consumer.giveBack(job, lock);
      }
      claims.count('started');
      this.#inFlight.set(step.fencingToken, step.now);
      const { missed } = this.#before(job, step);
      const before = run.missed === undefined ? missed : [...missed, run.missed];
      const begun = this.#keep(taken, [...before, run.record], lease);
      const record = await run.decided;
      await begun;
      await this.#keep(taken, [...before, record], lease);
      await run.settled;
      await this.#persist(lease, () =>
        this.#ask('end a run', (store) => store.endRun(this.#stored, step.fencingToken)),
      );
      return await this.#result(job, [...before, record], step.start);
    } finally {
      this.#inFlight.delete(step.fencingToken);
      lease.end();
    }
  }

  /** Ends a job whose moment is not started, or not again. */
  async #drop(taken: TakenJob, step: Step): Promise<unknown> {
    const { job } = taken;
    if (step.start === 1) {
      this.#parts.claims.count('dropped');
      job.opts.removeOnComplete = true;
      return undefined;
    }
    const { missed, last } = this.#before(job, step);
    const records = last === undefined ? missed : [...missed, last];
    await this.#keep(taken, records);
    return this.#result(job, records, Infinity);
  }

  /** The records that the job has kept of due moments before its own, and the one of its last start: lost without an outcome. */
  #before(
    job: ClusterJob,
    { start, now, startedAt }: Step,
  ): { readonly missed: readonly RunRecord[]; readonly last?: RunRecord } {
    const kept = recordsIn(job);
    const missed = kept.filter((record) => record.missed !== undefined);
    if (start === 1) return { missed };
    // A process that dies at once has not kept the record of its run.
    const last = kept.findLast((record) => record.missed === undefined) ?? this.#unknownRun(job, startedAt ?? now);
    if (last.outcome !== undefined) return { missed, last };
    this.#parts.claims.count('lost');
    return { missed, last: this.#worker.lost(last, now) };
  }

  #unknownRun({ data }: ClusterJob, startedAt: number): RunRecord {
    return {
      runId: randomUUID(),
      tickId: tickIdOf(this.#stored.path, data),
      listener: this.#task.listener,
      task: this.#task.task,
      trigger: data.trigger,
      scheduledAt: new Date(data.scheduledAt).toISOString(),
      startedAt: new Date(startedAt).toISOString(),
    };
  }

  async #result(job: ClusterJob, records: readonly RunRecord[], start: number): Promise<unknown> {
    const last = records.at(-1);
    if (last === undefined || last.outcome === 'succeeded') return toKept(records);
    const isFinal = this.#task.delivery === 'at-most-once' || start >= this.#task.maxStarts;
    if (isFinal && this.#task.delivery === 'at-least-once')
      await this.#persist(undefined, () =>
        this.#ask('keep a dead letter', (store) => store.bury(this.#stored, job.id ?? '')),
      );
    throw new RunFailed(last.error?.message ?? `the run is recorded as ${last.outcome ?? 'unknown'}`, isFinal);
  }

  /** Keeps records in a job, where boards and other processes read them, and returns them as the result of the job. */
  async #keep({ job, lock }: TakenJob, records: readonly RunRecord[], lease?: Lease): Promise<unknown> {
    const kept = toKept(records);
    if (kept === undefined) return undefined;
    const isOurs = await this.#persist(lease, () =>
      this.#ask('keep a record', (store) => store.keep(this.#stored, job.id ?? '', lock, kept)),
    );
    if (isOurs !== true)
      this.#parts.log.debug(`the record of ${kept.tickId} is left to the process that has taken over`);
    return kept;
  }

  /** Tries again while the store may still know the lease; undefined once it can't. */
  async #persist<T>(lease: Lease | undefined, work: () => Promise<T>): Promise<T | undefined> {
    for (const takenAt = monotonic(); ;) {
      try {
        return await work();
      } catch {
        const mayBeKept = lease?.mayBeKept ?? monotonic() < takenAt + this.#parts.leaseMs();
        if (!mayBeKept) return undefined; // another process finds the run, and records it as lost
        await sleep(RETRY_MS);
      }
    }
  }

  #ask<T>(act: string, work: (store: ClusterStore) => Promise<T>): Promise<T> {
    return this.#parts.ask(this.#stored.path, act, work);
  }
}

function claimOf({ data }: ClusterJob, { start, fencingToken, accounted, waiting }: Step, lease: Lease): ClusterClaim {
  const { trigger, scheduledAt, firesAt, manualId } = data;
  return {
    trigger,
    scheduledAt,
    firesAt,
    ...(manualId === undefined ? {} : { manualId }),
    start,
    fencingToken,
    signal: lease.signal,
    get isHeld() {
      return lease.isHeld;
    },
    ...(accounted === undefined ? {} : { accounted }),
    waiting,
  };
}
