import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';

import { BackgroundDaemon, PeriodicTask, type RunRecord, StateDatabase } from 'daemonry';

import { givenHistory, Keeper, Sync } from './support/givenHistory';

@BackgroundDaemon()
class Shop {
  @PeriodicTask({ interval: '1s' })
  noisy(): void {}

  @PeriodicTask({ cron: '0 0 * * *' })
  daily(): void {}
}

describe('The history of runs', () => {
  const given = givenHistory();
  const { started } = given;

  const minutes = (runs: readonly RunRecord[]): string[] => runs.map(({ scheduledAt }) => scheduledAt.slice(11, 16));

  it('has the runs of earlier processes, with the process of each, the newest first', async () => {
    const first = await started();
    await first.clock.advance('2m');
    const { sessionId } = first.status();
    await first.stop();
    const second = await started('2026-03-01T01:00:00Z');
    await second.clock.advance('1m');
    expect(second.runs('sync')).toHaveLength(1);
    const { runs, next } = await second.history.query({ listener: 'sync' });
    expect(minutes(runs)).toEqual(['01:01', '00:02', '00:01']);
    expect(next).toBeUndefined();
    expect(runs[2]).toEqual({
      ...first.runs('sync')[0],
      process: { sessionId, host: hostname(), pid: process.pid },
    });
    expect(runs[0]?.process?.sessionId).toBe(second.status().sessionId);
  });

  it('has the runs of a file in which each run was a row of texts', async () => {
    const before = await started('2026-03-01T00:00:00Z', false, [Keeper]);
    const state = before.container.get(StateDatabase);
    await state.migrate('daemonry_runs', [
      {
        sql: `
          CREATE TABLE daemonry_runs_sessions (
            id INTEGER PRIMARY KEY, session_id TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE daemonry_runs (
            id INTEGER PRIMARY KEY, session INTEGER NOT NULL, run_id TEXT NOT NULL, listener TEXT NOT NULL, task TEXT NOT NULL,
            cause TEXT NOT NULL, at INTEGER NOT NULL, scheduled_at INTEGER NOT NULL, finished_at INTEGER,
            outcome TEXT NOT NULL, reason TEXT, missed_to INTEGER, missed_count INTEGER, error TEXT
          ) STRICT;
          INSERT INTO daemonry_runs_sessions VALUES (1, 'ab-cd', 'here', 7);
          INSERT INTO daemonry_runs VALUES
            (1, 1, 'ab-cd-1', 'sync', 'tick', 'schedule', 60000, 60000, 60005, 'succeeded', NULL, NULL, NULL, NULL),
            (2, 1, 'ab-cd-2', 'sync', 'tick', 'manual', 120000, 120000, 120001, 'failed', NULL, NULL, NULL,
              '{"name":"Error","message":"no"}'),
            (3, 1, 'elsewhere-3', 'shop', 'daily', 'schedule', 180000, 180000, NULL, 'skipped', 'missed', 240000, 2, NULL)`,
      },
    ]);
    await before.stop();

    const app = await started('1970-01-01T01:00:00Z');

    const { runs } = await app.history.query();
    const common = { task: 'tick', listener: 'sync', process: { sessionId: 'ab-cd', host: 'here', pid: 7 } };
    expect(runs).toMatchObject([
      { runId: 'elsewhere-3', listener: 'shop', outcome: 'skipped', reason: 'missed', missed: { count: 2 } },
      { ...common, runId: 'ab-cd-2', trigger: 'manual', outcome: 'failed', error: { message: 'no' } },
      {
        ...common,
        runId: 'ab-cd-1',
        trigger: 'schedule',
        outcome: 'succeeded',
        finishedAt: '1970-01-01T00:01:00.005Z',
      },
    ]);
    await app.clock.advance('1m');
    expect((await app.history.query({ listener: 'sync' })).runs).toHaveLength(3);
  });

  it('has failures with their error and stack, skipped moments with their reason, and missed ones with their number', async () => {
    Sync.failsWith = Object.assign(new Error('no answer', { cause: new Error('socket closed') }), { code: 'ETIME' });
    const app = await started();
    await app.clock.advance('1m');
    await app.pause('sync', { reason: 'holiday', by: 'me' });
    await app.clock.advance('1m');
    const [skipped, failed] = (await app.history.query()).runs;
    expect(skipped).toMatchObject({ outcome: 'skipped', reason: 'paused' });
    expect(failed).toMatchObject({
      outcome: 'failed',
      error: { name: 'Error', message: 'no answer', code: 'ETIME', cause: { message: 'socket closed' } },
    });
    expect(failed?.error?.stack).toContain('history.test.ts');
    expect(Object.keys(failed?.error ?? {})).not.toContain('stack');
  });

  it('cuts an error to 8,192 characters, with its stack and its causes', async () => {
    Sync.failsWith = new Error('x'.repeat(2_000_000), { cause: new Error('y"\n'.repeat(500_000)) });
    const app = await started();
    await app.clock.advance('1m');
    const [run] = (await app.history.query()).runs;
    expect(run?.error).toMatchObject({ name: 'Error', message: 'x'.repeat(2_000) });
    const state = app.container.get(StateDatabase);
    const row = await state.get<{ length: number }>('SELECT length(error) AS length FROM daemonry_runs');
    expect(row?.length).toBeLessThanOrEqual(8_192);
  });

  it('is read in pages, each run once', async () => {
    const app = await started();
    await app.clock.advance('10m');
    const read: string[] = [];
    let before: string | undefined;
    do {
      const page = await app.history.query({ limit: 3, ...(before === undefined ? {} : { before }) });
      read.push(...minutes(page.runs));
      before = page.next;
      // What is added meanwhile moves nothing.
      await app.clock.advance('1m');
    } while (before !== undefined);
    expect(read).toEqual(['00:10', '00:09', '00:08', '00:07', '00:06', '00:05', '00:04', '00:03', '00:02', '00:01']);
  });

  it('has the runs of a process whose clock was set back in their place in time, and those that began at the same instants', async () => {
    const first = await started('2026-03-01T00:00:00Z');
    await first.clock.advance('3m');
    await first.stop();
    const second = await started('2026-03-01T00:01:00Z');
    await second.clock.advance('4m');
    const { sessionId } = second.status();
    const read: string[] = [];
    for (let before: string | undefined; ;) {
      const page = await second.history.query({ limit: 2, ...(before === undefined ? {} : { before }) });
      for (const { scheduledAt, process } of page.runs) {
        read.push(`${scheduledAt.slice(11, 16)} ${process?.sessionId === sessionId ? 'second' : 'first'}`);
      }
      before = page.next;
      if (before === undefined) break;
    }
    const both = ['00:03 second', '00:03 first', '00:02 second', '00:02 first', '00:01 first'];
    expect(read).toEqual(['00:05 second', '00:04 second', ...both]);
  });

  it('says that it cannot keep a run when the clock stands behind the year 2248', async () => {
    const app = await started('2300-01-01T00:00:00Z');
    await app.clock.advance('2m');
    expect((await app.health()).causes.join()).toContain(
      'a run began at 2300-01-01T00:01:00.000Z; they can be kept up to 2248-09-26T15:10:22.207Z',
    );
    expect(app.runs('sync')).toHaveLength(2);
  });

  it('has the runs and the failures of all tasks of a listener in one order, also in pages', async () => {
    const app = await started('2026-03-01T23:59:57Z', { keep: '30d' }, [Shop, Sync]);
    for (let minute = 0; minute < 4; minute++) {
      Sync.failsWith = minute % 2 === 0 ? new Error('no') : undefined;
      await app.clock.advance('1m');
    }
    const read = async (query: object): Promise<readonly RunRecord[]> => {
      const runs: RunRecord[] = [];
      for (let before: string | undefined = ''; before !== undefined;) {
        const page = await app.history.query({ ...query, limit: 7, ...(before === '' ? {} : { before }) });
        runs.push(...page.runs);
        before = page.next;
      }
      return runs;
    };
    const newestFirst = (runs: readonly RunRecord[]): RunRecord[] =>
      [...runs].sort((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''));
    for (const [listener, number] of [
      ['shop', 241],
      ['sync', 4],
    ] as const) {
      const runs = await read({ listener });
      expect(runs).toHaveLength(number);
      expect(new Set(runs.map(({ runId }) => runId)).size).toBe(number);
      expect(runs).toEqual(newestFirst(runs));
    }
    const all = await read({});
    expect(all).toHaveLength(245);
    expect(all).toEqual(newestFirst(all));
    expect((await read({ listener: 'sync' })).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'failed',
      'succeeded',
      'failed',
    ]);
  });

  it('has a run that was asked for, with its trigger and its keys', async () => {
    const app = await started();
    const record = await app.trigger('sync');
    const [kept] = (await app.history.query()).runs;
    expect(kept).toMatchObject({ ...record, trigger: 'manual', tickId: `sync.tick@manual:${record.runId}` });
  });

  it('is asked for a task, an outcome and a time', async () => {
    const app = await started('2026-03-01T23:59:57Z', { keep: '30d' }, [Shop, Sync]);
    await app.clock.advance('5s');
    Sync.failsWith = new Error('no');
    await app.clock.advance('2m');
    const asked = async (query: object): Promise<number> => (await app.history.query(query)).runs.length;
    expect(await asked({ listener: 'shop', task: 'daily' })).toBe(1);
    expect(await asked({ outcome: 'failed' })).toBe(2);
    expect(await asked({ outcome: 'timed_out' })).toBe(0);
    expect(await asked({ listener: 'shop', from: '2026-03-02T00:00:00Z', to: new Date('2026-03-02T00:00:03Z') })).toBe(
      4,
    );
    expect(await asked({ listener: 'shop', task: 'noisy', to: Date.parse('2026-03-02T00:00:00Z') })).toBe(2);
  });

  it('refuses names that neither the application nor the history has, with a suggestion', async () => {
    const app = await started();
    await app.clock.advance('1m');
    await expect(app.history.query({ listener: 'snyc' })).rejects.toThrow(/Did you mean "sync"/);
    await expect(app.history.query({ listener: 'sync', task: 'tock' })).rejects.toMatchObject({ code: 'UNKNOWN_TASK' });
    await app.stop();
    const other = await started('2026-03-01T01:00:00Z', {}, [Shop]);
    await expect(other.history.query({ listener: 'shop', task: 'daily' })).resolves.toEqual({ runs: [] });
    expect((await other.history.query({ listener: 'sync' })).runs).toHaveLength(1);
  });

  it('refuses a query with everything that is wrong with it', async () => {
    const app = await started();
    const query = { task: 'tick', outcome: 'gone', from: 'yesterday', to: NaN, before: 'x', limit: 0, lmit: 3 };
    await expect(app.history.query(query as never)).rejects.toMatchObject({
      code: 'HISTORY_QUERY_INVALID',
      faults: {
        lmit: 'is no part of a query. Did you mean "limit"?',
        task: 'needs the listener that it belongs to',
        outcome: "'gone' is none of succeeded, failed, timed_out, cancelled, lost, skipped",
        from: "'yesterday' is no instant",
        to: 'NaN is no instant',
        before: "'x' is not the next of a page",
        limit: '0 is no whole number from 1 to 1000',
      },
    });
    await expect(app.history.query({ limit: 1_001 })).rejects.toMatchObject({ code: 'HISTORY_QUERY_INVALID' });
    await expect(app.history.query(null as never)).rejects.toMatchObject({ code: 'HISTORY_QUERY_INVALID' });
    await expect(app.history.query({ listener: 'a\0b' })).rejects.toMatchObject({ code: 'HISTORY_QUERY_INVALID' });
  });

  it('explains what an earlier process did, and a moment that the ledger has no more', async () => {
    const first = await started();
    Sync.failsWith = new Error('no answer');
    await first.clock.advance('2m');
    await first.stop();
    const second = await started('2026-03-01T01:00:30Z');
    expect(await second.explain('sync', '2026-03-01T00:02:00Z')).toMatchObject([
      { verdict: 'recorded', text: 'sync.tick (every 1m) ran: failed (no answer).', record: { outcome: 'failed' } },
    ]);
    expect(await second.explain('sync', '2026-03-01T00:30:00Z')).toMatchObject([{ verdict: 'not-due' }]);
    await second.stop();
    expect(await second.explain('sync', '2026-03-01T00:02:00Z')).toMatchObject([{ task: 'tick' }]);
  });

  it('is off by default: nothing is opened, and a question says how to switch it on', async () => {
    const app = await started('2026-03-01T00:00:00Z', false);
    await app.clock.advance('1m');
    await expect(app.history.query()).rejects.toMatchObject({
      code: 'HISTORY_OFF',
      fix: expect.stringContaining("history: { keep: '30d' }") as string,
    });
    expect(app.status().stateWriteErrors).toBeUndefined();
    expect(readdirSync(given.directory)).toEqual([]);
  });

  it('leaves the clock alone while there is nothing to write', async () => {
    const app = await started('2026-03-01T12:00:00Z', { flush: '10s' }, [Sync]);
    const timers: (number | undefined)[] = [];
    for (let timer = 0; timer < 4; timer++) timers.push(await app.clock.runNext());
    expect(timers.map((at) => (at ?? 0) - Date.parse('2026-03-01T12:00:00Z'))).toEqual([
      60_000, 70_000, 120_000, 130_000,
    ]);
  });
});
