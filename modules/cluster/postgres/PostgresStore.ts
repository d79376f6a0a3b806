import type * as Bull from 'bullmq';
import type { PoolClient } from 'pg';

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
  type TaskFields,
  KEPT,
  workerOptions,
} from '../ClusterStore';
import { ENDS, sparedIn } from '../fields';
import { loadBull } from '../library';
import { decideStart, type Fields } from './decideStart';
import { patientBackend } from './patientBackend';
import { PostgresDatabase, type PostgresOptions, type TaskWork } from './PostgresDatabase';
import { PostgresProcesses } from './PostgresProcesses';

/** Connections of each queue and each worker. */
const QUEUE_CONNECTIONS = 2;

/** A cluster store in PostgreSQL, through BullMQ's own backend: a preview. */
export class PostgresStore implements ClusterStore {
  readonly kind = 'bullmq-postgres';
  onChange: (error?: Error) => void = () => undefined;
  /** None: the pools of the workers make connections as they are needed. */
  readonly countMissing = (): number => 0;
  readonly #options: PostgresOptions;
  readonly #bull: typeof Bull;
  readonly #database: PostgresDatabase;
  readonly #processes: PostgresProcesses;
  #isOpen = false;

  constructor(options: PostgresOptions) {
    this.#options = options;
    this.#bull = loadBull();
    this.#database = new PostgresDatabase(options, (error) => this.onChange(error));
    this.#processes = new PostgresProcesses(this.#database, options);
  }

  get isReady(): boolean {
    return this.#isOpen;
  }

  async connect(): Promise<void> {
    await this.#database.connect((client) => this.#bull.assertSchemaCompatibility(client, this.#options.prefix));
    this.#isOpen = true;
  }

  /** Does nothing: the pool makes connections as they are needed. */
  reconnect(): void {
    return;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#database.close();
  }

  openQueue(name: string): ClusterQueue {
    const { Queue } = this.#bull.withBackend(this.#bull.createPostgresBackend);
    return new Queue<MomentData>(name, { connection: this.#queueConnection }) as unknown as ClusterQueue;
  }

  openConsumer(
    name: string,
    process: (job: ClusterJob, lock: string) => Promise<unknown>,
    options: ConsumerOptions,
  ): ClusterConsumer {
    const { Worker } = this.#bull.withBackend(patientBackend(this.#bull.createPostgresBackend));
    return new Worker<MomentData>(name, (job, lock) => process(job, lock ?? ''), {
      ...options,
      connection: this.#queueConnection,
      ...workerOptions(this.#options),
    }) as unknown as ClusterConsumer;
  }

  openEvents(name: string): Bull.QueueEvents {
    const { QueueEvents } = this.#bull.withBackend(this.#bull.createPostgresBackend);
    return new QueueEvents(name, { connection: this.#queueConnection }) as unknown as Bull.QueueEvents;
  }

  beat(application: string, known: number): Promise<Beat> {
    return this.#processes.beat(application, known);
  }

  join(task: StoredTask, process: JoiningProcess): Promise<TaskFields> {
    return this.#processes.join(task, process);
  }

  leave(task: StoredTask): Promise<void> {
    return this.#processes.leave(task);
  }

  async offer(
    task: StoredTask,
    { moment: { trigger, scheduledAt, firesAt }, overlap, jobId }: OfferedMoment,
  ): Promise<{ answer: OfferAnswer; now: number }> {
    return this.#database.withTask(task, async (fields, now, client) => {
      const answer = async (): Promise<OfferAnswer> => {
        if (trigger === 'manual')
          return overlap === 'skip' && (await this.#isHeld(client, task, fields)) ? 'overlap' : 'kept';
        if (now < firesAt) return 'early';
        if (scheduledAt <= Number(fields['accounted'] ?? -Infinity)) return 'accounted';
        if (scheduledAt <= Number(fields['offered'] ?? -Infinity)) return 'offered';
        fields['offered'] = String(scheduledAt);
        if (overlap === 'allow') fields[`w:${scheduledAt}`] = jobId;
        return 'kept';
      };
      return { answer: await answer(), now };
    });
  }

  async start(task: StoredTask, request: StartRequest): Promise<StartAnswer> {
    const { moment, jobId, lock, claimId, policy, isNewest } = request;
    return this.#database.withTask(task, async (fields, now, client) => {
      const locked = await client.query(
        `UPDATE job SET locked_until_ms = $4 WHERE queue = $1 AND id = $2 AND lock_token = $3 AND state = 'active'`,
        [task.queue, jobId, lock, Date.now() + this.#options.leaseMs],
      );
      const { rows } = await client.query<{ starts: number }>(
        'SELECT starts FROM daemonry_start WHERE queue = $1 AND job_id = $2',
        [task.queue, jobId],
      );
      const start = (rows[0]?.starts ?? 0) + 1;
      const isHeld = await this.#isHeld(client, task, fields);
      await this.#forgetLost(client, task, fields, jobId);
      const attempt = { ...moment, start, now, isHeld, isNewest };
      const holder = { jobId, lock, claimId, process: this.#options.processId };
      const answer = decideStart(fields, attempt, policy, { ...holder, isLocked: locked.rowCount === 1 });
      if (answer.kind === 'start')
        await client.query(
          `INSERT INTO daemonry_start (queue, job_id, starts) VALUES ($1, $2, $3)
           ON CONFLICT (queue, job_id) DO UPDATE SET starts = $3`,
          [task.queue, jobId, answer.start],
        );
      return answer;
    });
  }

  async giveBack(task: StoredTask, start: ReturnedStart): Promise<void> {
    const { moment, jobId, lock, fencingToken, overlap } = start;
    await this.#database.withTask(task, async (fields, _now, client) => {
      const { rowCount } = await client.query(
        `UPDATE daemonry_start SET starts = starts - 1 WHERE queue = $1 AND job_id = $2
            AND EXISTS (SELECT 1 FROM job WHERE job.queue = $1 AND id = $2 AND lock_token = $3 AND state = 'active')`,
        [task.queue, jobId, lock],
      );
      if (rowCount !== 1) return;
      if (overlap === 'allow' && moment.trigger !== 'manual') fields[`w:${moment.scheduledAt}`] = jobId;
      if (fields['runToken'] !== String(fencingToken)) return;
      const undo = JSON.parse(fields['undo'] ?? '{}') as Fields;
      for (const name of Object.keys(fields)) if (name.startsWith('run') || name === 'holder') delete fields[name];
      delete fields['accounted'];
      Object.assign(fields, undo);
    });
  }

  async keep(task: StoredTask, jobId: string, lock: string, record: unknown): Promise<boolean> {
    const { rowCount } = await this.#database.query(
      `UPDATE job SET progress = $4 WHERE queue = $1 AND id = $2 AND lock_token = $3 AND state = 'active'`,
      [task.queue, jobId, lock, JSON.stringify(record)],
    );
    return rowCount === 1;
  }

  async bury(task: StoredTask, jobId: string): Promise<void> {
    await this.#database.withTask(task, async (fields, now, client) => {
      await client.query(
        'INSERT INTO daemonry_dead (queue, job_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [task.queue, jobId, now],
      );
      const older = 'SELECT job_id FROM daemonry_dead WHERE queue = $1 ORDER BY since DESC OFFSET $2';
      await client.query(`DELETE FROM daemonry_dead WHERE queue = $1 AND job_id IN (${older})`, [task.queue, KEPT]);
      fields['dead'] = await this.#countDead(client, task);
    });
  }

  async deadLetters({ queue }: StoredTask, limit: number, jobId: string | undefined): Promise<readonly BuriedJob[]> {
    const { rows } = await this.#database.query(
      `SELECT job_id, since FROM daemonry_dead WHERE queue = $1 AND ($2::text IS NULL OR job_id = $2)
        ORDER BY since DESC LIMIT $3`,
      [queue, jobId ?? null, limit],
    );
    return (rows as { job_id: string; since: number }[]).map(({ job_id, since }) => ({ jobId: job_id, since }));
  }

  async dismiss(task: StoredTask, jobId?: string, before?: number): Promise<number> {
    const forget: TaskWork<number> = async (fields, _now, client) => {
      const { rowCount } = await client.query(
        'DELETE FROM daemonry_dead WHERE queue = $1 AND ($2::text IS NULL OR job_id = $2)',
        [task.queue, jobId ?? null],
      );
      fields['dead'] = await this.#countDead(client, task);
      return rowCount ?? 0;
    };
    return this.#database.withTask(task, forget, before);
  }

  async endRun(task: StoredTask, token: bigint): Promise<void> {
    await this.#database.withTask(task, (fields, now) => {
      if (fields['runToken'] === String(token)) fields['runEnded'] ??= String(now);
    });
  }

  async acquire(task: StoredTask, jobId: string, lock: string): Promise<bigint | undefined> {
    return this.#database.withTask(task, async (fields, now, client) => {
      const { rowCount } = await client.query(
        `UPDATE job SET locked_until_ms = $4 WHERE queue = $1 AND id = $2 AND lock_token = $3 AND state = 'active'`,
        [task.queue, jobId, lock, Date.now() + this.#options.leaseMs],
      );
      if (rowCount !== 1) return undefined;
      const micros = BigInt(Math.floor(now * 1_000));
      const last = BigInt(fields['token'] ?? 0);
      const token = micros > last ? micros : last + 1n;
      delete fields['runEnded'];
      const run = { runToken: String(token), runStarted: String(now), runJob: jobId, runLock: lock };
      Object.assign(fields, run, { token: String(token), holder: this.#options.processId });
      return token;
    });
  }

  async change(task: StoredTask, changed: ChangedFields, { spares, before }: ChangeLimits = {}): Promise<TaskFields> {
    const set: TaskWork<TaskFields> = (fields, now) => {
      const spared = sparedIn(fields, changed, spares);
      if (Object.keys(spared).length > 0) return spared;
      for (const [name, value] of Object.entries(changed)) {
        if (value === undefined) delete fields[name];
        else fields[name] = value;
      }
      if ('reschedule' in changed) fields['since'] = String(now);
      return {};
    };
    return this.#database.withTask(task, set, before);
  }

  async lift(task: StoredTask, over: readonly OverField[]): Promise<void> {
    await this.#database.withTask(task, (fields, now) => {
      for (const { name, text, until } of over) {
        if (fields[name] !== text || until > now) continue;
        delete fields[name];
        if (name === 'reschedule') fields['since'] = String(until);
        else if (name in ENDS) delete fields[ENDS[name as keyof typeof ENDS]];
      }
    });
  }

  async wake({ queue }: StoredTask): Promise<void> {
    await this.#database.query(`SELECT pg_notify('bullmq_jobs', $1)`, [queue]);
  }

  async #countDead(client: PoolClient, { queue }: StoredTask): Promise<string> {
    const { rows } = await client.query<{ dead: string }>(
      'SELECT count(*) AS dead FROM daemonry_dead WHERE queue = $1',
      [queue],
    );
    return rows[0]?.dead ?? '0';
  }

  get #queueConnection(): { connectionString: string; schema: string; max: number } {
    return { connectionString: this.#options.url, schema: this.#options.prefix, max: QUEUE_CONNECTIONS };
  }

  /** Forgets moments that wait and whose jobs are gone: they are counted among those that passed. */
  async #forgetLost(client: PoolClient, { queue }: StoredTask, fields: Fields, jobId: string): Promise<void> {
    const waiting = Object.entries(fields).filter(([name, job]) => name.startsWith('w:') && job !== jobId);
    if (waiting.length === 0) return;
    const { rows } = await client.query<{ id: string }>('SELECT id FROM job WHERE queue = $1 AND id = ANY($2)', [
      queue,
      waiting.map(([, job]) => job),
    ]);
    const there = new Set(rows.map(({ id }) => id));
    for (const [name, job] of waiting) if (!there.has(job)) delete fields[name];
  }

  async #isHeld(client: PoolClient, { queue }: StoredTask, { runJob, runLock, runEnded }: Fields): Promise<boolean> {
    if (runLock === undefined || runEnded !== undefined) return false;
    const { rowCount } = await client.query(
      `SELECT 1 FROM job WHERE queue = $1 AND id = $2 AND lock_token = $3 AND state = 'active' AND locked_until_ms > $4`,
      [queue, runJob, runLock, Date.now()],
    );
    return rowCount === 1;
  }
}
