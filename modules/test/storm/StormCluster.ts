import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { build, type Plugin } from 'esbuild';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

import { RedisServer } from '../support/RedisServer';
import { SwallowingProxy } from '../support/SwallowingProxy';
import { nameOf } from './Execution';
import { type Deed, monotonicMs, type Storm, type StormTask } from './Journal';
import { Member } from './Member';

const ROOT = resolve(__dirname, '../../..');
const ENTRY = join(ROOT, 'node_modules/.cache/daemonry-storm/member.js');
const LOOK_MS = 5;

export const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

/** Compiles the entry of the processes into one file: compiled by each of them, a storm would be over before they run. */
export async function buildMember(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(__dirname, 'entries/member.ts')],
    outfile: ENTRY,
    bundle: true,
    platform: 'node',
    target: 'node20',
    keepNames: true,
    conditions: ['daemonry-source'],
    external: ['class-validator', 'class-transformer', 'bullmq', 'ioredis', 'pg', '@photostructure/sqlite'],
    logLevel: 'error',
    plugins: [withMetadata],
  });
}

/** The types of injected parameters, which esbuild leaves out. */
const withMetadata: Plugin = {
  name: 'with-metadata',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[/\\]modules[/\\]cluster[/\\].*\.ts$/ }, async ({ path }) => {
      const compilerOptions = {
        target: ScriptTarget.ES2022,
        module: ModuleKind.ESNext,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      };
      const source = await readFile(path, 'utf8');
      return { contents: transpileModule(source, { fileName: path, compilerOptions }).outputText, loader: 'js' };
    });
  },
};

/** Options of a storm. */
export interface StormOptions {
  readonly tasks: readonly StormTask[];
  /** @defaultValue 5,000 */
  readonly leaseMs?: number;
  /** False when the store is not there yet. @defaultValue true */
  readonly store?: boolean;
}

/** A redis-server, and the processes of an application that share their work by it; everything that is done is noted. */
export class StormCluster {
  readonly leaseMs: number;
  readonly redis: RedisServer;
  readonly folder: string;
  readonly members: Member[] = [];
  readonly #options: StormOptions;
  readonly #deeds: Deed[] = [];
  readonly #proxies = new Map<string, SwallowingProxy>();
  #started = 0;

  private constructor(options: StormOptions, redis: RedisServer) {
    this.#options = options;
    this.leaseMs = options.leaseMs ?? 5_000;
    this.redis = redis;
    this.folder = mkdtempSync(join(tmpdir(), 'daemonry-storm-'));
  }

  static async create(options: StormOptions): Promise<StormCluster> {
    const redis = await RedisServer.prepare();
    if (options.store !== false) await redis.up();
    return new StormCluster(options, redis);
  }

  get alive(): readonly Member[] {
    return this.members.filter(({ lives }) => lives);
  }

  note(what: Deed['what'], to?: Member): void {
    this.#deeds.push({ at: monotonicMs(), what, ...(to === undefined ? {} : { to: to.name }) });
  }

  /** Starts a process, which reaches the store by a proxy of its own. Other tasks than those of the storm are a new version. */
  async start({ tasks = this.#options.tasks, env = {} }: MemberOptions = {}): Promise<Member> {
    const name = `p${++this.#started}`;
    const proxy = await SwallowingProxy.to(this.redis.port);
    this.#proxies.set(name, proxy);
    const redis = `redis://127.0.0.1:${proxy.port}`;
    const member = new Member({
      script: { name, redis, prefix: 'storm', lease: `${this.leaseMs}ms`, tasks },
      entry: ENTRY,
      folder: this.folder,
      env: { PATH: process.env['PATH'], NODE_PATH: join(ROOT, 'node_modules'), ...env },
    });
    this.members.push(member);
    return member;
  }

  /** Starts some processes, and resolves when all of them keep due moments. */
  async startAll(count: number, options: MemberOptions = {}): Promise<readonly Member[]> {
    const started = await Promise.all(Array.from({ length: count }, () => this.start(options)));
    await Promise.all(started.map((member) => member.opened()));
    return started;
  }

  /** The process in which a run of the task is in flight, once there is one. */
  async executor(task: StormTask, patienceMs = 20_000): Promise<Member> {
    const name = nameOf(task);
    for (const end = monotonicMs() + patienceMs; monotonicMs() < end; await pause(LOOK_MS)) {
      const found = this.members.find((member) => member.isBusyWith(name));
      if (found !== undefined) return found;
    }
    throw new Error(`no process has run ${name} for ${patienceMs} ms`);
  }

  async kill(member: Member): Promise<void> {
    this.note('kill', member);
    member.signal('SIGKILL');
    await member.end();
  }

  async stop(member: Member): Promise<void> {
    this.note('stop', member);
    member.signal('SIGTERM');
    await member.end();
  }

  async freeze(member: Member, ms: number): Promise<void> {
    this.note('freeze', member);
    member.signal('SIGSTOP');
    await pause(ms);
    // Before the signal: on a busy machine the process acts again before this one goes on.
    this.note('thaw', member);
    member.signal('SIGCONT');
  }

  async partition(member: Member, ms: number): Promise<void> {
    const proxy = this.#proxies.get(member.name);
    this.note('partition', member);
    proxy?.swallow();
    await pause(ms);
    proxy?.mend();
    this.note('mend', member);
  }

  async storeDown(): Promise<void> {
    this.note('store-down');
    await this.redis.down();
  }

  async storeUp(): Promise<void> {
    await this.redis.up();
    this.note('store-up');
  }

  /** Stops everything that is left, and returns all that is known. */
  async finish(): Promise<Storm> {
    const epoch = Date.now() - monotonicMs();
    for (const member of this.alive) member.signal('SIGTERM');
    await Promise.all(this.members.map((member) => member.end()));
    await this.redis.remove();
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
    const { leaseMs, members } = this;
    const storm = {
      leaseMs,
      epoch,
      tasks: this.#options.tasks,
      deeds: this.#deeds,
      lives: members.map(({ life }) => life),
    };
    writeFileSync(join(this.folder, 'storm.json'), JSON.stringify(storm));
    for (const { name, output } of members) writeFileSync(join(this.folder, `${name}.log`), output);
    return storm;
  }

  /** Ends everything at once, after a scenario that failed. */
  async abort(): Promise<void> {
    for (const member of this.alive) member.signal('SIGKILL');
    if (this.members.some(({ lives }) => lives)) await Promise.all(this.members.map((member) => member.end()));
    for (const { name, output } of this.members) writeFileSync(join(this.folder, `${name}.log`), output);
    await this.redis.remove();
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface MemberOptions {
  readonly tasks?: readonly StormTask[];
  readonly env?: Readonly<Record<string, string>>;
}
