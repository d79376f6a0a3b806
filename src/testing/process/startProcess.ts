import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

import { encodeFaults, FAULTS_VARIABLE, type FaultSpec } from '../faults/faultSpecs';
import { ApplicationProcess } from './ApplicationProcess';
import { entryCommand } from './entryCommand';
import { session } from '../session/session';

const PATIENCE_MS = 20_000;

/** Options of {@link startProcess}. */
export interface ProcessOptions {
  /** The working directory of the process; the path of the entry is relative to it. @defaultValue `process.cwd()` */
  readonly cwd?: string;
  /** Arguments for the entry. @defaultValue `[]` */
  readonly args?: readonly string[];
  /** Arguments for Node, before the entry. @defaultValue `[]` */
  readonly nodeArgs?: readonly string[];
  /** Environment variables in addition to the inherited ones; `undefined` removes one. @defaultValue `{}` */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Faults for listeners of the application, as `app.fault` injects them; the entry stays as it is.
   * @defaultValue `[]`
   */
  readonly faults?: readonly FaultSpec[];
  /** Real milliseconds after which a wait for this process fails. @defaultValue 20000 */
  readonly patienceMs?: number;
}

/**
 * Starts the file that calls `runMain` as a process of its own, as an operator would: for tests of exit codes, signals
 * and `kill -9`. A TypeScript file is run with the project's ts-node.
 *
 * The process inherits the environment without `NODE_ENV`, which Jest sets. `DAEMONRY__LOGGING__FORMAT=json` and
 * `DAEMONRY__LOGGING__LEVEL=info` are added, so that the log can be read; an application with `config: { env: false }`
 * or a logger of its own must log JSON by itself. A process that still runs when the test file ends is killed.
 *
 * @throws ProcessEntryError when the file does not exist, or ts-node is not installed.
 */
export function startProcess(entry: string, options: ProcessOptions = {}): ApplicationProcess {
  const { cwd = process.cwd(), args = [], nodeArgs = [], faults = [], patienceMs = PATIENCE_MS } = options;
  const command = entryCommand(entry, cwd);
  const injected = faults.length === 0 ? undefined : createRequire(command.file).resolve('daemonry/testing/faults');
  const preload = [...command.preload, ...(injected === undefined ? [] : [injected])];
  const child = spawn(
    process.execPath,
    [...nodeArgs, ...preload.flatMap((file) => ['-r', file]), command.file, ...args],
    {
      cwd,
      env: environmentOf({ ...command.env, ...faultsVariable(faults) }, options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const started = new ApplicationProcess(child, command.file, patienceMs);
  startedProcesses.running.add(started);
  void started.exit.then(() => startedProcesses.running.delete(started));
  return started;
}

const faultsVariable = (faults: readonly FaultSpec[]): Readonly<Record<string, string>> =>
  faults.length === 0 ? {} : { [FAULTS_VARIABLE]: encodeFaults(faults) };

function environmentOf(
  added: Readonly<Record<string, string>>,
  given: ProcessOptions['env'] = {},
): Readonly<Record<string, string | undefined>> {
  // eslint-disable-next-line no-restricted-syntax -- it is not read: a child process inherits it
  const { NODE_ENV: _ofJest, ...inherited } = process.env;
  return { ...inherited, DAEMONRY__LOGGING__FORMAT: 'json', DAEMONRY__LOGGING__LEVEL: 'info', ...added, ...given };
}

const KEY = Symbol.for('daemonry:processes');

interface StartedProcesses {
  readonly running: Set<ApplicationProcess>;
  /** The last lines of each process that runs; empty when none does. */
  render(): string;
}

type TestGlobals = typeof globalThis & {
  [KEY]?: StartedProcesses;
};

const globals = globalThis as TestGlobals;

/**
 * The processes of this test file. If the test runner has hooks, those that still run when the file ends are killed.
 */
export const startedProcesses = (globals[KEY] ??= registered());

// Kept among the globals of the test file, because modules may be reset between its tests.
function registered(): StartedProcesses {
  const running = new Set<ApplicationProcess>();
  session.atEnd(async () => {
    await Promise.all([...running].map((child) => child.kill()));
  });
  return {
    running,
    render: () => [...running].map((child) => `process ${child.pid ?? '?'}, ${child.tail()}`).join('\n'),
  };
}
