import { hostname } from 'node:os';

import {
  Application,
  BackgroundDaemon,
  Clock,
  type ClusterBody,
  ClusterEngine,
  type ClusterHold,
  type ClusterHolder,
  type ClusterTask,
  type ClusterTaskHandle,
  ClusterUnreachableError,
  type ClusterWorker,
  codeOf,
  durationMs,
  limited,
  ListenerLogger,
  messageOf,
  type OnRun,
  type OnShutdown,
  type OnStartup,
  type RunContext,
  type StartupContext,
  withDeadline,
} from 'daemonry';

import { BodyQueue } from './BodyQueue';
import { ClockOffset } from './ClockOffset';
import { ClusterClaims } from '../shared/ClusterClaims';
import { ClusterSettings } from './ClusterSettings';
import type { ClusterStore } from './ClusterStore';
import type { EngineParts, Joined } from './EngineParts';
import { ClusterNotConfiguredError, silentStoreError } from './errors';
import { isExpected } from './library';
import { openStore, storesIn } from './openStore';
import { StoredChanges } from './StoredChanges';
import { StoreLoss } from './StoreLoss';
import { TaskQueue } from './TaskQueue';

const CONNECT_WITHIN = '10s';
const ANSWER_WITHIN_MS = 2_000;
const BEAT_MS = 1_000;
/** Beats from one look for what other tools have done to the next. */
const LOOK_BEATS = 5;

/**
 * The cluster engine on BullMQ: shares the tasks and `run` bodies of cluster scope among the processes of the application,
 * through Redis or, as a preview, PostgreSQL.
 */
@BackgroundDaemon({ name: 'cluster', essential: true, restart: 'on-failure' })
export class Cluster extends ClusterEngine implements OnStartup, OnRun, OnShutdown {
  readonly #joined = new Set<Joined>();
  readonly #attached = new Set<Joined>();
  readonly #watchers = new Set<() => void>();
  readonly #parts: EngineParts;
  readonly #time: ClockOffset;
  #attaching: Promise<void> = Promise.resolve();
  #processId: string | undefined;
  #store: ClusterStore | undefined;
  #isConnected = false;
  #beats = 0;
  readonly #changes: StoredChanges;
  readonly #loss: StoreLoss;

  constructor(
    private readonly application: Application,
    clock: Clock,
    private readonly settings: ClusterSettings,
    private readonly log: ListenerLogger,
    claims: ClusterClaims,
  ) {
    super();
    this.#loss = new StoreLoss(log);
    this.#time = new ClockOffset(clock, log, () => this.#notify());
    this.#changes = new StoredChanges({ clock, time: this.#time, joined: this.#joined, attached: this.#attached });
    this.#parts = {
      processId: () => this.processId,
      leaseMs: () => this.leaseMs,
      startedAt: () => this.#time.startedAt,
      claims,
      log,
      now: () => clock.now() + this.clockOffsetMs,
      measured: (now) => this.#time.measured(now, clock.now(), true),
      clientFailed: (path, error) => this.#clientFailed(path, error),
      ask: (path, act, work, withinMs) => this.#ask(path, act, work, withinMs),
    };
  }

  /** `bullmq-redis` or, for the preview, `bullmq-postgres`. */
  get kind(): ClusterStore['kind'] {
    return this.settings.postgres.url === undefined ? 'bullmq-redis' : 'bullmq-postgres';
  }

  /** Name of the machine, id of the process, and session of the application. */
  get processId(): string {
    return (this.#processId ??= `${hostname()}/${process.pid}/${this.application.status().sessionId}`);
  }

  /** The lease of the settings, in milliseconds. */
  get leaseMs(): number {
    return durationMs(this.settings.lease);
  }

  /** True while the store answers. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** The clock of the store minus that of this process, in milliseconds; 0 while unknown. */
  get clockOffsetMs(): number {
    return this.#time.offsetMs;
  }

  /**
   * Connects to the store.
   * @throws ClusterNotConfiguredError, ClusterConnectionError, ClusterStoreError, PackageMissingError
   */
  async startup({ log, signal, disable, defer }: StartupContext): Promise<void> {
    if (storesIn(this.settings).length === 0) {
      if (this.#joined.size > 0 || this.#hasClusterTasks()) throw new ClusterNotConfiguredError();
      disable('no task has cluster scope, and no cluster.redis.url is configured');
      return;
    }
    const store = openStore(this.settings, {
      application: this.application.name,
      processId: this.processId,
      leaseMs: this.leaseMs,
      warn: (message, facts) => log.warn(message, facts),
    });
    defer(() => store.close());
    await withDeadline(CONNECT_WITHIN, () => store.connect(), {
      signal,
      owner: 'The connection of the cluster engine',
    });
    this.#store = store;
    this.#changes.forget();
    store.onChange = (error) => {
      if (!store.isReady) this.#lost(error);
      else void this.#beat();
    };
    await this.#beat();
    if (!this.#isConnected) throw this.#loss.reason;
    log.info(`The cluster engine is connected (${this.kind})`, { process: this.processId, lease: this.leaseMs });
  }

  /** Asks the store each second for its time, what has changed, and who is there. */
  async run({ signal, sleep }: RunContext): Promise<void> {
    while (!signal.aborted) {
      await sleep(BEAT_MS);
      await this.#beat();
    }
  }

  /** Closes all connections. Tasks that have not left before are given up. */
  async shutdown(): Promise<void> {
    this.#lost(undefined);
    this.#loss.end(false);
    await this.#attaching;
    await Promise.all([...this.#attached].map((joined) => joined.detach()));
    this.#attached.clear();
    await this.#store?.close();
    this.#store = undefined;
  }

  /** Calls `changed` after each change of `isConnected` or `clockOffsetMs`. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  /** Joins a periodic task. */
  join(task: ClusterTask, worker: ClusterWorker): ClusterTaskHandle {
    const queue = new TaskQueue(this.#parts, task, worker, () => this.#leave(queue));
    this.#add(queue);
    return queue;
  }

  /** Wants to hold a `run` body. */
  hold(body: ClusterBody, holder: ClusterHolder): ClusterHold {
    const queue = new BodyQueue(this.#parts, body, holder, () => this.#leave(queue));
    this.#add(queue);
    return queue;
  }

  #hasClusterTasks(): boolean {
    return this.application.daemons
      .list()
      .some(({ tasks, runScope }) => runScope === 'cluster' || tasks.some(({ cluster }) => cluster !== undefined));
  }

  #add(joined: Joined): void {
    this.#joined.add(joined);
    if (this.#isConnected) this.#attachAll();
  }

  #leave(joined: Joined): void {
    for (const all of [this.#joined, this.#attached]) all.delete(joined);
  }

  /** Opens the queues of what has joined. One that fails is tried again at the next beat. */
  #attachAll(): void {
    this.#attaching = this.#attaching.then(async () => {
      const waiting = [...this.#joined].filter((joined) => !this.#attached.has(joined));
      await Promise.all(waiting.map((joined) => this.#attach(joined)));
    });
  }

  async #attach(joined: Joined): Promise<void> {
    try {
      await this.#ask(joined.path, 'join it', (store) => joined.attach(store), 3 * ANSWER_WITHIN_MS);
      if (this.#joined.has(joined)) this.#attached.add(joined);
      else await joined.detach();
    } catch (error) {
      const text = `"${joined.path}" could not be joined; it is tried again`;
      this.log.warn(text, { error, ...limited(`cluster: join ${joined.path}`) });
      await joined.detach();
    }
  }

  async #beat(): Promise<void> {
    const store = this.#store;
    if (store?.isReady !== true) return;
    try {
      const names = new Set([this.application.name, ...[...this.#joined].map(({ application }) => application)]);
      const looking = this.#beats++ % LOOK_BEATS === 0 ? [...this.#attached] : [];
      const ask = (): Promise<unknown> =>
        Promise.all([
          ...[...names].map((name) => this.#changes.ask(store, name, !this.#isConnected)),
          ...looking.map((joined) => joined.look()),
        ]);
      await withDeadline(ANSWER_WITHIN_MS, ask, { expired: () => silentStoreError(ANSWER_WITHIN_MS) });
      this.#attachAll();
      if (!this.#isConnected) this.#regained();
      else if (looking.length > 0) this.#tellMissing(store.countMissing());
    } catch (error) {
      if (this.#store !== store) return;
      this.#lost(error);
      store.reconnect();
    }
  }

  #tellMissing(connections: number): void {
    if (connections === 0) return;
    const text =
      'Connections on which this process waits for tasks of cluster scope cannot be made, though the store answers: ' +
      'those tasks do not run here. Look at its limit of clients.';
    this.log.warn(text, { connections, ...limited('cluster: connections of workers') });
  }

  #regained(): void {
    this.#isConnected = true;
    this.#loss.end(true);
    this.#notify();
  }

  #lost(error: unknown): void {
    const wasConnected = this.#isConnected;
    this.#isConnected = false;
    if (wasConnected) this.#loss.begin();
    if (error !== undefined) this.#loss.failed(error);
    if (wasConnected) this.#notify();
  }

  #notify(): void {
    for (const changed of this.#watchers) changed();
  }

  async #ask<T>(
    path: string,
    act: string,
    work: (store: ClusterStore, before: number) => Promise<T>,
    withinMs = ANSWER_WITHIN_MS,
  ): Promise<T> {
    const unreachable = (cause?: unknown): Error => new ClusterUnreachableError(path, act, cause);
    const store = this.#store;
    if (store?.isReady !== true) throw unreachable();
    const expired = (): Error => unreachable(new Error(`no answer within ${withinMs} ms`));
    const before = this.#parts.now() + withinMs;
    return withDeadline(withinMs, () => work(store, before), { expired }).catch((error: unknown) => {
      // A store that answers with an error, such as one whose memory is full, is away as well.
      throw codeOf(error)?.startsWith('CLUSTER_') === true ? error : unreachable(error);
    });
  }

  #clientFailed(path: string, error: Error): void {
    const said = messageOf(error);
    // Without its store it repeats one error ten times a second, and the loss has been told.
    if (!this.#isConnected || isExpected(said)) this.log.debug(`BullMQ says of "${path}": ${said}`);
    else this.log.warn(`BullMQ says of "${path}": ${said}`, limited(`cluster: BullMQ of ${path}`));
  }
}
