import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, PeriodicTask, StateDatabase, type TickContext } from 'daemonry';
import { createTestApplication, type TestApplication } from 'daemonry/testing';

// Hundreds of runs are written to a real file.
jest.setTimeout(60_000);

/** One task runs every second and fails each minute, the other one runs once a day. */
@BackgroundDaemon()
class Shop {
  @PeriodicTask({ interval: '1s' })
  noisy({ scheduledAt }: TickContext): void {
    if (scheduledAt.getUTCSeconds() === 0) throw new Error('each minute');
  }

  @PeriodicTask({ cron: '0 12 * * *' })
  daily(): void {}
}

class Ticking {
  tick(): void {}
}

describe('The retention of the history', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'retention-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const started = async (now: string, history: object): Promise<TestApplication> => {
    const app = await createTestApplication({
      listeners: [Shop],
      now,
      config: { values: { state: { directory }, history } },
    });
    await app.start();
    return app;
  };

  const counts = async (app: TestApplication): Promise<Readonly<Record<string, number>>> => {
    // Whatever waits is written before the answer.
    await app.history.query({ limit: 1 });
    const rows = await app.container
      .get(StateDatabase)
      .all<{ key: string; n: number }>(
        "SELECT task || ' ' || outcome AS key, count(*) AS n FROM daemonry_runs GROUP BY 1",
      );
    return Object.fromEntries(rows.map(({ key, n }) => [key, n]));
  };

  it('keeps the newest of each task and its failures: a noisy task evicts no run of a daily one', async () => {
    const app = await started('2026-03-01T11:59:00Z', { keep: '30d', rowsPerTask: 100 });
    await app.clock.advance('10m');
    const kept = await counts(app);
    expect(kept).toMatchObject({ 'daily succeeded': 1, 'noisy failed': 10 });
    // A tenth more, until the next removal.
    expect(kept['noisy succeeded']).toBeGreaterThanOrEqual(100);
    expect(kept['noisy succeeded']).toBeLessThanOrEqual(120);
    const { runs } = await app.history.query({ listener: 'shop', task: 'noisy', limit: 3 });
    expect(runs.map(({ scheduledAt }) => scheduledAt.slice(11, 19))).toEqual(['12:09:00', '12:08:59', '12:08:58']);
    await app.stop();
  });

  it('keeps ten times as many failures, so that one that fails at each turn fills no disk', async () => {
    const app = await started('2026-03-01T00:00:00Z', { keep: '30d', rowsPerTask: 2 });
    await app.clock.advance('30m');
    // A tenth more, until the next removal.
    expect((await counts(app))['noisy failed']).toBeLessThanOrEqual(22);
    await app.stop();
  });

  it('keeps up with many tasks of which few runs are kept', async () => {
    const tasks = Array.from({ length: 40 }, (_, index) => {
      const { [`Each${index}`]: Each } = {
        [`Each${index}`]: class extends Ticking {},
      };
      BackgroundDaemon({ interval: '1s' })(Each as typeof Ticking);
      return Each as typeof Ticking;
    });
    const values = { state: { directory }, history: { keep: '30d', rowsPerTask: 5 } };
    const app = await createTestApplication({ listeners: tasks, config: { values } });
    await app.start();
    await app.clock.advance('2m');
    expect(Object.values(await counts(app))).toEqual([40 * 5]);
    for (const index of [0, 39]) {
      const { runs } = await app.history.query({ listener: `each${index}` });
      expect(runs.map(({ runId }) => runId)).toEqual(
        app
          .runs(`each${index}`)
          .slice(-5)
          .map(({ runId }) => runId)
          .reverse(),
      );
    }
    await app.stop();
  });

  it('keeps the newest success of a task, however many due moments were skipped since then: it stays stale after a restart', async () => {
    let hangs = false;
    @BackgroundDaemon({ name: 'job', interval: '1s', tickTimeout: '24h', mustSucceedWithin: '5m' })
    class Job {
      async tick({ sleep }: TickContext): Promise<void> {
        if (hangs) await sleep('10h');
      }
    }
    const begun = async (now: string): Promise<TestApplication> => {
      const values = { state: { directory }, history: { keep: '30d', rowsPerTask: 50 } };
      const app = await createTestApplication({ listeners: [Job], now, config: { values } });
      await app.start();
      return app;
    };
    const first = await begun('2026-03-01T00:00:00Z');
    await first.clock.advance('1m');
    hangs = true;
    await first.clock.advance('9m');
    await first.stop();

    const second = await begun('2026-03-01T00:11:00Z');

    expect((await second.health()).causes).toEqual([expect.stringContaining('job')]);
    const { runs } = await second.history.query({ listener: 'job', outcome: 'succeeded' });
    expect(runs).toHaveLength(1);
    await second.stop();
  });

  it('removes what is older than keep, but the newest run and the newest success of each task', async () => {
    const first = await started('2026-03-01T11:59:00Z', { keep: '1d', rowsPerTask: 1_000 });
    await first.clock.advance('90s');
    expect(await counts(first)).toEqual({ 'daily succeeded': 1, 'noisy failed': 1, 'noisy succeeded': 89 });
    await first.stop();
    const later = await started('2026-04-01T00:00:00.500Z', { keep: '1d', rowsPerTask: 1_000 });
    await later.clock.advance('5s');
    expect(await counts(later)).toEqual({ 'daily succeeded': 1, 'noisy succeeded': 5 });
    const sessions = await later.container.get(StateDatabase).get('SELECT count(*) AS n FROM daemonry_runs_sessions');
    expect(sessions).toEqual({ n: 2 });
    await later.stop();
  });

  it('keeps the process of a run that the clock of a later process was set back before', async () => {
    const keep = { keep: '2d', rowsPerTask: 1_000 };
    const first = await started('2026-03-03T00:00:00Z', keep);
    await first.clock.advance('2s');
    await first.stop();
    const second = await started('2026-03-02T00:00:00Z', keep);
    await second.clock.advance('2s');
    await second.stop();
    const third = await started('2026-03-03T01:00:00Z', keep);
    await third.clock.advance('2s');
    const { runs } = await third.history.query({ listener: 'shop' });
    expect(runs).toHaveLength(6);
    expect(new Set(runs.map(({ process }) => process?.sessionId)).size).toBe(3);
    await third.stop();
    const fourth = await started('2026-03-09T00:00:00Z', keep);
    await fourth.clock.advance('2s');
    await fourth.history.query({ limit: 1 });
    const sessions = await fourth.container.get(StateDatabase).get('SELECT count(*) AS n FROM daemonry_runs_sessions');
    expect(sessions).toEqual({ n: 1 });
    await fourth.stop();
  });
});

describe('A history that cannot be written', () => {
  it('leaves the runs alone, is a cause of being degraded, and says at the end what it has lost', async () => {
    const app = await createTestApplication({ listeners: [Shop], config: { values: { history: {} } } });
    await app.start();
    const state = app.container.get(StateDatabase);
    await state.get('PRAGMA query_only = ON');
    await app.clock.advance('10s');
    expect(app.runs('shop')).toHaveLength(10);
    expect(app.status()).toMatchObject({ state: 'degraded' });
    expect((await app.health()).causes).toEqual([
      'the runs of the history cannot be saved: The state database cannot be written: attempt to write a readonly database',
    ]);
    // It can be read all the same.
    expect((await app.history.query()).runs).toEqual([]);
    const report = await app.stop();
    expect(report.causes).toEqual([
      expect.stringMatching(/^10 runs of the history were not saved: The state database/),
    ]);
  });

  it('writes everything once it can, and the application has recovered', async () => {
    const app = await createTestApplication({ listeners: [Shop], config: { values: { history: {} } } });
    await app.start();
    const state = app.container.get(StateDatabase);
    await state.get('PRAGMA query_only = ON');
    await app.clock.advance('10s');
    await state.get('PRAGMA query_only = OFF');
    await app.clock.advance('1m');
    expect(app.status().state).toBe('running');
    expect((await app.history.query()).runs).toHaveLength(70);
    expect(await app.stop()).toMatchObject({ causes: [] });
  });
});
