import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Client } from 'pg';

import { givenClosedPort } from '../../support/givenHttpServer';

const PATIENCE_MS = 20_000;
const LOOK_MS = 50;
/** PostgreSQL does not run as root: there it runs as this user and group, `nobody`. */
const NOBODY = 65_534;

/** The folder of PostgreSQL's programs, which Debian keeps out of the path; the newest version. */
function programs(): string {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const newest = versions.sort((one, other) => Number(other) - Number(one))[0];
  if (newest === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return join('/usr/lib/postgresql', newest, 'bin');
}

/** A real PostgreSQL on a loopback port of its own, with its data in a folder of its own. */
export class PostgresServer {
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly user: { readonly uid?: number; readonly gid?: number },
  ) {}

  /** Makes a server and starts it; resolves when it answers. */
  static async start(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'daemonry-postgres-'));
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
    const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    const options = [
      '-D',
      join(folder, 'data'),
      '-U',
      'daemonry',
      '--auth=trust',
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C',
    ];
    await promisify(execFile)(join(programs(), 'initdb'), options, { ...user, cwd: folder });
    const server = new PostgresServer(await givenClosedPort(), folder, user);
    await server.up();
    return server;
  }

  get url(): string {
    return this.urlAt(this.port);
  }

  /** The same database behind another port, such as that of a proxy. */
  urlAt(port: number): string {
    return `postgres://daemonry@127.0.0.1:${port}/postgres`;
  }

  /** Starts it, again after {@link down} with what it has kept; resolves when it answers. */
  async up(): Promise<void> {
    const options = ['-D', join(this.folder, 'data'), '-p', String(this.port), '-h', '127.0.0.1', '-k', ''];
    const child = spawn(join(programs(), 'postgres'), options, {
      ...this.user,
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    this.#child = child;
    for (
      const end = Date.now() + PATIENCE_MS;
      Date.now() < end;
      await new Promise((wake) => setTimeout(wake, LOOK_MS))
    ) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended: ${said}`);
      if (await this.#answers()) return;
    }
    throw new Error(`PostgreSQL does not answer on port ${this.port}: ${said}`);
  }

  /** Ends it at once, as a crash would. Does nothing when it does not run. */
  async down(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    // Its own way to end without a shutdown; after SIGKILL its children would go on for a while.
    child.kill('SIGQUIT');
    await once(child, 'exit');
  }

  /** Ends it, and removes what it has kept. */
  async remove(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url });
    try {
      await client.connect();
      return true;
    } catch {
      return false; // not yet: it is asked again
    } finally {
      await client.end().catch(() => undefined); // one that did not connect has nothing to end
    }
  }
}
