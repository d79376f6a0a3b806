import type { EntryRequest } from './entryRequest';
import { importEntry } from './importEntry';
import { runExports } from './runExports';

/**
 * Runs an entry file, which either calls `runMain` itself or exports an application to run. Resolves when the file is
 * loaded; the process ends when the application does.
 *
 * @param fail - called when the process is about to end and no application was run.
 * @throws EntryError when the file cannot be loaded.
 */
export function runEntry(request: EntryRequest, args: readonly string[], fail: (error: Error) => void): Promise<void> {
  return runExports(request, () => importEntry(request.file, args), fail);
}
