import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');
const COMMAND = ['-C', 'daemonry-source', '-r', 'ts-node/register/transpile-only', 'examples/gateway/main.ts'];

export interface GivenGateway {
  /** The state of this gateway is kept here. */
  readonly folder: string;
  /** Standard output and standard error so far. */
  readonly output: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Resolves with the first match in the output; rejects when the process ends without it. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
}

const started: { child: ChildProcess; folder: string; exit: Promise<unknown> }[] = [];

/** The reference application as a process of its own: on a free port, unless `env` says otherwise. */
export async function givenGateway(env: Record<string, string> = {}): Promise<GivenGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const { NODE_ENV: _ofJest, ...inherited } = process.env;
  const child = spawn(process.execPath, COMMAND, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      DAEMONRY_ENV: 'development',
      DAEMONRY__WEB__PORT: '0',
      DAEMONRY__SNAPSHOT__PATH: join(folder, 'snapshot.json'),
      DAEMONRY__STATE__DIRECTORY: folder,
      ...env,
    },
  });

  let output = '';
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((settle) => {
    child.once('close', (code, signal) => settle({ code, signal }));
  });
  started.push({ child, folder, exit });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }

  const printed = async (pattern: RegExp): Promise<RegExpExecArray> => {
    let ended = false;
    void exit.then(() => (ended = true));
    for (;;) {
      const match = pattern.exec(output);
      if (match !== null) return match;
      if (ended) throw new Error(`The gateway ended without printing ${String(pattern)}:\n${output}`);
      await new Promise((settle) => setTimeout(settle, 20));
    }
  };
  return { folder, output: () => output, kill: (signal) => child.kill(signal), exit, printed };
}

export async function endGateways(): Promise<void> {
  for (const { child, folder, exit } of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exit;
    await rm(folder, { recursive: true, force: true });
  }
}
