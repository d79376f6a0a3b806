import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runProgram } from '../../../src/cli/runProgram';
import { installedPackage } from './installedPackage';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Sends `SIGTERM` once the standard output holds this text. */
  readonly stopAfter?: string;
  /** Relative to the folder. */
  readonly cwd?: string;
}

/** A folder of files in which the program is called, in this process: for commands that load no entry file. */
export interface GivenFolder {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  /** Runs the program in this process. */
  call(args: readonly string[], options?: Pick<RunOptions, 'cwd'>): Promise<Ended>;
  node(args: readonly string[], options?: RunOptions): Promise<Ended>;
}

/** A folder of files with `daemonry` installed, in which the real program is called as well. */
export interface GivenApplication extends GivenFolder {
  /** The folder that daemonry is installed in. */
  readonly home: string;
  /** Runs the built program as a process. */
  daemonry(args: readonly string[], options?: RunOptions): Promise<Ended>;
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function givenFolder(files: Readonly<Record<string, string>> = {}, parent = tmpdir()): GivenFolder {
  const folder = realpathSync(mkdtempSync(join(parent, 'app-')));
  folders.push(folder);
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  write(files);
  return {
    folder,
    write,
    call: (args, { cwd = '.' } = {}) => call(args, join(folder, cwd)),
    node: (args, options) => run(args, folder, options),
  };
}

export function givenApplication(files: Readonly<Record<string, string>> = {}): GivenApplication {
  const home = installedPackage();
  mkdirSync(join(home, 'apps'), { recursive: true });
  const given = givenFolder({ 'package.json': '{ "name": "shop", "private": true }', ...files }, join(home, 'apps'));
  const program = join(home, 'node_modules', 'daemonry', 'dist', 'src', 'cli', 'main.js');
  return { ...given, home, daemonry: (args, options) => given.node([program, ...args], options) };
}

async function call(args: readonly string[], cwd: string): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const out = (text: string): void => {
    stdout += `${text}\n`;
  };
  const err = (text: string): void => {
    stderr += `${text}\n`;
  };
  const code = await new Promise<number>((resolve) => void runProgram(args, { cwd, out, err }, resolve));
  return { code, stdout, stderr };
}

function run(
  args: readonly string[],
  folder: string,
  { env = {}, stopAfter, cwd = '.' }: RunOptions = {},
): Promise<Ended> {
  const { NODE_ENV: _jest, NODE_OPTIONS: _options, ...inherited } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: join(folder, cwd),
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let isStopping = false;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    // Once: a second signal does not wait for the stop.
    if (stopAfter === undefined || isStopping || !stdout.includes(stopAfter)) return;
    isStopping = true;
    child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
