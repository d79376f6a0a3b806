import type { ClusterBody, ClusterHold, ClusterHolder, ClusterState } from 'daemonry';

import { ALWAYS, type ClusterJob, type MomentData, type TaskFields } from './ClusterStore';
import type { Consumer } from './Consumer';
import type { EngineParts, Joined } from './EngineParts';
import { ownStateIn, stateIn } from './fields';
import { JoinedQueue } from './JoinedQueue';
import { Lease, monotonic } from './Lease';
import { BODY_JOB, queueNameOf } from './names';

/** A `run` body of cluster scope: a queue with one job that never ends, and goes from process to process. */
export class BodyQueue extends JoinedQueue implements ClusterHold, Joined {
  protected readonly concurrency = 1;
  protected readonly resumedBy = '';
  readonly #holder: ClusterHolder;
  /** Since when this process holds it, on the clock of the store; undefined while it does not. */
  #since: number | undefined;

  /** @param left - called when this process no longer wants to hold the body. */
  constructor(parts: EngineParts, { application, listener }: ClusterBody, holder: ClusterHolder, left: () => void) {
    super(parts, { path: listener, queue: queueNameOf(application, listener), application }, left);
    this.#holder = holder;
  }

  get state(): ClusterState {
    return ownStateIn(stateIn(this.fields, this.leaseUntil), this.parts.processId(), this.#since);
  }

  /** The one job, which says nothing of the processes, is looked for when the connection was lost. */
  get isForgotten(): boolean {
    return false;
  }

  /** Makes the one job, if it is not there. */
  async announce(): Promise<void> {
    const data: MomentData = { trigger: 'manual', scheduledAt: 0, firesAt: 0, by: this.parts.processId() };
    await this.open.setGlobalConcurrency(1);
    await this.open.add('run', data, {
      jobId: BODY_JOB,
      attempts: ALWAYS,
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 0,
    });
  }

  updated(fields: TaskFields | undefined, leaseUntil: number | undefined): void {
    this.leaseUntil = leaseUntil;
    if (fields !== undefined) this.fields = fields;
  }

  /** Every process holds a body alike. */
  present(): Promise<void> {
    return Promise.resolve();
  }

  /** The holder goes on; only another one cannot take over. */
  protected pauseChanged(): void {
    return;
  }

  /** Nothing waits for it. */
  protected settle(): Promise<void> {
    return Promise.resolve();
  }

  /** The lease is given back with the job. */
  protected farewell(): Promise<void> {
    return Promise.resolve();
  }

  protected async handle(job: ClusterJob, lock: string, consumer: Consumer): Promise<unknown> {
    if (!this.accepts) return consumer.giveBack(job, lock);
    const leaseMs = this.parts.leaseMs();
    const sentAt = monotonic();
    const fencingToken = await this.ask('hold it', (store) => store.acquire(this.stored, job.id ?? '', lock));
    if (fencingToken === undefined) throw new Error('the lock of the body went to another process');
    const lease = new Lease(this.path, leaseMs, sentAt, () => consumer.renew(job, lock, leaseMs));
    // The token is the time at which it was drawn, or a little more, in microseconds.
    this.#since = Number(fencingToken / 1_000n);
    try {
      await this.#holder.acquired({
        fencingToken,
        signal: lease.signal,
        get isHeld() {
          return lease.isHeld;
        },
      });
      if (lease.signal.aborted) throw new Error('the lease was lost');
      await this.ask('end it', (store) => store.endRun(this.stored, fencingToken)).catch(() => undefined);
    } finally {
      this.#since = undefined;
      lease.end();
    }
    return consumer.giveBack(job, lock);
  }
}
