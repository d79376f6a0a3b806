import type { MigrationStep, StateDatabase } from '../../contracts/StateDatabase';

const STEPS: readonly MigrationStep[] = [
  {
    sql:
      'CREATE TABLE operator_intents (slot TEXT PRIMARY KEY, intent TEXT NOT NULL) STRICT; ' +
      'CREATE TABLE operator_acts (caller TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, result TEXT NOT NULL, ' +
      'at TEXT NOT NULL, PRIMARY KEY (caller, key)) STRICT, WITHOUT ROWID',
  },
];

/** Makes the tables of intents, and of acts that were carried out under a key. @throws StateError */
export const migrateActs = (database: StateDatabase): Promise<void> => database.migrate('operator', STEPS);

/** True if an intent or an act is kept. @throws StateError */
export async function holdsActs(database: StateDatabase): Promise<boolean> {
  const sql = 'SELECT 1 FROM operator_intents UNION ALL SELECT 1 FROM operator_acts LIMIT 1';
  return (await database.get(sql)) !== undefined;
}
