import type { MigrationStep } from '../contracts/StateDatabase';
import { stateNewer } from '../errors/stateErrors';
import type { DirectStatements } from './Transaction';

const TABLE =
  'CREATE TABLE IF NOT EXISTS daemonry_migrations (' +
  'owner TEXT PRIMARY KEY, steps INTEGER NOT NULL, writable_from INTEGER NOT NULL) STRICT, WITHOUT ROWID';

/** The steps of an owner, for a file. */
interface Migration {
  readonly file: string;
  readonly owner: string;
  /** Their number. */
  readonly count: number;
  /** Called if there are some to run. */
  readonly steps: () => readonly MigrationStep[];
}

/**
 * Runs the steps of an owner that the file has not seen. Called within a transaction.
 *
 * @param execute - runs one or more statements.
 * @throws StateError STATE_NEWER if the file has seen steps that this code does not know, and must not be written by it.
 */
export function migrateState(
  { file, owner, count, steps }: Migration,
  statements: DirectStatements,
  execute: (sql: string) => void,
): void {
  execute(TABLE);
  const known = statements.get<{ steps: number; writable_from: number }>(
    'SELECT steps, writable_from FROM daemonry_migrations WHERE owner = ?',
    [owner],
  );
  const done = known?.steps ?? 0;
  if (done > count && (known?.writable_from ?? 0) > count) throw stateNewer(file, owner, done, count);
  if (done >= count) return;
  let writableFrom = known?.writable_from ?? 0;
  for (const [index, step] of steps().entries()) {
    if (index < done) continue;
    execute(step.sql);
    writableFrom = Math.max(writableFrom, step.writableFrom ?? index + 1);
  }
  statements.run(
    'INSERT INTO daemonry_migrations (owner, steps, writable_from) VALUES (?, ?, ?) ' +
      'ON CONFLICT (owner) DO UPDATE SET steps = excluded.steps, writable_from = excluded.writable_from',
    [owner, count, writableFrom],
  );
}
