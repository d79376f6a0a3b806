import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

/** A folder of files with `daemonry` installed, in which the real program is called. */
export interface GivenApplication {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  daemonry(args: readonly string[], options?: RunOptions): Promise<Ended>;
  node(args: readonly string[], options?: RunOptions): Promise<Ended>;
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function givenApplication(files: Readonly<Record<string, string>> = {}): GivenApplication {
  const home = installedPackage();
  mkdirSync(join(home, 'apps'), { recursive: true });
  const folder = mkdtempSync(join(home, 'apps', 'app-'));
  folders.push(folder);
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  write({ 'package.json': '{ "name": "shop", "private": true }', ...files });
  const node: GivenApplication['node'] = (args, options) => run(args, folder, options);
  const program = join(home, 'node_modules', 'daemonry', 'dist', 'src', 'cli', 'main.js');
  return { folder, write, node, daemonry: (args, options) => node([program, ...args], options) };
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
