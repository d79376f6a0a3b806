import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** How one process of the cluster is started. */
export interface GatewayProcessOptions {
  /** From 1, in front of its lines. */
  readonly number: number;
  /** The port of its dashboard. */
  readonly port: number;
  readonly redisUrl: string;
  /** The folder of its own files: only the work of cluster scope is shared. */
  readonly state: string;
}

const ROOT = resolve(__dirname, '../../..');
const SOURCES = ['-C', 'daemonry-source', '-r', 'ts-node/register/transpile-only'];

/** The reference application as one process of several. */
export class GatewayProcess {
  readonly number: number;
  readonly dashboard: string;
  /** Resolves with its exit code. */
  readonly exit: Promise<number>;
  readonly #child: ChildProcess;

  constructor({ number, port, redisUrl, state }: GatewayProcessOptions) {
    this.number = number;
    this.dashboard = `http://127.0.0.1:${port}/admin/`;
    this.#child = spawn(process.execPath, [...SOURCES, join(ROOT, 'examples/gateway/main.ts')], {
      cwd: ROOT,
      // A group of its own: Ctrl-C reaches this program alone, which stops the processes in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DAEMONRY_ENV: 'cluster',
        DAEMONRY__WEB__PORT: String(port),
        DAEMONRY__STATE__DIRECTORY: state,
        DAEMONRY__CLUSTER__REDIS__URL: redisUrl,
      },
    });
    for (const [stream, target] of [
      [this.#child.stdout, process.stdout],
      [this.#child.stderr, process.stderr],
    ] as const) {
      if (stream !== null) createInterface(stream).on('line', (line) => target.write(`${number} | ${line}\n`));
    }
    this.exit = new Promise((end, fail) => {
      this.#child.once('error', fail);
      this.#child.once('close', (code) => {
        end(code ?? 1);
      });
    });
  }

  /** Asks it to stop, and resolves with its exit code. */
  stop(): Promise<number> {
    this.#child.kill('SIGTERM');
    return this.exit;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
