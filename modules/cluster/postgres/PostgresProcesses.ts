import {
  type Beat,
  goneAfter,
  type JoiningProcess,
  type StoredTask,
  type StoreOptions,
  type TaskFields,
} from '../ClusterStore';
import { isSuperseded } from '../fields';
import type { Fields } from './decideStart';
import { NOW, type PostgresDatabase } from './PostgresDatabase';

/** The processes of an application in PostgreSQL: who is there, with which schedules, and what has changed for them. */
export class PostgresProcesses {
  readonly #database: PostgresDatabase;
  readonly #options: Pick<StoreOptions, 'processId' | 'leaseMs'>;

  constructor(database: PostgresDatabase, options: Pick<StoreOptions, 'processId' | 'leaseMs'>) {
    this.#database = database;
    this.#options = options;
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
      const tasks = await client.query<{ path: string; fields: Fields; revision: string }>(
        'SELECT path, fields, revision FROM daemonry_task WHERE application = $1 AND revision > $2',
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
        tasks: new Map(tasks.rows.map(({ path, fields }) => [path, fields])),
        // The locks of BullMQ are on the clock of its client.
        leases: new Map(leases.rows.map(({ path, until }) => [path, Math.max(Number(until ?? now) - now, 0)])),
      };
    });
  }

  async join(task: StoredTask, { scheduleKey, startedAt, isBack }: JoiningProcess): Promise<TaskFields> {
    return this.#database.withTask(task, async (fields, now, client) => {
      fields['since'] ??= String(now);
      const { rows } = await client.query<{ process: string }>(
        'SELECT process FROM daemonry_process WHERE application = $1 AND seen >= $2',
        [task.application, now - goneAfter(this.#options.leaseMs)],
      );
      const processes = rows.map(({ process }) => process);
      const there = new Set(processes.map((process) => `p:${process}`));
      const takesBack = isBack && !isSuperseded(fields, { scheduleKey }, startedAt, processes);
      if (!Object.keys(fields).some((name) => there.has(name))) fields['openSince'] = String(now);
      const isNewer = takesBack || startedAt > Number(fields['keyStart'] ?? -Infinity);
      if (fields['key'] === undefined || (fields['key'] !== scheduleKey && isNewer)) {
        if (fields['key'] !== undefined) fields['since'] = String(now);
        fields['key'] = scheduleKey;
        fields['keyStart'] = String(startedAt);
      } else if (fields['key'] === scheduleKey && isNewer) fields['keyStart'] = String(startedAt);
      for (const name of Object.keys(fields)) if (name.startsWith('p:') && !there.has(name)) delete fields[name];
      fields[`p:${this.#options.processId}`] = `${startedAt} ${scheduleKey}`;
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
}
