import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, StateDatabase } from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';

@BackgroundDaemon({ cron: '0 6 * * *', misfire: 'run-once' })
class Report {
  tick(): void {}
}

@BackgroundDaemon({ interval: '1h', misfire: 'run-once' })
class Other {
  tick(): void {}
}

describe('The due moments that are saved', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'saved-moments-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const create = (
    now: string,
    listeners: readonly (new () => object)[] = [Report],
    values: object = {},
  ): Promise<TestApplication> =>
    createTestApplication({ listeners, now, config: { values: { state: { directory }, ...values } } });

  const started = async (...given: Parameters<typeof create>): Promise<TestApplication> => {
    const app = await create(...given);
    await app.start();
    await app.clock.settle();
    return app;
  };

  const stopped = (app: TestApplication) => app.stop();

  it('leave the clock alone while there is nothing to write', async () => {
    const app = await started('2026-03-01T05:00:00Z');
    expect(await app.clock.runNext()).toBe(Date.parse('2026-03-01T06:00:00Z'));
    expect(await app.clock.runNext()).toBe(Date.parse('2026-03-02T06:00:00Z'));
    await stopped(app);
  });

  it.each([
    ['before the epoch', '-1'],
    ['after the end of time', '8640000000000001'],
    ['more than a number can hold', '9223372036854775807'],
    ['the end of time', '8640000000000000'],
    ['the epoch', '0'],
  ])('end no timer with an error, when what was saved is %s', async (title, nextDue) => {
    const app = await started('2026-03-01T05:00:00Z');
    await app.container.get(StateDatabase).run(`UPDATE daemonry_due_moments SET next_due = ${nextDue}`);
    await stopped(app);
    const next = await started('2026-03-01T05:30:00Z');
    const odd = next.logs.filter(({ message }) => message.includes('make no sense'));
    expect(odd).toHaveLength(title.startsWith('the') ? 0 : 1);
    await next.clock.advance('1h');
    expect(next.runs('report').at(-1)).toMatchObject({ scheduledAt: '2026-03-01T06:00:00.000Z', outcome: 'succeeded' });
    expect(await stopped(next)).toMatchObject({ code: 0 });
  });

  it('stop the boot when the database is damaged, and overwrite nothing', async () => {
    await stopped(await started('2026-03-01T05:00:00Z'));
    const file = join(directory, 'test.db');
    const damaged = readFileSync(file).fill(7, 0, 2_048);
    writeFileSync(file, damaged);
    const app = await create('2026-03-01T07:00:00Z');
    await expect(app.start()).rejects.toMatchObject({ code: 'STATE_UNREADABLE', facts: { file } });
    expect(await app.stop()).toMatchObject({ code: 1 });
    expect(readFileSync(file)).toEqual(damaged);
  });

  it('of tasks that are not there this time are kept for a later one', async () => {
    await stopped(await started('2026-03-01T05:00:00Z'));
    await stopped(await started('2026-03-01T05:10:00Z', [Other]));
    const app = await started('2026-03-01T07:00:00Z');
    expect(app.runs('report')).toMatchObject([{ trigger: 'catch-up', scheduledAt: '2026-03-01T06:00:00.000Z' }]);
    await stopped(app);
  });

  it('need no database in a test application without a directory, and no file when nothing has any', async () => {
    const app = await createTestApplication({ listeners: [Report], now: '2026-03-01T05:00:00Z' });
    await app.start();
    expect(await app.clock.runNext()).toBe(Date.parse('2026-03-01T06:00:00Z'));
    expect(app.status().stateWriteErrors).toBeUndefined();
    await app.stop();

    @BackgroundDaemon({ interval: '1h' })
    class Plain {
      tick(): void {}
    }
    const other = await started('2026-03-01T05:00:00Z', [Plain]);
    expect(other.status().stateWriteErrors).toBeUndefined();
    await stopped(other);
    const disabled = await started('2026-03-01T05:00:00Z', [Report], { listeners: { report: { enabled: false } } });
    await stopped(disabled);
    expect(readdirSync(directory)).toEqual([]);
  });
});
