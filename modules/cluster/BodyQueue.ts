import type { ClusterBody, ClusterHold, ClusterHolder, ClusterState } from 'daemonry';

import {
  ALWAYS,
  type ClusterJob,
  type ClusterQueue,
  type ClusterStore,
  type MomentData,
  type StoredTask,
  type TaskFields,
} from './ClusterStore';
import { Consumer } from './Consumer';
import type { EngineParts, Joined } from './EngineParts';
import { stateIn } from './fields';
import { Lease, monotonic } from './Lease';
import { BODY_JOB, queueNameOf } from './names';

/** A `run` body of cluster scope: a queue with one job that never ends, and goes from process to process. */
export class BodyQueue implements ClusterHold, Joined {
  readonly #parts: EngineParts;
  readonly #holder: ClusterHolder;
  readonly #stored: StoredTask;
  readonly #left: () => void;
  #queue: ClusterQueue | undefined;
  #consumer: Consumer | undefined;
  #fields: TaskFields = {};
  #leaseUntil: number | undefined;
  #wantsIt = true;

  /** @param left - called when this process no longer wants to hold the body. */
  constructor(parts: EngineParts, { application, listener }: ClusterBody, holder: ClusterHolder, left: () => void) {
    this.#parts = parts;
    this.#holder = holder;
    this.#stored = { path: listener, queue: queueNameOf(application, listener), application };
    this.#left = left;
  }

  get path(): string {
    return this.#stored.path;
  }

  get application(): string {
    return this.#stored.application;
  }

  get state(): ClusterState {
    return stateIn(this.#fields, this.#leaseUntil);
  }

  async attach(store: ClusterStore): Promise<void> {
    const queue = store.openQueue(this.#stored.queue);
    queue.on('error', (error) => {
      this.#parts.clientFailed(this.path, error);
    });
    this.#queue = queue;
    await this.announce();
    const consumer: Consumer = new Consumer(store, this.#parts, this.#stored, 1, (job, lock) =>
      this.#hold(consumer, job, lock),
    );
    this.#consumer = consumer;
    consumer.accept(this.#wantsIt);
  }

  /** Makes the one job, if it is not there. */
  async announce(): Promise<void> {
    const data: MomentData = { trigger: 'manual', scheduledAt: 0, firesAt: 0, by: this.#parts.processId() };
    await this.#queue?.setGlobalConcurrency(1);
    await this.#queue?.add('run', data, {
      jobId: BODY_JOB,
      attempts: ALWAYS,
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 0,
    });
  }

  async detach(): Promise<void> {
    const [queue, consumer] = [this.#queue, this.#consumer];
    this.#queue = undefined;
    this.#consumer = undefined;
    await consumer?.close();
    await queue?.close();
  }

  updated(fields: TaskFields | undefined, leaseUntil: number | undefined): void {
    this.#leaseUntil = leaseUntil;
    if (fields !== undefined) this.#fields = fields;
  }

  /** Every process holds a body alike. */
  present(): void {
    return;
  }

  async leave(): Promise<void> {
    this.#wantsIt = false;
    await this.#consumer?.drain();
    this.#left();
    await this.detach();
    // When the store is away, the lease runs out by itself.
    await this.#parts.ask(this.path, 'leave it', (store) => store.wake(this.#stored)).catch(() => undefined);
  }

  async #hold(consumer: Consumer, job: ClusterJob, lock: string): Promise<unknown> {
    if (!this.#wantsIt) return consumer.giveBack(job, lock);
    const { ask } = this.#parts;
    const leaseMs = this.#parts.leaseMs();
    const sentAt = monotonic();
    const fencingToken = await ask(this.path, 'hold it', (store) => store.acquire(this.#stored, job.id ?? '', lock));
    if (fencingToken === undefined) throw new Error('the lock of the body went to another process');
    const lease = new Lease(this.path, leaseMs, sentAt, () => consumer.renew(job, lock, leaseMs));
    try {
      await this.#holder.acquired({
        fencingToken,
        signal: lease.signal,
        get isHeld() {
          return lease.isHeld;
        },
      });
      if (lease.signal.aborted) throw new Error('the lease was lost');
      await ask(this.path, 'end it', (store) => store.endRun(this.#stored, fencingToken)).catch(() => undefined);
    } finally {
      lease.end();
    }
    return consumer.giveBack(job, lock);
  }
}
