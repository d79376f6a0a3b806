import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE_MS = 15_000;
const LOOK_MS = 20;

const pause = (ms: number): Promise<void> => new Promise((wake) => void setTimeout(wake, ms));

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A real redis-server on a port of its own, with its append-only file in a folder of its own. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = args;
    this.#folder = mkdtempSync(join(tmpdir(), 'daemonry-redis-'));
  }

  /** A server that is not started yet: its port is known, and nobody answers there. */
  static async prepare(args: readonly string[] = []): Promise<RedisServer> {
    return new RedisServer(await freePort(), args);
  }

  /** Starts a server, and resolves when it answers. */
  static async start(args: readonly string[] = []): Promise<RedisServer> {
    const server = await RedisServer.prepare(args);
    await server.up();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, again after {@link down} with what it has kept, and resolves when it answers. */
  async up(): Promise<void> {
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--dir', this.#folder];
    const safe = ['--maxmemory-policy', 'noeviction', '--bind', '127.0.0.1', '--port', String(this.port)];
    const child = spawn('redis-server', [...durable, ...safe, ...this.#args], {
      stdio: 'ignore',
    });
    const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
    this.#child = child;
    await Promise.race([failed, this.#untilItAnswers(child)]);
  }

  /** Ends it, by default as a crash would. Does nothing when it does not run. */
  async down(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** Ends it, and removes what it has kept. */
  async remove(): Promise<void> {
    await this.down();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #untilItAnswers(child: ChildProcess): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(LOOK_MS)) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}, port ${this.port}`);
      if (await this.#answers()) return;
    }
    throw new Error(`redis-server does not answer on port ${this.port} within ${PATIENCE_MS} ms`);
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write('PING\r\n'));
      const end = (answers: boolean) => (): void => {
        socket.destroy();
        resolve(answers);
      };
      // While it loads its file it answers with an error, and with one that a password is missing for good.
      socket.once('data', (data: Buffer) => {
        end(!data.toString().startsWith('-LOADING'))();
      });
      socket.once('error', end(false));
    });
  }
}
