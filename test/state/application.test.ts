import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type Application,
  BackgroundDaemon,
  createApplication,
  defineModule,
  type ModuleDefinition,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  StateDatabase,
  StateTables,
} from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { backUpState } from '../../src/state/stateMaintenance';

@BackgroundDaemon({ interval: '1m', initialDelay: 0, fatalOnStartupFailure: true })
class Counter implements OnStartup, OnTick, OnShutdown {
  constructor(private readonly state: StateDatabase) {}

  async startup(): Promise<void> {
    await this.state.migrate('counter', [{ sql: 'CREATE TABLE counter (what TEXT NOT NULL)' }]);
    await this.add('startup');
  }

  async tick(): Promise<void> {
    await this.add('tick');
  }

  async shutdown(): Promise<void> {
    await this.add('shutdown');
  }

  async counts(): Promise<readonly string[]> {
    const rows = await this.state.all<{ what: string }>('SELECT what FROM counter ORDER BY rowid');
    return rows.map(({ what }) => what);
  }

  private async add(what: string): Promise<void> {
    await this.state.run('INSERT INTO counter (what) VALUES (?)', [what]);
  }
}

@BackgroundDaemon({ interval: '1m' })
class Plain {
  tick(): void {}
}

const folders: string[] = [];
const running: Application[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-state-'));
  folders.push(folder);
  return join(folder, 'state');
}

/** A module whose tables have that many steps. */
const notes = (steps: number) =>
  defineModule('notes', {
    bind: ({ bind }) =>
      void bind(StateTables).toConstantValue(
        new StateTables(
          'notes',
          [{ sql: 'CREATE TABLE notes (text TEXT)' }, { sql: 'ALTER TABLE notes ADD COLUMN at TEXT' }].slice(0, steps),
        ),
      ),
  });

interface Given {
  readonly name?: string;
  readonly instance?: string;
  readonly listener?: new (...args: never[]) => object;
  readonly modules?: readonly ModuleDefinition[];
}

async function given(directory: string, { name = 'orders', instance, listener = Counter, modules = [] }: Given = {}) {
  const state = instance === undefined ? { directory } : { directory, instance };
  const app = await createApplication({
    name,
    listeners: [listener],
    modules,
    plugins: { from: false },
    config: { directory: false, env: {}, values: { state } },
    logger: { log: () => undefined },
  });
  running.push(app);
  return app;
}

const counterOf = (app: Application): Counter => app.container.get(Counter);

describe('The state database of an application', () => {
  it('keeps what startup, ticks and shutdown write, for the next process of the application', async () => {
    const directory = freshFolder();
    const app = await given(directory);
    await app.start();
    await app.trigger('counter');
    await app.stop();

    const again = await given(directory);
    await again.start();
    const kept = await counterOf(again).counts();
    expect(kept.filter((what) => what !== 'tick')).toEqual(['startup', 'shutdown', 'startup']);
    expect(kept).toContain('tick');
  });

  it('is made by the start, and by nothing before it', async () => {
    const directory = freshFolder();
    const app = await given(directory);
    expect(existsSync(directory)).toBe(false);
    await app.start();
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(['orders.db', 'orders.lock.db']) as unknown);
  });

  it('has the tables that modules declare before the first listener starts', async () => {
    const directory = freshFolder();
    const app = await given(directory, { modules: [notes(1)] });
    const seen: unknown[] = [];
    app.events.on('listener.starting', () => {
      seen.push(app.container.get(StateDatabase).all('SELECT text FROM notes'));
    });

    await app.start();

    await expect(Promise.all(seen)).resolves.toEqual([[]]);
  });

  it('refuses the start, before any listener, to code that is too old for the tables of a module', async () => {
    const directory = freshFolder();
    const newer = await given(directory, { modules: [notes(2)] });
    await newer.start();
    await newer.stop();

    const older = await given(directory, { modules: [notes(1)] });
    const starting: string[] = [];
    older.events.on('listener.starting', ({ listener }) => void starting.push(listener));

    await expect(older.start()).rejects.toMatchObject({
      code: 'STATE_NEWER',
      facts: { 'steps in the file': 2, 'steps of this code': 1 },
    });
    expect(starting).toEqual([]);
    expect(older.status().state).toBe('failed');
  });

  it('is not made for tables alone, where nothing injects it', async () => {
    const directory = freshFolder();
    const app = await given(directory, { listener: Plain, modules: [notes(1)] });

    await app.start();

    expect(existsSync(directory)).toBe(false);
  });

  it('is not made for an application that does not inject it', async () => {
    const directory = freshFolder();
    const app = await given(directory, { listener: Plain });
    await app.start();
    await app.stop();
    expect(existsSync(directory)).toBe(false);
  });

  it('belongs to one process at a time: a second start is refused with who has it, and the first goes on', async () => {
    const directory = freshFolder();
    const first = await given(directory);
    await first.start();
    const second = await given(directory);
    await expect(second.start()).rejects.toMatchObject({
      code: 'STATE_IN_USE',
      facts: {
        lock: join(directory, 'orders.lock.db'),
        pid: process.pid,
        host: hostname(),
        since: expect.any(String) as string,
      },
    });
    expect((await second.stop()).code).toBe(1);
    await first.trigger('counter');
    expect((await first.stop()).code).toBe(0);

    const third = await given(directory);
    await third.start();
    expect(await counterOf(third).counts()).toContain('shutdown');
  });

  it('is refused as a backup that lies beside the log of another file, which would undo it or damage it', async () => {
    const [directory, restored] = [freshFolder(), freshFolder()];
    mkdirSync(restored);
    const app = await given(directory);
    await app.start();
    backUpState(join(directory, 'orders.db'), join(restored, 'orders.db'));
    await app.trigger('counter');
    // As a process leaves it that is killed.
    copyFileSync(join(directory, 'orders.db-wal'), join(restored, 'orders.db-wal'));
    await app.stop();

    await expect((await given(restored)).start()).rejects.toMatchObject({
      code: 'STATE_UNREADABLE',
      message: expect.stringMatching(/log of another file[^]*orders\.db-wal[^]*remove/) as string,
    });
    rmSync(join(restored, 'orders.db-wal'));
    const again = await given(restored);
    await again.start();
    expect((await counterOf(again).counts()).filter((what) => what !== 'tick')).toEqual(['startup', 'startup']);
  });

  it('is one for each instance', async () => {
    const directory = freshFolder();
    const apps = [await given(directory, { instance: 'a' }), await given(directory, { instance: 'b' })];
    for (const app of apps) await app.start();
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(['orders.a.db', 'orders.b.db']) as unknown);
  });

  it.each(['../other', 'a b', 'x'.repeat(65), 'lock', 'Lock', 'a.lock'])(
    'refuses the instance %p, which is part of a file name',
    async (instance) => {
      await expect(given(freshFolder(), { instance })).rejects.toThrow(
        'CONFIG_INVALID_VALUE: The configured value of "state.instance" does not fit.',
      );
    },
  );

  it.each([
    ['orders.lock', undefined],
    ['orders.eu', undefined],
    ['orders.lock.db', undefined],
    ['orders%2Eeu', undefined],
    ['orders.eu', 'a'],
  ])('shares no file with that of another application: %s', async (name, instance) => {
    const directory = freshFolder();
    const others = [await given(directory), await given(directory, { instance: 'eu' })];
    for (const other of others) await other.start();
    const files = new Set(readdirSync(directory));

    const app = await given(directory, { name, ...(instance === undefined ? {} : { instance }) });
    await app.start();

    expect(readdirSync(directory).filter((file) => !files.has(file))).toHaveLength(5);
  });

  it('lives in memory in a test application, one for each', async () => {
    const app = await createTestApplication({ listeners: [Counter] });
    await app.start();
    await app.clock.advance('90s');
    expect(await counterOf(app).counts()).toEqual(['startup', 'tick', 'tick']);
    await app.stop();

    const other = await createTestApplication({ listeners: [Counter] });
    await other.start();
    expect(await counterOf(other).counts()).toEqual(['startup']);
    await other.stop();
  });

  it('fails a run that cannot write, with the reason, and goes on when there is room again', async () => {
    const app = await createTestApplication({ listeners: [Counter] });
    await app.start();
    const state = app.container.get(StateDatabase);
    const [{ page_count: pages } = { page_count: 0 }] = await state.all<{ page_count: number }>('PRAGMA page_count');
    await state.get(`PRAGMA max_page_count = ${pages}`);
    await expect(
      (async () => {
        for (let row = 0; row < 1_000; row++)
          await state.run('INSERT INTO counter (what) VALUES (?)', ['x'.repeat(500)]);
      })(),
    ).rejects.toMatchObject({ code: 'STATE_WRITE_FAILED' });
    await state.get('PRAGMA max_page_count = 100000');
    expect((await app.trigger('counter')).outcome).toBe('succeeded');
    await app.stop();
  });

  it('is closed in an application that keeps nothing, and says why', async () => {
    @BackgroundDaemon({ name: 'forgetful', interval: '1m' })
    class Forgetful {
      tick(): void {}
    }
    const app = await createTestApplication({ listeners: [Forgetful] });
    await app.start();
    const state = app.container.get(StateDatabase);

    const closed = 'The state database is not open: no class of the application injects it.';
    await expect(state.all('SELECT 1')).rejects.toThrow(closed);
    await expect(state.transaction(() => Promise.resolve())).rejects.toThrow(closed);
    expect(app.status()).not.toHaveProperty('stateWriteErrors');
    await app.stop();
  });
});
