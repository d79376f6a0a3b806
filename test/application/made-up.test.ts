import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type Application,
  BackgroundDaemon,
  BootError,
  type ExitReport,
  type RunRecord,
  StateDatabase,
  type TickContext,
} from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';

@BackgroundDaemon({ cron: '0 6 * * *', misfire: 'run-once' })
class Report {
  tick(): void {}
}

/** Takes ten seconds, which the stop gives it; the moment after it waits. */
@BackgroundDaemon({
  interval: '5s',
  misfire: 'run-once',
  overlap: 'queue-one',
  drainTimeout: '30s',
  shutdownTimeout: '60s',
})
class Slow {
  async tick({ sleep }: TickContext): Promise<void> {
    await sleep('10s');
  }
}

@BackgroundDaemon({ fatalOnStartupFailure: true })
class Fatal {
  startup(): void {
    throw new Error('no');
  }
}

const stateOf = (app: Application): StateDatabase => app.container.get(StateDatabase);

async function saved(app: Application): Promise<readonly string[]> {
  const rows = await stateOf(app).all<{ next_due: number }>('SELECT next_due FROM daemonry_due_moments');
  return rows.map(({ next_due: nextDue }) => new Date(nextDue).toISOString());
}

const summary = (runs: readonly RunRecord[]): string[] =>
  runs.map(({ scheduledAt, outcome, reason, trigger, missed }) =>
    [scheduledAt.slice(5, 19), trigger, outcome, reason, missed && `x${missed.count}`].filter(Boolean).join(' '),
  );

describe("Due moments of misfire: 'run-once'", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'made-up-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const started = async (
    now: string,
    listeners: readonly (new (...args: never[]) => object)[] = [Report],
    values: object = {},
  ): Promise<TestApplication> => {
    const app = await create(now, listeners, values);
    await app.start();
    await app.clock.settle();
    return app;
  };

  const create = (
    now: string,
    listeners: readonly (new (...args: never[]) => object)[],
    values: object,
  ): Promise<TestApplication> =>
    createTestApplication({
      name: 'test',
      listeners,
      now,
      settleMs: 1_000,
      config: { values: { state: { directory }, ...values } },
    });

  const stopped = async (app: TestApplication, over = '2m'): Promise<ExitReport> => {
    const stopping = app.stop();
    await app.clock.advance(over as '2m');
    return stopping;
  };

  it.each([
    ['the delay of the stop', { shutdown: { delay: '10s' } }],
    ['the grace, while a shutdown takes its time', {}],
  ])('that fall into %s are made up by the next start', async (title, values) => {
    @BackgroundDaemon({ shutdownTimeout: '20s' })
    class Lingers {
      async shutdown(): Promise<void> {
        if (!title.includes('delay'))
          await new Promise((resolve) => app.clock.at(app.clock.now() + 10_000, () => resolve(0)));
      }
    }
    const app = await started('2026-03-01T05:59:57Z', [Report, Lingers], values);
    await stopped(app);
    expect(summary(app.runs('report'))).toEqual(['03-01T06:00:00 schedule skipped draining']);

    const next = await started('2026-03-01T06:03:00Z');
    expect(summary(next.runs('report'))).toEqual(['03-01T06:00:00 catch-up succeeded']);
    await stopped(next);

    const third = await started('2026-03-01T06:10:00Z');
    expect(summary(third.runs('report'))).toEqual([]);
  });

  it('that fall into the stop one after the other are made up by one run, and all are counted', async () => {
    const app = await started('2026-03-01T00:00:00Z', [Slow], {
      shutdown: { delay: '17s' },
      listeners: { slow: { overlap: 'skip' } },
    });
    await app.clock.advance('6s');
    await stopped(app);
    expect(summary(app.runs('slow'))).toEqual([
      '03-01T00:00:05 schedule succeeded',
      '03-01T00:00:10 schedule skipped draining',
      '03-01T00:00:15 schedule skipped draining',
      '03-01T00:00:20 schedule skipped draining',
    ]);
    const next = await started('2026-03-01T00:01:01Z', [Slow]);
    expect(summary(next.runs('slow'))).toEqual([
      '03-01T00:00:10 schedule skipped missed x10',
      '03-01T00:01:00 catch-up',
    ]);
  });

  it('that were waiting for the run before them when the stop came are made up', async () => {
    const app = await started('2026-03-01T00:00:00Z', [Slow]);
    await app.clock.advance('11s');
    await stopped(app, '12s');
    expect(summary(app.runs('slow'))).toEqual([
      '03-01T00:00:05 schedule succeeded',
      '03-01T00:00:10 schedule skipped draining',
      '03-01T00:00:15 schedule skipped draining',
    ]);
    const next = await started('2026-03-01T00:00:12Z', [Slow]);
    expect(summary(next.runs('slow'))).toEqual(['03-01T00:00:10 catch-up']);
  });

  it('that come while a boot fails are made up by one that does not', async () => {
    await stopped(await started('2026-03-01T05:00:00Z'));
    const failing = await create('2026-03-01T07:00:00Z', [Fatal, Report], {});
    await expect(failing.start()).rejects.toThrow(BootError);
    const next = await started('2026-03-01T08:00:00Z');
    expect(summary(next.runs('report'))).toEqual(['03-01T06:00:00 catch-up succeeded']);
  });

  it('that an operator has paused are not made up', async () => {
    const app = await started('2026-03-01T05:59:00Z');
    await app.pause('report', { reason: 'holiday', by: 'me' });
    await app.clock.advance('5m');
    await stopped(app);
    const next = await started('2026-03-01T06:30:00Z');
    expect(summary(next.runs('report'))).toEqual([]);
  });

  describe('when they cannot be saved', () => {
    const block = (app: Application): Promise<unknown> => stateOf(app).get('PRAGMA query_only = ON');
    const unblock = (app: Application): Promise<unknown> => stateOf(app).get('PRAGMA query_only = OFF');

    /** The database of the application takes nothing more when ticks open. */
    @BackgroundDaemon()
    class Blocks {
      constructor(private readonly state: StateDatabase) {}

      async startup(): Promise<void> {
        await this.state.get('PRAGMA query_only = ON');
      }
    }

    it('are not made up at every start, and that is said: in the record, the health, the log and the report', async () => {
      await stopped(await started('2026-03-01T05:00:00Z'));
      for (const hour of ['07', '08', '09']) {
        const app = await started(`2026-03-01T${hour}:00:00Z`, [Report, Blocks]);
        expect(summary(app.runs('report'))).toEqual(['03-01T06:00:00 catch-up skipped unreachable']);
        expect(app.status().state).toBe('degraded');
        expect((await app.health()).causes).toEqual([
          'the due moments cannot be saved: The state database cannot be written: attempt to write a readonly database',
        ]);
        expect(
          app.logs.filter(({ level }) => level !== 'info' && level !== 'debug').map(({ message }) => message),
        ).toEqual([
          expect.stringContaining(
            'cannot be saved, which is tried again. Nothing that was missed is made up until it can',
          ),
          'Degraded',
          expect.stringContaining('not made up, since that cannot be saved'),
          'The timeline of this run is not saved',
        ]);
        expect(await stopped(app)).toMatchObject({
          code: 0,
          degraded: true,
          causes: [expect.stringMatching(/^1 due moments were not saved: The state database cannot be written: /)],
        });
      }
      const app = await started('2026-03-01T10:00:00Z');
      expect(summary(app.runs('report'))).toEqual(['03-01T06:00:00 catch-up succeeded']);
      expect(app.status().state).toBe('running');
      expect(await stopped(app)).toMatchObject({ degraded: false, causes: [] });
    });

    it('still run when they are due, and the application recovers once they can be saved', async () => {
      const app = await started('2026-03-01T05:00:00Z');
      await block(app);
      const degraded = new Promise((resolve) => app.events.on('application.degraded', resolve));
      await app.clock.advance('2h');
      expect(summary(app.runs('report'))).toEqual(['03-01T06:00:00 schedule succeeded']);
      expect(await degraded).toMatchObject({ causes: [expect.stringContaining('cannot be saved')] });
      expect(app.status().state).toBe('degraded');
      await unblock(app);
      await app.clock.advance('1m');
      expect(app.status().state).toBe('running');
      expect(app.logs.slice(-2).map(({ message }) => message)).toEqual([
        'The due moments can be saved again.',
        'Recovered: everything runs again',
      ]);
      await app.clock.advance('1d');
      expect(await saved(app)).toEqual(['2026-03-03T06:00:00.000Z']);
      expect(await stopped(app)).toMatchObject({ causes: [] });
    });

    it('are tried again after 1 s, 2 s, 4 s … up to a minute, each time counted, and said once', async () => {
      const app = await started('2026-03-01T05:59:59Z');
      await block(app);
      expect(app.status().stateWriteErrors).toBe(0);
      const attempts: number[] = [];
      for (let second = 0; second < 200; second++) {
        const before = app.status().stateWriteErrors;
        await app.clock.advance('1s');
        if (app.status().stateWriteErrors !== before) attempts.push(second);
      }
      expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
      expect(app.status().stateWriteErrors).toBe(9);
      expect(app.logs.filter(({ level }) => level === 'error')).toHaveLength(1);
      await stopped(app);
    });
  });

  it('belong to one process: a second application of that name does not start', async () => {
    const app = await started('2026-03-01T05:00:00Z');
    const second = await create('2026-03-01T05:00:00Z', [Report], {});
    await expect(second.start()).rejects.toMatchObject({
      code: 'STATE_IN_USE',
      message: expect.stringMatching(new RegExp(`pid: ${process.pid}[^]*since: `)) as string,
    });
    expect(app.status().state).toBe('running');
    await stopped(app);
    await stopped(await started('2026-03-01T05:10:00Z'));
  });
});
