import type * as Bull from 'bullmq';
import type { PoolClient } from 'pg';

import {
  type Beat,
  type ClusterConsumer,
  type ClusterJob,
  type ClusterQueue,
  type ClusterStore,
  type ConsumerOptions,
  type MomentData,
  type OfferAnswer,
  type OfferedMoment,
  type ReturnedStart,
  type StartAnswer,
  type StartRequest,
  type StoredTask,
  type TaskFields,
  goneAfter,
  workerOptions,
} from '../ClusterStore';
import { loadBull } from '../library';
import { decideStart, type Fields } from './decideStart';
import { NOW, PostgresDatabase, type PostgresOptions } from './PostgresDatabase';

/** Connections of each queue and each worker. */
const QUEUE_CONNECTIONS = 2;

/** A cluster store in PostgreSQL, through BullMQ's own backend: a preview. */
export class PostgresStore implements ClusterStore {
  readonly kind = 'bullmq-postgres';
  onChange: (error?: Error) => void = () => undefined;
  readonly #options: PostgresOptions;
  readonly #bull: typeof Bull;
  readonly #database: PostgresDatabase;
  #isOpen = false;

  constructor(options: PostgresOptions) {
    this.#options = options;
    this.#bull = loadBull();
    this.#database = new PostgresDatabase(options, (error) => this.onChange(error));
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
    const { Worker } = this.#bull.withBackend(this.#bull.createPostgresBackend);
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

  async beat(application: string, known: number): Promise<Beat> {
    const { processId, leaseMs } = this.#options;
    return this.#database.transaction(async (client) => {
      const { rows: times } = await client.query<{ now: string }>(
        `INSERT INTO daemonry_process (application, process, seen) VALUES ($1, $2, ${NOW})
         ON CONFLICT (application, process) DO UPDATE SET seen = ${NOW} RETURNING seen AS now`,
        [application, processId],
      );
      const now = Number(times[0]?.now);
      await client.query('DELETE FROM daemonry_process WHERE application = $1 AND seen < $2', [
        application,
        now - goneAfter(leaseMs),
      ]);
      const processes = await client.query<{ process: string }>(
        'SELECT process FROM daemonry_process WHERE application = $1',
        [application],
      );
      const tasks = await client.query<{ path: string; fields: Fields; revision: string; dead: string }>(
        `SELECT path, fields, revision,
                (SELECT count(*) FROM job WHERE job.queue = task.queue AND state = 'failed') AS dead
           FROM daemonry_task AS task WHERE application = $1 AND revision > $2`,
        [application, known],
      );
      const leases = await client.query<{ path: string; until: string | null }>(
        `SELECT path, (SELECT locked_until_ms FROM job WHERE job.queue = task.queue AND id = fields->>'runJob'
                          AND lock_token = fields->>'runLock') AS until
           FROM daemonry_task AS task
          WHERE application = $1 AND fields ? 'runToken' AND NOT fields ? 'runEnded'`,
        [application],
      );
      return {
        now,
        revision: tasks.rows.reduce((newest, { revision }) => Math.max(newest, Number(revision)), known),
        // Nothing is lost that PostgreSQL has committed.
        epoch: 'postgres',
        processes: processes.rows.map(({ process }) => process),
        tasks: new Map(tasks.rows.map(({ path, fields, dead }) => [path, { ...fields, dead }])),
        // The locks of BullMQ are on the clock of its client.
        leases: new Map(leases.rows.map(({ path, until }) => [path, Math.max(Number(until ?? now) - now, 0)])),
      };
    });
  }

  async join(task: StoredTask, scheduleKey: string, openedAt: number): Promise<TaskFields> {
    return this.#database.withTask(task, async (fields, now, client) => {
      fields['since'] ??= String(now);
      const { rows } = await client.query<{ process: string }>(
        'SELECT process FROM daemonry_process WHERE application = $1 AND seen >= $2',
        [task.application, now - goneAfter(this.#options.leaseMs)],
      );
      const there = new Set(rows.map(({ process }) => `p:${process}`));
      if (!Object.keys(fields).some((name) => there.has(name))) fields['openSince'] = String(now);
      const isNewer = openedAt > Number(fields['keyStart'] ?? -Infinity);
      if (fields['key'] === undefined || (fields['key'] !== scheduleKey && isNewer)) {
        if (fields['key'] !== undefined) fields['since'] = String(now);
        fields['key'] = scheduleKey;
        fields['keyStart'] = String(openedAt);
      } else if (fields['key'] === scheduleKey && isNewer) fields['keyStart'] = String(openedAt);
      for (const name of Object.keys(fields)) if (name.startsWith('p:') && !there.has(name)) delete fields[name];
      fields[`p:${this.#options.processId}`] = `${openedAt} ${scheduleKey}`;
      await client.query(
        'DELETE FROM daemonry_start WHERE queue = $1 AND NOT EXISTS (SELECT 1 FROM job WHERE job.queue = $1 AND id = job_id)',
        [task.queue],
      );
      return { ...fields };
    });
  }

  async leave(task: StoredTask): Promise<void> {
    await this.#database.withTask(task, (fields) => {
      delete fields[`p:${this.#options.processId}`];
    });
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
      Object.assign(fields, {
        token: String(token),
        runToken: String(token),
        runStarted: String(now),
        runJob: jobId,
        runLock: lock,
        holder: this.#options.processId,
      });
      return token;
    });
  }

  async change(task: StoredTask, changed: Readonly<Record<string, string | undefined>>): Promise<void> {
    await this.#database.withTask(task, (fields, now) => {
      for (const [name, value] of Object.entries(changed)) {
        if (value === undefined) delete fields[name];
        else fields[name] = value;
      }
      if ('reschedule' in changed) fields['since'] = String(now);
    });
  }

  async wake({ queue }: StoredTask): Promise<void> {
    await this.#database.query(`SELECT pg_notify('bullmq_jobs', $1)`, [queue]);
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
