import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A TypeScript entry file as a real process. */
export interface RunningEntry {
  readonly child: ChildProcess;
  /** Resolves once the standard output holds `text`; rejects when the process ends before that. */
  until(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts `file` (from the project's root) as its users do: with ts-node, and the sources as `daemonry`. */
export function runEntry(file: string, env: Readonly<Record<string, string>> = {}, cwd = ROOT): RunningEntry {
  const { NODE_ENV: _jest, ...inherited } = process.env;
  const child = spawn(
    process.execPath,
    ['-C', 'daemonry-source', '-r', require.resolve('ts-node/register/transpile-only'), join(ROOT, file)],
    { cwd, env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    for (const check of waiting) check();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  const until = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!stdout.includes(text)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
      void ended.then(() => {
        reject(new Error(`the process ended before it said "${text}"\n${stdout}\n${stderr}`));
      });
    });
  return { child, until, ended };
}
