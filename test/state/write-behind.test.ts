import { RememberedMoments } from '../../src/scheduling/RememberedMoments';
import { ApplicationState } from '../../src/state/ApplicationState';
import { type Backlog, WriteBehind } from '../../src/state/WriteBehind';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';
import { nextTurn } from '../../src/time/native';
import { SystemClock } from '../../src/time/SystemClock';
import { FakeNative } from '../time/FakeNative';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NEXT = { schedule: 'cron', nextDue: 1_000 };

describe('Due moments on their way to the database', () => {
  let clock: VirtualClock;
  let state: ApplicationState;
  let moments: RememberedMoments;
  let statements: number;

  beforeEach(async () => {
    clock = new VirtualClock();
    state = new ApplicationState({ clock, log: silent, changed: () => undefined, files: undefined });
    moments = new RememberedMoments(state, silent);
    await state.open();
    statements = 0;
    const { database } = state;
    const run = database.run.bind(database);
    jest.spyOn(database, 'run').mockImplementation((...given) => {
      statements++;
      return run(...given);
    });
  });

  afterEach(async () => {
    await state.flush();
    await state.close(1_000);
  });

  const count = async (): Promise<number | undefined> =>
    (await state.database.get<{ n: number }>('SELECT count(*) AS n FROM daemonry_due_moments'))?.n;

  it('are written together at the end of the turn', async () => {
    for (let task = 0; task < 100; task++) moments.set(`a.${task}`, NEXT);
    expect(statements).toBe(0);
    await clock.settle();
    expect(statements).toBe(1);
    expect(await count()).toBe(100);
  });

  it('are written a batch at a time when they are many, and the loop turns in between', async () => {
    for (let task = 0; task < 1_000; task++) moments.set(`a.${task}`, NEXT);
    const written: (number | undefined)[] = [];
    const look = async (): Promise<void> => {
      written.push(await count());
      if (written.at(-1) !== 1_000) setImmediate(() => void look());
    };
    setImmediate(() => void look());
    await moments.flush();
    await clock.settle();
    expect(statements).toBe(4);
    expect(written.length).toBeGreaterThan(2);
    expect(await count()).toBe(1_000);
  });

  it('are written in their newest form, and those that came during a failing write as well', async () => {
    await state.database.get('PRAGMA query_only = ON');
    moments.set('a.tick', NEXT);
    await expect(moments.flush()).rejects.toMatchObject({ code: 'STATE_WRITE_FAILED' });
    moments.set('a.tick', { ...NEXT, nextDue: 2_000 });
    moments.set('b.tick', NEXT);
    await state.database.get('PRAGMA query_only = OFF');
    await moments.flush();
    expect(await state.database.all('SELECT task, next_due FROM daemonry_due_moments ORDER BY task')).toEqual([
      { task: 'a.tick', next_due: 2_000 },
      { task: 'b.tick', next_due: 1_000 },
    ]);
  });

  it('that cannot be written for the last time are counted, and leave no timer behind', async () => {
    await state.database.get('PRAGMA query_only = ON');
    moments.set('a.tick', NEXT);
    moments.set('b.tick', NEXT);
    expect(await state.flush()).toEqual([
      '2 due moments were not saved: The state database cannot be written: attempt to write a readonly database',
    ]);
    expect(await clock.runNext()).toBeUndefined();
  });

  it('wait for the end of a transaction, and hold nobody up meanwhile', async () => {
    let end: () => void = () => undefined;
    const work = state.database.transaction(async (transaction) => {
      await transaction.run('CREATE TABLE other (value)');
      await new Promise<void>((resolve) => (end = resolve));
    });
    moments.set('a.tick', NEXT);
    await new Promise((resolve) => setImmediate(resolve));
    expect(moments.get('a.tick')).toEqual(NEXT);
    end();
    await work;
    expect(await count()).toBe(1);
  });
});

describe('Rows that wait', () => {
  it('are written after the time that they wait for, also when the clock is set back meanwhile', async () => {
    const native = new FakeNative(7_200_000);
    const clock = new SystemClock(native);
    let size = 1;
    const backlog: Backlog = {
      what: 'runs',
      consequence: 'The application goes on without.',
      get size() {
        return size;
      },
      load: () => Promise.resolve(),
      write: () => Promise.resolve(void (size = 0)),
    };
    const writer = new WriteBehind({ clock, log: silent, changed: () => undefined }, backlog, 250);
    writer.grown();

    native.set(-3_600_000);
    native.pass(40_000);
    await nextTurn();

    expect(size).toBe(0);
  });
});
