import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { BackgroundDaemon, type OnStartup, type OnTick } from 'daemonry';
import { heartbeatProbesModule } from '@daemonry/modules/heartbeat_probes';
import { type SnapshotDocument, snapshotModule, SnapshotSources } from '@daemonry/modules/snapshot';
import { createTestApplication } from 'daemonry/testing';

import { givenHttpServer } from './support/givenHttpServer';
import { endSnapshots, givenSnapshot } from './support/givenSnapshot';

afterEach(endSnapshots);

@BackgroundDaemon({ name: 'lost_one' })
class LostOne implements OnStartup {
  startup(): void {
    throw new Error('no such host');
  }
}

@BackgroundDaemon({ name: 'flaky_sync' })
class FlakySync implements OnTick {
  tick(): void {
    throw new Error('no luck');
  }
}

const maxDelay = (section: SnapshotDocument['process']): number =>
  section === 'unknown' ? Number.NaN : section.eventLoopDelay.maxMs;

describe('the snapshot', () => {
  it('is written as soon as the boot is decided, and every five minutes after that', async () => {
    const { app, read } = await givenSnapshot();

    await app.clock.advance(0);
    expect(await read()).toMatchObject({ computedAt: '2030-01-01T00:00:00.000Z' });

    await app.clock.advance('5m');
    expect(await read()).toMatchObject({ computedAt: '2030-01-01T00:05:00.000Z' });
  });

  it('holds what is known of the process and the application', async () => {
    const { app, read } = await givenSnapshot();

    await app.tick('snapshot');

    expect(await read()).toEqual({
      schemaVersion: 1,
      computedAt: '2030-01-01T00:00:00.000Z',
      overall: 'healthy',
      alerts: [],
      failures: {},
      application: expect.objectContaining({
        name: 'test',
        state: 'running',
        sessionId: app.status().sessionId,
      }) as unknown,
      listeners: [
        expect.objectContaining({
          name: 'snapshot',
          state: 'running',
          status: 'up',
          tasks: [expect.objectContaining({ name: 'tick' })],
        }),
      ],
      health: expect.objectContaining({ ready: true, live: true }) as unknown,
      process: {
        pid: process.pid,
        node: process.version,
        uptimeMs: expect.any(Number) as number,
        memory: {
          rssBytes: expect.any(Number) as number,
          heapUsedBytes: expect.any(Number) as number,
          heapTotalBytes: expect.any(Number) as number,
        },
        eventLoopDelay: {
          meanMs: expect.any(Number) as number,
          p99Ms: expect.any(Number) as number,
          maxMs: expect.any(Number) as number,
        },
      },
      runs: { recentErrors: 0, byListener: {} },
      probes: { absent: 'heartbeat_probes is not part of this application', findings: [] },
      operationalState: { state: 'running', since: '2030-01-01T00:00:00.000Z' },
      activeAlerts: {
        activeCount: 0,
        bySeverity: { critical: 0, warning: 0, info: 0 },
        byCategory: {},
        alerts: [],
      },
      costLadder: { tier: 'normal', spentUsd: 0, budgetUsd: 200, usedPercent: 0 },
      costTelemetry: {
        rolling_24h: {
          since: '2029-12-31T00:00:00.000Z',
          routes: {},
          total: expect.objectContaining({ calls: 0 }) as unknown,
        },
        monthly: {
          since: '2030-01-01T00:00:00.000Z',
          routes: {},
          total: expect.objectContaining({ calls: 0 }) as unknown,
        },
      },
      events: { recentErrors: 0, byType: {} },
    });
  });

  it('holds the findings of the probes, when they are there', async () => {
    const { url } = await givenHttpServer((_request, response) => response.writeHead(500).end());
    const { app, read } = await givenSnapshot({
      modules: [heartbeatProbesModule()],
      values: { heartbeat_probes: { endpoints: [{ name: 'billing', url }] } },
    });
    await app.tick('heartbeat_probes');

    await app.tick('snapshot');

    expect(await read()).toMatchObject({
      overall: 'degraded',
      alerts: [{ severity: 'critical', subject: 'probe:billing' }],
      probes: {
        findings: expect.arrayContaining([
          expect.objectContaining({ name: 'billing', status: 'unhealthy' }),
          expect.objectContaining({ name: 'fly', status: 'not_configured' }),
        ]) as unknown,
      },
    });
  });

  it('names a listener that is down, and counts the runs that failed in the last five minutes', async () => {
    const { app, read } = await givenSnapshot({ listeners: [LostOne, FlakySync] });
    for (let run = 0; run < 6; run++) await app.tick('flaky_sync');

    await app.tick('snapshot');
    expect(await read()).toMatchObject({
      overall: 'degraded',
      alerts: [
        { severity: 'critical', subject: 'listener:lost_one', text: expect.stringContaining('no such host') as string },
        { severity: 'warning', subject: 'runs', text: '6 runs failed in the last five minutes: flaky_sync 6.' },
      ],
      runs: { recentErrors: 6, byListener: { flaky_sync: 6 } },
    });

    await app.clock.advance('6m');
    await app.tick('snapshot');
    expect(await read()).toMatchObject({ runs: { recentErrors: 0, byListener: {} } });
  });

  it('says how late the event loop was since the snapshot before', async () => {
    const { app, read } = await givenSnapshot();
    const loopTurns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
    await loopTurns();
    const blockedUntil = performance.now() + 150;
    while (performance.now() < blockedUntil);
    await loopTurns();

    await app.tick('snapshot');
    const { process: first } = await read();
    await app.tick('snapshot');
    const { process: second } = await read();

    expect(maxDelay(first)).toBeGreaterThanOrEqual(100);
    expect(maxDelay(second)).toBeLessThan(100);
  });

  it('names a part that cannot be collected, and holds the others', async () => {
    const { app, read } = await givenSnapshot();
    jest.spyOn(app.container.get(SnapshotSources), 'process').mockImplementation(() => {
      throw new RangeError('no figures');
    });

    expect(await app.tick('snapshot')).toMatchObject({ outcome: 'succeeded' });

    expect(await read()).toMatchObject({
      process: 'unknown',
      failures: { process: 'RangeError: no figures' },
      application: { name: 'test' },
    });
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('"process"') as string }),
    );
  });

  describe('its file', () => {
    it('is readable by its owner only, and leaves no temporary file beside it', async () => {
      const { app, path } = await givenSnapshot();

      await app.tick('snapshot');
      await app.tick('snapshot');

      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readdir(dirname(path))).toEqual(['snapshot.json']);
    });

    it('is all that is left of a process that died while it wrote', async () => {
      const { app, path } = await givenSnapshot();
      await mkdir(dirname(path));
      await writeFile(`${path}.r-1.tmp`, '{"schema');

      await app.tick('snapshot');

      expect(await readdir(dirname(path))).toEqual(['snapshot.json']);
    });

    it('stays as it was when a new one cannot be put in its place: the tick fails', async () => {
      const { app, path } = await givenSnapshot();
      await mkdir(join(path, 'in-the-way'), { recursive: true });

      expect(await app.tick('snapshot')).toMatchObject({
        outcome: 'failed',
        error: { code: expect.any(String) as string },
      });

      expect(await readdir(dirname(path))).toEqual(['snapshot.json']);
      expect(app.status().state).toBe('running');
    });

    it('is not replaced by a run that has lost its right', async () => {
      const { app, path, read } = await givenSnapshot({ settleMs: 100 });
      await app.tick('snapshot');
      const before = await read();
      let letGo = (): void => {};
      jest.spyOn(app.container.get(SnapshotSources), 'health').mockImplementation(
        () =>
          new Promise((resolve) => {
            letGo = () => {
              resolve(before.health as never);
            };
          }),
      );

      const late = app.tick('snapshot');
      await app.clock.advance('6m');
      expect(await late).toMatchObject({ outcome: 'timed_out' });
      letGo();
      await new Promise((resolve) => setTimeout(resolve, 50));

      expect(await read()).toEqual(before);
      expect(await readdir(dirname(path))).toEqual(['snapshot.json']);
    });
  });

  it('refuses settings out of their limits', async () => {
    const values = { snapshot: { path: '', maxAge: '0s' } };

    await expect(createTestApplication({ modules: [snapshotModule()], config: { values } })).rejects.toThrow(
      /snapshot\.path[\s\S]*snapshot\.maxAge/,
    );
  });
});
