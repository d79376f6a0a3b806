import { isWatchdogThread, setBundleFile } from '../../contracts/bundleFile';
import { commandLine } from '../../contracts/CommandLine';
import { exportsOf } from '../entry/exportedFactory';
import { runExports } from '../entry/runExports';
import { errorText } from '../errorText';
import { exitCodeOfRun } from '../exitCodes';

/**
 * Starts a bundled application as `node <entry>` would start it unbundled, and also one that the entry only exports. It is
 * part of every bundle.
 *
 * @param load - evaluates the entry.
 * @returns the exports of the entry.
 */
export function startBundled(load: () => unknown): unknown {
  // The thread of the watchdog is started from this file as well, and takes no more of it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- nothing else loads it
  if (isWatchdogThread()) return require('../../watchdog/watchdogThread');
  setBundleFile(__filename);
  // Of a thread that the application starts from its own file, nobody expects an application.
  if (isWorkerThread()) return load();
  // Under `daemonry plan <bundle>` and its kin, the command creates the application.
  if (commandLine() !== undefined) return load();
  const fail = (error: Error): void => {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = exitCodeOfRun(error);
  };
  let loaded: unknown;
  const request = { file: process.argv[1] ?? __filename, selection: { only: [], without: [] }, assignments: [] };
  const evaluate = () => exportsOf((loaded = load()));
  // What the entry throws is an uncaught exception, as it is of a file that is not bundled.
  void runExports(request, evaluate, fail);
  return loaded;
}

/** True in a worker thread. Node marks the functions that are not there; `node:worker_threads` would take 2 ms of each start. */
const isWorkerThread = (): boolean => 'disabled' in (process as { readonly chdir: object }).chdir;
