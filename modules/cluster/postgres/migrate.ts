import { loadBull, loadPg } from '../library';
import { searchPath } from './PostgresDatabase';

/** The tables of the engine, beside those of BullMQ in one schema. */
const TABLES = `
CREATE TABLE IF NOT EXISTS daemonry_task (
  queue text PRIMARY KEY, application text NOT NULL, path text NOT NULL, fields jsonb NOT NULL, revision bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS daemonry_task_changed ON daemonry_task (application, revision);
CREATE SEQUENCE IF NOT EXISTS daemonry_revision;
CREATE TABLE IF NOT EXISTS daemonry_process (
  application text NOT NULL, process text NOT NULL, seen double precision NOT NULL, PRIMARY KEY (application, process)
);
CREATE TABLE IF NOT EXISTS daemonry_start (
  queue text NOT NULL, job_id text NOT NULL, starts integer NOT NULL, PRIMARY KEY (queue, job_id)
);
CREATE TABLE IF NOT EXISTS daemonry_dead (
  queue text NOT NULL, job_id text NOT NULL, since double precision NOT NULL, PRIMARY KEY (queue, job_id)
);
`;

/** Makes the schema of BullMQ and of the engine, or brings it up to date. Can be called again. Returns BullMQ's version of it. */
export async function migrate(url: string, schema: string): Promise<number> {
  const { Client } = loadPg();
  const bull = loadBull();
  const client = new Client({ connectionString: url, options: searchPath(schema) });
  await client.connect();
  try {
    const version = await bull.runMigrations(client, schema);
    await client.query(TABLES);
    return version;
  } finally {
    await client.end();
  }
}
