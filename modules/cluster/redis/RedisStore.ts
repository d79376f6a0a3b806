import type * as Bull from 'bullmq';

import {
  type Beat,
  type BuriedJob,
  type ChangedFields,
  type ChangeLimits,
  type ClusterConsumer,
  type ClusterJob,
  type ClusterQueue,
  type ClusterStore,
  type ConsumerOptions,
  type JoiningProcess,
  type MomentData,
  type OfferAnswer,
  type OfferedMoment,
  type OverField,
  type ReturnedStart,
  type StartAnswer,
  type StartRequest,
  type StoredTask,
  type StoreOptions,
  type TaskFields,
  goneAfter,
  KEPT,
  NEVER,
  workerOptions,
} from '../ClusterStore';
import type { ClusterRedisSettings } from '../ClusterSettings';
import { loadBull } from '../library';
import { ENDS } from '../fields';
import { encodeName } from '../names';
import { checkRedis } from './checkRedis';
import { RedisLink } from './RedisLink';
import { SCRIPTS } from './scripts';

/** Events of BullMQ that are kept of a queue: only a trigger in flight reads them. */
const EVENTS_KEPT = 200;

type ScriptName = keyof typeof SCRIPTS;

/** A cluster store in Redis, or what speaks its protocol. */
export class RedisStore implements ClusterStore {
  readonly kind = 'bullmq-redis';
  onChange: (error?: Error) => void = () => undefined;
  readonly countMissing = (): number => this.#link.countMissing();
  readonly #options: StoreOptions;
  readonly #link: RedisLink;
  readonly #bull: typeof Bull;

  /** @param options - the prefix has a tag in braces for a Redis Cluster. */
  constructor(options: StoreOptions & { readonly redis: ClusterRedisSettings }) {
    this.#options = options;
    this.#bull = loadBull();
    this.#link = new RedisLink(options.redis, `${options.prefix}:${encodeName(options.application)}`, (error) =>
      this.onChange(error),
    );
  }

  get isReady(): boolean {
    return this.#link.isReady;
  }

  async connect(): Promise<void> {
    await this.#link.connect();
    await checkRedis(this.#link.server, this.#options.warn);
    for (const [name, { numberOfKeys, lua }] of Object.entries(SCRIPTS))
      this.#link.client.defineCommand(commandOf(name as ScriptName), { numberOfKeys, lua });
  }

  reconnect(): void {
    this.#link.reconnect();
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  openQueue(name: string): ClusterQueue {
    return new this.#bull.Queue<MomentData>(name, {
      ...this.#queueOptions,
      streams: { events: { maxLen: EVENTS_KEPT } },
    });
  }

  openConsumer(
    name: string,
    process: (job: ClusterJob, lock: string) => Promise<unknown>,
    options: ConsumerOptions,
  ): ClusterConsumer {
    return new this.#bull.Worker<MomentData>(name, (job, lock) => process(job, lock ?? ''), {
      ...this.#queueOptions,
      ...options,
      ...workerOptions(this.#options),
    });
  }

  openEvents(name: string): Bull.QueueEvents {
    return new this.#bull.QueueEvents(name, this.#queueOptions);
  }

  async beat(application: string, known: number): Promise<Beat> {
    const { processId, leaseMs } = this.#options;
    const names = ['changes', 'revision', 'processes', 'running', 'epoch'] as const;
    const keys = names.map((name) => this.#shared(application, name));
    const begin = `${this.#options.prefix}:${encodeName(application)}~`;
    const answer = await this.#run('beat', keys, [processId, known, goneAfter(leaseMs), begin, ':daemonry']);
    const [now, revision, processes, tasks, leases, epoch] = answer as [
      string,
      string,
      string[],
      unknown[],
      unknown[],
      string,
    ];
    return {
      now: Number(now),
      revision: Number(revision),
      epoch,
      processes,
      tasks: new Map(pairsOf(tasks).map(([path, list]) => [path as string, fieldsOf(list as string[])])),
      leases: new Map(pairsOf(leases) as (readonly [string, number])[]),
    };
  }

  async join(task: StoredTask, { scheduleKey, startedAt, isBack }: JoiningProcess): Promise<TaskFields> {
    const keys = [this.#hash(task), ...this.#changes(task), this.#shared(task.application, 'processes')];
    const { processId, leaseMs } = this.#options;
    const args = [task.path, processId, scheduleKey, startedAt, goneAfter(leaseMs), isBack ? 1 : 0];
    return fieldsOf((await this.#run('join', keys, args)) as string[]);
  }

  async leave(task: StoredTask): Promise<void> {
    await this.#run('leave', [this.#hash(task), ...this.#changes(task)], [task.path, this.#options.processId]);
  }

  async offer(
    task: StoredTask,
    { moment: { trigger, scheduledAt, firesAt }, overlap, jobId }: OfferedMoment,
  ): Promise<{ answer: OfferAnswer; now: number }> {
    const args = [trigger, scheduledAt, firesAt, overlap, this.#base(task), jobId];
    const [answer, now] = (await this.#run('offer', [this.#hash(task)], args)) as string[];
    return { answer: answer as OfferAnswer, now: Number(now) };
  }

  async start(task: StoredTask, request: StartRequest): Promise<StartAnswer> {
    const { moment, jobId, lock, claimId, policy, isNewest } = request;
    const job = `${this.#base(task)}:${jobId}`;
    const keys = [
      this.#hash(task),
      job,
      `${job}:lock`,
      ...this.#changes(task),
      this.#shared(task.application, 'running'),
    ];
    const answer = (await this.#run('start', keys, [
      task.path,
      jobId,
      lock,
      this.#options.leaseMs,
      this.#options.processId,
      moment.trigger,
      moment.scheduledAt,
      moment.firesAt,
      policy.overlap,
      policy.delivery,
      policy.maxStarts,
      this.#base(task),
      claimId,
      policy.misfire,
      isNewest ? 1 : 0,
      moment.wasPaused === true ? 1 : 0,
    ])) as string[];
    const [kind, start, now, accounted, reason, token, startedAt, waiting = ''] = answer;
    return {
      kind: kind as StartAnswer['kind'],
      start: Number(start),
      now: Number(now),
      accounted: numberIn(accounted),
      waiting: waiting === '' ? [] : waiting.split(' ').map(Number),
      reason: reason === '' ? undefined : (reason as StartAnswer['reason']),
      fencingToken: BigInt(token ?? 0),
      startedAt: numberIn(startedAt),
    };
  }

  async giveBack(task: StoredTask, start: ReturnedStart): Promise<void> {
    const { moment, jobId, lock, fencingToken, overlap } = start;
    const job = `${this.#base(task)}:${jobId}`;
    const running = this.#shared(task.application, 'running');
    const keys = [this.#hash(task), job, `${job}:lock`, ...this.#changes(task), running];
    const waits = overlap === 'allow' && moment.trigger !== 'manual' ? moment.scheduledAt : '';
    await this.#run('giveBack', keys, [task.path, String(fencingToken), lock, waits, jobId]);
  }

  async keep(task: StoredTask, jobId: string, lock: string, record: unknown): Promise<boolean> {
    const job = `${this.#base(task)}:${jobId}`;
    return (await this.#run('keep', [job, `${job}:lock`], [lock, JSON.stringify(record)])) === 1;
  }

  async bury(task: StoredTask, jobId: string): Promise<void> {
    const keys = [this.#hash(task), `${this.#hash(task)}:dead`, ...this.#changes(task)];
    await this.#run('bury', keys, [task.path, jobId, KEPT]);
  }

  async deadLetters(task: StoredTask, limit: number, jobId: string | undefined): Promise<readonly BuriedJob[]> {
    const key = `${this.#hash(task)}:dead`;
    const { client } = this.#link;
    if (jobId !== undefined) {
      const since = await client.zscore(key, jobId);
      return since === null ? [] : [{ jobId, since: Number(since) / 1_000 }];
    }
    const found = pairsOf(await client.zrevrange(key, 0, limit - 1, 'WITHSCORES')) as (readonly [string, string])[];
    // They are kept in microseconds.
    return found.map(([id, since]) => ({ jobId: id, since: Number(since) / 1_000 }));
  }

  async dismiss(task: StoredTask, jobId = '', before = NEVER): Promise<number> {
    const keys = [this.#hash(task), `${this.#hash(task)}:dead`, ...this.#changes(task)];
    return Number(await this.#run('dismiss', keys, [task.path, jobId, before]));
  }

  async endRun(task: StoredTask, token: bigint): Promise<void> {
    const keys = [this.#hash(task), ...this.#changes(task), this.#shared(task.application, 'running')];
    await this.#run('endRun', keys, [task.path, String(token)]);
  }

  async acquire(task: StoredTask, jobId: string, lock: string): Promise<bigint | undefined> {
    const { leaseMs, processId } = this.#options;
    const keys = [
      this.#hash(task),
      `${this.#base(task)}:${jobId}:lock`,
      ...this.#changes(task),
      this.#shared(task.application, 'running'),
    ];
    const token = (await this.#run('acquire', keys, [task.path, jobId, lock, leaseMs, processId])) as string;
    return token === '' ? undefined : BigInt(token);
  }

  async change(task: StoredTask, fields: ChangedFields, limits: ChangeLimits = {}): Promise<TaskFields> {
    const { spares = '', before = NEVER } = limits;
    const changed = Object.entries(fields).flatMap(([name, value]) => [name, value ?? '']);
    const args = [task.path, spares, before, ...changed];
    return fieldsOf((await this.#run('change', [this.#hash(task), ...this.#changes(task)], args)) as string[]);
  }

  async lift(task: StoredTask, over: readonly OverField[]): Promise<void> {
    const given = over.flatMap(({ name, text, until }) => [
      name,
      text,
      until,
      name in ENDS ? ENDS[name as 'pause'] : '',
    ]);
    await this.#run('lift', [this.#hash(task), ...this.#changes(task)], [task.path, ...given]);
  }

  async wake(task: StoredTask): Promise<void> {
    await this.#run('wake', [`${this.#base(task)}:wait`, `${this.#base(task)}:marker`], []);
  }

  get #queueOptions(): { connection: RedisLink['client']; prefix: string; skipVersionCheck: true } {
    // The check would write to the console, once for each queue.
    return { connection: this.#link.client, prefix: this.#options.prefix, skipVersionCheck: true };
  }

  #changes({ application }: StoredTask): readonly [string, string] {
    return [this.#shared(application, 'changes'), this.#shared(application, 'revision')];
  }

  #base({ queue }: StoredTask): string {
    return `${this.#options.prefix}:${queue}`;
  }

  #hash(task: StoredTask): string {
    return `${this.#base(task)}:daemonry`;
  }

  #shared(application: string, name: 'changes' | 'revision' | 'processes' | 'running' | 'epoch'): string {
    return `${this.#options.prefix}:${encodeName(application)}~:${name}`;
  }

  async #run(name: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const run = Reflect.get(this.#link.client, commandOf(name)) as (
      ...given: readonly (string | number)[]
    ) => Promise<unknown>;
    return run.call(this.#link.client, ...keys, ...args);
  }
}

const commandOf = (name: ScriptName): string => `daemonry_${name}`;

const numberIn = (text: string | undefined): number | undefined =>
  text === undefined || text === '' ? undefined : Number(text);

function pairsOf(list: readonly unknown[]): (readonly [unknown, unknown])[] {
  return Array.from({ length: list.length / 2 }, (_, index) => [list[index * 2], list[index * 2 + 1]] as const);
}

const fieldsOf = (list: readonly string[]): TaskFields => Object.fromEntries(pairsOf(list)) as TaskFields;
