import { codeOf, isErrorLike, withDeadline } from 'daemonry';
import type { Pool, PoolClient, QueryResult } from 'pg';

import { NEVER, type StoredTask, type StoreOptions, TOO_LATE } from '../ClusterStore';
import { ClusterConnectionError, ClusterSchemaError, type StoreAddress } from '../errors';
import { loadPg } from '../library';
import type { Fields } from './decideStart';

const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_WITHIN_MS = 2_000;
/** Connections of the engine itself; each queue and each worker has some of its own. */
const CONNECTIONS = 4;
/** PostgreSQL's codes for a schema and a table that are not there. */
const MISSING = new Set(['3F000', '42P01']);

/** The time of PostgreSQL, in SQL: epoch milliseconds. */
export const NOW = `extract(epoch from clock_timestamp()) * 1000`;

/** The option of a connection that works in a schema: in quotes, or capitals and hyphens would be lost. */
export const searchPath = (schema: string): string => `-c search_path="${schema}"`;

/** The parts that a store in PostgreSQL is made of. */
export interface PostgresOptions extends StoreOptions {
  readonly url: string;
}

/** One step on the fields of a task, at a time of PostgreSQL: it changes them as they are given. */
export type TaskWork<T> = (fields: Fields, now: number, client: PoolClient) => T | Promise<T>;

/** The tables of the engine in PostgreSQL. */
export class PostgresDatabase {
  readonly #pool: Pool;
  readonly #address: StoreAddress;
  readonly #schema: string;
  #isClosed = false;

  /** @param failed - called when a connection breaks that nobody uses. */
  constructor({ url, prefix }: PostgresOptions, failed: (error: Error) => void) {
    const { Pool: OwnPool } = loadPg();
    this.#schema = prefix;
    this.#pool = new OwnPool({
      connectionString: url,
      options: searchPath(prefix),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      max: CONNECTIONS,
    });
    this.#pool.on('error', failed);
    // A client that breaks while it is in use says so twice: to whoever waits for its answer, and in an event.
    this.#pool.on('connect', (client) => {
      client.on('error', failed);
    });
    const { hostname, port, username, searchParams } = new URL(url);
    this.#address = {
      server: `${hostname}:${port === '' ? 5432 : port}`,
      user: username === '' ? undefined : decodeURIComponent(username),
      usesTls: !['', 'disable'].includes(searchParams.get('sslmode') ?? ''),
      setting: 'cluster.postgres.url',
    };
  }

  /** Connects, and looks for the tables. @throws ClusterConnectionError, ClusterSchemaError */
  async connect(check: (client: PoolClient) => Promise<unknown>): Promise<void> {
    const client = await this.#client();
    try {
      await check(client);
      await client.query('SELECT 1 FROM daemonry_task, daemonry_dead LIMIT 1');
    } catch (error) {
      const isMissing =
        (isErrorLike(error) && Reflect.get(error, 'name') === 'SchemaMigrationRequiredError') ||
        MISSING.has(codeOf(error) ?? '');
      throw isMissing ? new ClusterSchemaError(this.#schema, error) : error;
    } finally {
      client.release();
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // A connection that does not answer is not waited for.
    await withDeadline(CLOSE_WITHIN_MS, () => this.#pool.end()).catch(() => undefined);
  }

  query(sql: string, values: readonly unknown[]): Promise<QueryResult> {
    return this.#pool.query(sql, [...values]);
  }

  /**
   * Changes the fields of a task in one step that nothing comes between.
   * @param before - the time from which on nothing is changed. @throws Error then
   */
  async withTask<T>({ queue, path, application }: StoredTask, work: TaskWork<T>, before = NEVER): Promise<T> {
    return this.transaction(async (client) => {
      await client.query(
        `INSERT INTO daemonry_task (queue, application, path, fields, revision) VALUES ($1, $2, $3, '{}', 0)
         ON CONFLICT DO NOTHING`,
        [queue, application, path],
      );
      const { rows } = await client.query<{ fields: Fields; now: string }>(
        `SELECT fields, ${NOW} AS now FROM daemonry_task WHERE queue = $1 FOR UPDATE`,
        [queue],
      );
      const fields = { ...rows[0]?.fields };
      const known = JSON.stringify(fields);
      // The time is read before the row is locked: what waited for it may have seen a later one.
      const { rows: times } = await client.query<{ now: string }>(`SELECT ${NOW} AS now`);
      const now = Number(times[0]?.now);
      if (now >= before) throw new Error(TOO_LATE);
      const result = await work(fields, now, client);
      if (JSON.stringify(fields) !== known) {
        // Revisions are given in the order of the commits: one that is committed late would never be read.
        await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`daemonry ${this.#schema} ${application}`]);
        await client.query(
          `UPDATE daemonry_task SET fields = $2, revision = nextval('daemonry_revision') WHERE queue = $1`,
          [queue, JSON.stringify(fields)],
        );
      }
      return result;
    });
  }

  /** Does work in a transaction; a connection on which it failed is not used again. */
  async transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let failure = false;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failure = true;
      await client.query('ROLLBACK').catch(() => undefined); // the connection is dropped below
      throw error;
    } finally {
      client.release(failure);
    }
  }

  async #client(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      // Files that the URL names are read here.
      throw new ClusterConnectionError('PostgreSQL', this.#address, error);
    }
  }
}
