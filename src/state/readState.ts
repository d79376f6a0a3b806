import type { SqlStatements } from '../contracts/StateDatabase';
import type * as maintenance from './stateMaintenance';

/**
 * Reads tables of a state database, also while an application works with it: `work` sees the file as it was at its first
 * statement, and holds up nobody.
 *
 * @param file - the path of the database: `<application>.db` in `state.directory`.
 * @throws StateError when there is no such file, it is no database, or a statement fails; what `work` rejects with.
 */
export async function readState<T>(
  file: string,
  work: (statements: Pick<SqlStatements, 'get' | 'all'>) => Promise<T>,
): Promise<T> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an application without a state database does not load it
  const { readAsOfNow } = require('./stateMaintenance') as typeof maintenance;
  return readAsOfNow(file, work);
}
