import type { ClusterIntent } from 'daemonry';

import type { ClusterJob, ClusterQueue, ClusterStore, StoredTask, TaskFields } from './ClusterStore';
import { Consumer } from './Consumer';
import type { EngineParts } from './EngineParts';
import { OwnChanges } from './OwnChanges';

/** Something that this process has joined, in the store: its queue, and its worker. */
export abstract class JoinedQueue {
  readonly ownChanges = new OwnChanges();
  protected readonly parts: EngineParts;
  protected readonly stored: StoredTask;
  protected fields: TaskFields = {};
  protected leaseUntil: number | undefined;
  protected accepts = true;
  /** Set while another tool has paused the queue. */
  protected foreignPause: ClusterIntent | undefined;
  readonly #left: () => void;
  #queue: ClusterQueue | undefined;
  #consumer: Consumer | undefined;

  /** @param left - called when this process has left. */
  constructor(parts: EngineParts, stored: StoredTask, left: () => void) {
    this.parts = parts;
    this.stored = stored;
    this.#left = left;
  }

  get path(): string {
    return this.stored.path;
  }

  get application(): string {
    return this.stored.application;
  }

  /** Opens its queue, once the store is connected. @throws Error when it can't be used, and is to be detached */
  async attach(store: ClusterStore): Promise<void> {
    const queue = store.openQueue(this.stored.queue);
    queue.on('error', (error) => {
      this.parts.clientFailed(this.path, error);
    });
    this.#queue = queue;
    await this.announce(store);
    await this.look();
    if (this.#queue !== queue) throw new Error('the queue was closed while it was opened');
    const consumer: Consumer = new Consumer(store, this.parts, this.stored, this.concurrency, (job, lock) =>
      this.handle(job, lock, consumer),
    );
    this.#consumer = consumer;
    await consumer.open();
    consumer.accept(this.accepts);
  }

  /** Makes itself known, also after the connection was lost. */
  abstract announce(store: ClusterStore): Promise<void>;

  /** Looks whether another tool has paused the queue, and says so once. */
  async look(): Promise<void> {
    const isPaused = (await this.#queue?.isPaused()) === true;
    if (isPaused === (this.foreignPause !== undefined)) return;
    if (isPaused) {
      const since = new Date(this.parts.now()).toISOString();
      this.foreignPause = { by: 'unknown', kind: 'automation', reason: 'another tool has paused its queue', since };
      const fix = `Resume it there${this.resumedBy}.`;
      const facts = { queue: this.stored.queue, by: 'unknown' };
      this.parts.log.warn(`Another tool has paused the queue of "${this.path}": no process takes it up. ${fix}`, facts);
    } else this.foreignPause = undefined;
    this.pauseChanged();
  }

  /** Closes its queue; what is in flight is given up. */
  async detach(): Promise<void> {
    await this.settle();
    const [queue, consumer] = [this.#queue, this.#consumer];
    this.#queue = undefined;
    this.#consumer = undefined;
    await consumer?.close();
    await queue?.close();
  }

  accept(isAccepting: boolean): void {
    this.accepts = isAccepting;
    this.#consumer?.accept(isAccepting);
  }

  async leave(): Promise<void> {
    this.accepts = false;
    await this.#consumer?.drain();
    this.#left();
    await this.detach();
    // It is left behind when the store is away: a lease runs out, and the store forgets this process, by itself.
    await this.ask('leave it', async (store) => {
      await this.farewell(store);
      await store.wake(this.stored);
    }).catch(() => undefined);
  }

  /** The number of jobs at a time. */
  protected abstract readonly concurrency: number;

  /** How the pause of another tool can be ended here, as the end of a sentence. */
  protected abstract readonly resumedBy: string;

  /** Does the work of a job. */
  protected abstract handle(job: ClusterJob, lock: string, consumer: Consumer): Promise<unknown>;

  /** Called when {@link foreignPause} has changed. */
  protected abstract pauseChanged(): void;

  /** Ends what waits for the queue, before it is closed. */
  protected abstract settle(): Promise<void>;

  /** Tells the store that this process has left. */
  protected abstract farewell(store: ClusterStore): Promise<void>;

  /** The queue, while the store is connected. @throws Error otherwise */
  protected get open(): ClusterQueue {
    if (this.#queue === undefined) throw new Error('the queue is not open');
    return this.#queue;
  }

  protected ask<T>(
    act: string,
    work: (store: ClusterStore, before: number) => Promise<T>,
    withinMs?: number,
  ): Promise<T> {
    return this.parts.ask(this.path, act, work, withinMs);
  }
}
