import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type Application,
  BackgroundDaemon,
  createApplication,
  defineModule,
  type IntentsChange,
  type LogEntry,
  type ModuleDefinition,
  OperatorJournal,
  PeriodicTask,
  type SqlStatements,
  StateDatabase,
  StateTables,
} from '../../src';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';

const KIM = { by: 'kim', kind: 'human', reason: 'the disk is full' } as const;
const BOT = { by: 'deploy-bot', kind: 'automation', reason: 'a deployment' } as const;
const BOOT = Date.parse('2030-01-01T00:00:00Z');

@BackgroundDaemon({ name: 'keeper', interval: '1h' })
class Keeper {
  constructor(readonly state: StateDatabase) {}
  tick(): void {}
  @PeriodicTask({ interval: '1h' })
  compact(): void {}
}

/** The next version of the same daemon, which lacks a task. */
@BackgroundDaemon({ name: 'keeper', interval: '1h' })
class SmallerKeeper {
  constructor(readonly state: StateDatabase) {}
  tick(): void {}
}

let folder = '';
let running: Application[] = [];
let clock: VirtualClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-intents-'));
  clock = new VirtualClock({ now: BOOT, settleMs: 20 });
});
afterEach(async () => {
  await Promise.all(running.map((app) => app.stop()));
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

class Journal extends OperatorJournal {
  readonly changes: IntentsChange[] = [];
  failure: Error | undefined;

  async record(change: IntentsChange, statements: SqlStatements): Promise<void> {
    await statements.run('INSERT INTO journal (what) VALUES (?)', [change.act?.action ?? 'nobody']);
    if (this.failure !== undefined) throw this.failure;
    this.changes.push(change);
  }
}

const journaled = defineModule('journal', {
  bind: ({ bind }) => {
    bind(StateTables).toConstantValue(
      new StateTables('journal', [{ sql: 'CREATE TABLE journal (what TEXT NOT NULL)' }]),
    );
    bind(Journal).toSelf();
    bind(OperatorJournal).toService(Journal);
  },
});

async function boot(listener: new (...args: never[]) => object = Keeper, modules: readonly ModuleDefinition[] = []) {
  const logs: LogEntry[] = [];
  const app = await createApplication({
    name: 'orders',
    listeners: [listener],
    modules,
    plugins: { from: false },
    config: { directory: false, env: {}, values: { state: { directory: folder } } },
    logger: { log: (entry) => void logs.push(entry) },
    clock,
  });
  running.push(app);
  const warnings = () => logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
  return { app, warnings };
}

async function started(listener?: new (...args: never[]) => object, modules?: readonly ModuleDefinition[]) {
  const given = await boot(listener, modules);
  await given.app.start();
  return given;
}

const taskOf = (app: Application, task = 'tick') => app.status().listeners[0]?.tasks.find(({ name }) => name === task);

describe('what an operator has set', () => {
  it('survives a restart, outranks the configuration, and is warned about at the boot', async () => {
    const first = await started();
    await first.app.operate({ action: 'pause', listener: 'keeper', task: 'compact', ...KIM });
    await first.app.operate({ action: 'reschedule', listener: 'keeper', task: 'tick', interval: '5m', ...KIM });
    await first.app.operate({ action: 'log-level', listener: 'keeper', level: 'debug', ...KIM });
    await first.app.stop();
    await clock.advance('1h');

    const { app, warnings } = await started();

    expect(app.intents()).toMatchObject([
      { action: 'pause', task: 'compact', since: '2030-01-01T00:00:00.000Z', persisted: true, ...KIM },
      { action: 'reschedule', value: 'every 5m' },
      { action: 'log-level', value: 'debug' },
    ]);
    expect(taskOf(app)).toMatchObject({ schedule: 'every 5m', nextRunAt: '2030-01-01T01:05:00.000Z' });
    expect(taskOf(app, 'compact')).toMatchObject({ paused: true, pause: { by: 'kim' } });
    expect(app.plan.listeners[0]?.tasks[0]?.origins).toMatchObject({ interval: 'operator kim' });
    expect(warnings()).toEqual([
      'The pause of keeper.compact by kim outranks the configuration, since 2030-01-01T00:00:00.000Z: the disk is full.',
      'The schedule of keeper.tick (every 5m) by kim outranks the configuration, since 2030-01-01T00:00:00.000Z: the disk is full.',
      'The log level of keeper (debug) by kim outranks the configuration, since 2030-01-01T00:00:00.000Z: the disk is full.',
    ]);
    await clock.advance('5m');
    expect(app.runs('keeper', { task: 'tick' })).toMatchObject([{ outcome: 'succeeded' }]);
  });

  it('still cannot be lifted by a program after a restart, and is gone for good once a person has lifted it', async () => {
    const first = await started();
    await first.app.operate({ action: 'pause', ...KIM });
    await first.app.stop();

    const second = await started();
    await expect(second.app.operate({ action: 'resume', ...BOT })).rejects.toMatchObject({ code: 'INTENT_OVERRULED' });
    await second.app.operate({ action: 'resume', ...KIM, by: 'sam', reason: 'there is room again' });
    await second.app.stop();

    const third = await started();
    expect(taskOf(third.app)?.paused).toBe(false);
    expect(third.app.intents()).toMatchObject([{ action: 'resume', by: 'sam', reason: 'there is room again' }]);
    expect(third.warnings()).toEqual([]);
  });

  it('is over when its end came while the process was down', async () => {
    const first = await started();
    await first.app.operate({ action: 'pause', listener: 'keeper', until: '2030-01-01T00:30:00Z', ...KIM });
    await first.app.operate({ action: 'skip-next', listener: 'keeper', ...KIM });
    await first.app.stop();
    await clock.advance('2h');

    const { app, warnings } = await started();

    expect(app.intents()).toEqual([]);
    expect(warnings()).toEqual([]);
    expect(taskOf(app)?.paused).toBe(false);
  });

  it('ends at its end after a restart, too', async () => {
    const first = await started();
    await first.app.operate({ action: 'pause', listener: 'keeper', until: '2030-01-01T00:30:00Z', ...KIM });
    await first.app.stop();
    const { app } = await started();
    expect(taskOf(app)?.paused).toBe(true);

    await clock.advance('30m');

    expect(taskOf(app)?.paused).toBe(false);
    await app.stop();
    expect((await started()).app.intents()).toEqual([]);
  });

  it('is kept, with a warning, when the code no longer has its task, and can be reset', async () => {
    const first = await started();
    await first.app.operate({ action: 'pause', listener: 'keeper', task: 'compact', ...KIM });
    await first.app.stop();

    const second = await started(SmallerKeeper);
    expect(second.warnings()[0]).toContain('concerns nothing that this application has');
    await second.app.stop();
    const third = await started();
    expect(taskOf(third.app, 'compact')?.paused).toBe(true);
    await third.app.stop();

    const { app } = await started(SmallerKeeper);
    expect((await app.operate({ action: 'reset', listener: 'keeper', task: 'compact', ...KIM })).lifted).toHaveLength(
      1,
    );
    expect(app.intents()).toEqual([]);
  });

  it('is recorded by journals in the transaction that keeps it, with what was in force before and is afterwards', async () => {
    const { app } = await started(Keeper, [journaled]);
    const announced: unknown[] = [];
    app.events.on('operator.acted', (event) => announced.push(event));

    await app.operate({ action: 'pause', listener: 'keeper', ...KIM });
    await app.operate({ action: 'reset', ...KIM });
    await app.operate({ action: 'restart', listener: 'keeper', ...KIM });

    const { changes } = app.container.get(Journal);
    const sides = changes.map(({ before, after }) => [before, after].map((all) => all.map(({ action }) => action)));
    expect(sides).toEqual([
      [[], ['pause']],
      [['pause'], []],
    ]);
    // The same objects, so that a journal knows what it has recorded.
    expect(announced.slice(0, 2).every((event, index) => event === changes[index]?.act)).toBe(true);
    expect(await app.container.get(StateDatabase).all('SELECT what FROM journal')).toEqual([
      { what: 'pause' },
      { what: 'reset' },
    ]);
  });

  it('is not done when a journal cannot record it, and neither is the record', async () => {
    const { app } = await started(Keeper, [journaled]);
    app.container.get(Journal).failure = new Error('the journal is full');

    await expect(app.operate({ action: 'pause', listener: 'keeper', ...KIM })).rejects.toThrow('the journal is full');

    expect([app.intents(), taskOf(app)?.paused]).toEqual([[], false]);
    const database = app.container.get(StateDatabase);
    expect(await database.all('SELECT slot FROM operator_intents')).toEqual([]);
    expect(await database.all('SELECT what FROM journal')).toEqual([]);
  });

  it('and was over while the process was down is recorded without an act, at the start', async () => {
    const first = await started(Keeper, [journaled]);
    await first.app.operate({ action: 'pause', ...KIM, until: new Date(BOOT + 60_000) });
    await first.app.stop();
    await clock.advance('2m');

    const { app } = await started(Keeper, [journaled]);

    const { changes } = app.container.get(Journal);
    expect(changes).toMatchObject([{ before: [{ action: 'pause', by: 'kim' }], after: [] }]);
    expect(changes[0]).not.toHaveProperty('act');
  });

  it('before the start is written at the start, but does not lift what a person had set', async () => {
    const first = await started();
    await first.app.operate({ action: 'pause', listener: 'keeper', task: 'tick', ...KIM });
    await first.app.stop();

    const { app } = await boot();
    await app.pause('keeper', { task: 'tick', by: 'a script', reason: 'its own' });
    await app.pause('keeper', { task: 'compact', by: 'a script', reason: 'its own' });
    await app.start();
    expect(app.intents()).toMatchObject([
      { task: 'tick', by: 'kim' },
      { task: 'compact', by: 'a script' },
    ]);
    await app.stop();

    expect((await started()).app.intents()).toHaveLength(2);
  });

  it('is done once under one key, also when it is asked for again after a restart', async () => {
    const request = { action: 'trigger', listener: 'keeper', task: 'tick', key: 'run-7', ...BOT } as const;
    const first = await started();
    const { record } = await first.app.operate(request);
    await first.app.stop();

    const { app } = await started();
    const again = await app.operate(request);

    expect(again).toMatchObject({ repeated: true, record: { runId: record?.runId } });
    expect(app.runs('keeper')).toEqual([]);
    await app.stop();
    await clock.advance('8d');
    const later = await started();
    expect(await later.app.operate(request)).not.toHaveProperty('repeated');
  });

  it('that cannot be read is left where it is, with a warning, and keeps nothing from starting', async () => {
    const first = await started();
    await first.app.operate({ action: 'pause', listener: 'keeper', ...KIM });
    await first.app.container.get(Keeper).state.run("UPDATE operator_intents SET intent = '{nonsense'");
    await first.app.stop();

    const { app, warnings } = await started();

    expect(app.intents()).toEqual([]);
    expect(warnings()).toEqual(['The intent pause|keeper| in the state database cannot be read, and is left out.']);
  });
});
