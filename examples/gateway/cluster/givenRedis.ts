import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';

/** Nobody answers, and no server can be started. */
export class RedisMissingError extends Error {}

/** The server that the processes share. */
export interface GivenRedis {
  /** Host and port. */
  readonly at: string;
  /** True when it was started here. */
  readonly isOurs: boolean;
  /** Stops it, if it was started here. */
  readonly stop: () => Promise<void>;
}

const PATIENCE_MS = 10_000;
const LOOK_MS = 50;
const LOCAL = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Finds the server of a URL. When nobody answers at an address of this machine, one is started there, with its file in `folder`.
 * @throws RedisMissingError when there is none and none can be started.
 */
export async function givenRedis(url: string, folder: string): Promise<GivenRedis> {
  if (!URL.canParse(url)) throw new RedisMissingError('REDIS_URL is no URL; write redis://host:6379');
  const server = new URL(url);
  const port = server.port === '' ? '6379' : server.port;
  const at = `${server.hostname}:${port}`;
  if (await answers(server)) return { at, isOurs: false, stop: () => Promise.resolve() };
  if (!LOCAL.has(server.hostname)) {
    throw new RedisMissingError(`Nobody answers at ${at}. Start the server there, or unset REDIS_URL.`);
  }

  mkdirSync(folder, { recursive: true });
  const durable = ['--appendonly', 'yes', '--save', '', '--dir', folder, '--maxmemory-policy', 'noeviction'];
  const child = spawn('redis-server', [...durable, '--bind', '127.0.0.1', '--port', port], {
    stdio: 'ignore',
    detached: true,
  });
  const spawned = once(child, 'spawn');
  await spawned.catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new RedisMissingError(
      `Nobody answers at ${at}, and redis-server is not installed. Install it (sudo apt-get install redis-server), or name ` +
        'another server: REDIS_URL=redis://host:6379 npm run start:cluster',
    );
  });
  for (const end = Date.now() + PATIENCE_MS; !(await answers(server));) {
    if (child.exitCode !== null || Date.now() > end) {
      child.kill();
      throw new RedisMissingError(`redis-server did not start at ${at}; try it by hand: redis-server --port ${port}`);
    }
    await new Promise((wake) => setTimeout(wake, LOOK_MS));
  }
  return {
    at,
    isOurs: true,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

/** True if a server answers. With TLS it is enough that somebody takes the connection. */
function answers({ hostname, port, protocol }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port === '' ? 6379 : port), hostname.replace(/^\[(.*)\]$/, '$1'), () => {
      if (protocol === 'rediss:') end(true)();
      // A server that wants a password answers as well, with an error.
      else socket.write('PING\r\n');
    });
    const end = (isThere: boolean) => (): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(1_000, end(false));
    socket.once('data', end(true));
    socket.once('error', end(false));
  });
}
