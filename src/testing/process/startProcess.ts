import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

import { encodeFaults, FAULTS_VARIABLE, type FaultSpec } from '../faults/faultSpecs';
import { ApplicationProcess } from './ApplicationProcess';
import { entryCommand } from './entryCommand';
import { session } from '../session/session';

const PATIENCE_MS = 20_000;

export interface ProcessOptions {
  /** Where the entry's path begins, and where the process runs. @defaultValue `process.cwd()` */
  readonly cwd?: string;
  /** Arguments of the entry. @defaultValue `[]` */
  readonly args?: readonly string[];
  /** Arguments of Node, before the entry. @defaultValue `[]` */
  readonly nodeArgs?: readonly string[];
  /** Variables beside the inherited ones; `undefined` takes one away. @defaultValue `{}` */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Faults for listeners of the application, as `app.fault` would inject them; its code stays as it is. @defaultValue `[]` */
  readonly faults?: readonly FaultSpec[];
  /** How long each wait may last, in real milliseconds. @defaultValue 20000 */
  readonly patienceMs?: number;
}

/**
 * Starts the file that calls `runMain` as a process of its own, as an operator would: the answer to what no test inside
 * one process can show, such as exit codes, signals and `kill -9`. A TypeScript file is run with the project's ts-node.
 *
 * The environment is inherited, but for `NODE_ENV`, which Jest sets. `DAEMONRY__LOGGING__FORMAT=json` and
 * `DAEMONRY__LOGGING__LEVEL=info` are added, so that the log can be read: an application with `config: { env: false }`, or
 * a logger of its own, has to log so by itself. What still runs when the test file ends is killed.
 *
 * @throws ProcessEntryError when there is no such file, or nothing to run it with.
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
  /** What they wrote last; '' when none runs. */
  render(): string;
}

type TestGlobals = typeof globalThis & {
  [KEY]?: StartedProcesses;
};

const globals = globalThis as TestGlobals;

/** The processes of this test file. What a file leaves running is killed at its end, where the test runner has hooks. */
export const startedProcesses = (globals[KEY] ??= registered());

// Kept with the globals of the test file, because modules may be reset between its tests.
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
