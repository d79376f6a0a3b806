import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { costTelemetryModule, Telemetry } from '@daemonry/modules/cost_telemetry';
import { ContainerModule } from 'inversify';

import { endData, givenFolder } from './support/givenData';
import { CALL, calls, givenTelemetry } from './support/givenTelemetry';

/** Writes the file seldom, so that days pass quickly. */
const SELDOM = { listeners: { cost_telemetry: { interval: '12h' } } };

afterEach(endData);

describe('cost_telemetry', () => {
  describe('its file', () => {
    it('is written every five minutes', async () => {
      const { app, telemetry, path } = await givenTelemetry();
      telemetry.record(CALL);
      await app.clock.advance('4m');
      await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });

      await app.clock.advance('1m');

      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
        schemaVersion: 1,
        writtenAt: '2030-01-01T00:05:00.000Z',
        windows: {
          process_lifetime: { total: { calls: 1 } },
          rolling_24h: { since: '2029-12-31T00:05:00.000Z', total: { calls: 1 } },
          monthly: { since: '2030-01-01T00:00:00.000Z', routes: { slack_dm: { calls: 1 } } },
        },
        buckets: [{ since: '2030-01-01T00:00:00.000Z', routes: { slack_dm: { calls: 1 } } }],
      });
    });

    it('is where the settings say', async () => {
      const folder = await givenFolder();
      const path = join(folder, 'elsewhere', 'costs.json');
      const { app, telemetry } = await givenTelemetry({ folder, values: { cost_telemetry: { path } } });

      expect(telemetry.path).toBe(path);
      await app.tick('cost_telemetry');
      expect(await readdir(folder)).toContain('elsewhere');
    });

    it('is all that is left of a process that died while it wrote', async () => {
      const first = await givenTelemetry();
      await first.app.tick('cost_telemetry');
      await first.app.stop();
      await writeFile(`${first.path}.r-1.tmp`, '{"schema');

      const { app, folder } = await givenTelemetry({ folder: first.folder });
      await app.tick('cost_telemetry');

      expect((await readdir(folder)).filter((name) => name.startsWith('cost'))).toEqual(['cost_telemetry.json']);
    });

    it('that cannot be written fails the tick, and the next one writes it', async () => {
      const { app, telemetry, path } = await givenTelemetry();
      telemetry.record(CALL);
      await mkdir(path);

      expect(await app.tick('cost_telemetry')).toMatchObject({ outcome: 'failed' });
      expect(app.status().state).toBe('running');

      await rm(path, { recursive: true });
      expect(await app.tick('cost_telemetry')).toMatchObject({ outcome: 'succeeded' });
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ buckets: [{}] });
    });
  });

  describe('after a restart', () => {
    it('goes on with the windows, and with calls that were counted after the last write', async () => {
      const first = await givenTelemetry({ now: '2030-01-10T22:00:00Z' });
      first.telemetry.record(CALL);
      await first.app.clock.advance('7m');
      first.telemetry.record({ ...CALL, costUsd: 0.2 });
      await first.app.stop();

      const now = '2030-01-11T08:00:00Z';
      const { app, telemetry } = await givenTelemetry({ folder: first.folder, now, values: SELDOM });
      expect(calls(telemetry)).toEqual([0, 2, 2]);
      telemetry.record({ ...CALL, costUsd: 0.3 });
      expect(telemetry.window('monthly').total).toMatchObject({ calls: 3, costUsd: 0.6, models: { small: 3 } });

      await app.clock.advanceTo('2030-01-11T22:06:00Z');
      expect(calls(telemetry)).toEqual([1, 2, 3]);
      await app.clock.advanceTo('2030-01-11T22:15:00Z');
      expect(calls(telemetry)).toEqual([1, 1, 3]);
    });

    it('begins a month anew that began meanwhile, and sums up the one that is over', async () => {
      const first = await givenTelemetry({ now: '2030-01-31T20:00:00Z' });
      first.telemetry.record(CALL);
      await first.app.stop();

      const { app, telemetry } = await givenTelemetry({ folder: first.folder, now: '2030-02-01T02:00:00Z' });

      expect(calls(telemetry)).toEqual([0, 1, 0]);
      await app.clock.advance('1h');
      expect(app.logs.map(({ message }) => message)).toContain('2030-01 is over: 1 calls cost 0.10 USD');
    });

    it('has forgotten what is older than a day, and does not believe what is of the future', async () => {
      const first = await givenTelemetry({ now: '2030-03-10T00:00:00Z' });
      first.telemetry.record(CALL);
      await first.app.stop();

      const later = await givenTelemetry({ folder: first.folder, now: '2030-03-12T00:00:00Z' });
      expect(calls(later.telemetry)).toEqual([0, 0, 1]);
      await later.app.stop();

      const earlier = await givenTelemetry({ folder: first.folder, now: '2030-02-10T00:00:00Z' });
      expect(calls(earlier.telemetry)).toEqual([0, 0, 0]);
    });

    it('keeps the calls that were counted before the file was read', async () => {
      const first = await givenTelemetry();
      first.telemetry.record(CALL);
      await first.app.stop();
      const early = new ContainerModule(({ onActivation }) => {
        onActivation(Telemetry, (_context, telemetry) => {
          telemetry.record(CALL);
          return telemetry;
        });
      });

      const { telemetry } = await givenTelemetry({ folder: first.folder, modules: [costTelemetryModule(), early] });

      expect(calls(telemetry)).toEqual([1, 2, 2]);
    });

    it.each([
      ['no JSON', '{"schemaVersion":1,'],
      ['empty', ''],
      ['of another kind', '{"schemaVersion":2}'],
      ['without buckets', '{"schemaVersion":1,"writtenAt":"2030-01-01T00:00:00Z","windows":{}}'],
      ['poisoned', '<poisoned>'],
    ])('keeps a file aside that is %s, says so, and begins anew', async (_case, text) => {
      const first = await givenTelemetry();
      first.telemetry.record(CALL);
      await first.app.stop();
      const good = await readFile(first.path, 'utf8');
      const damaged = text === '<poisoned>' ? good.replace('"calls":1', '"calls":-1') : text;
      expect(damaged).not.toBe(good);
      await writeFile(first.path, damaged);

      const { app, telemetry, folder, path } = await givenTelemetry({ folder: first.folder });

      expect(calls(telemetry)).toEqual([0, 0, 0]);
      const keptAs = `${path}.2030-01-01T00-00-00.000Z.damaged`;
      expect(await readFile(keptAs, 'utf8')).toBe(damaged);
      expect(app.logs).toContainEqual(expect.objectContaining({ level: 'warn', file: path, keptAs }));
      await app.tick('cost_telemetry');
      expect(await readdir(folder)).toEqual(expect.arrayContaining(['cost_telemetry.json', basename(keptAs)]));
    });

    it('does not start, and overwrites nothing, when the file cannot be read', async () => {
      const folder = await givenFolder();
      await mkdir(join(folder, 'cost_telemetry.json'), { recursive: true });

      const { app, telemetry } = await givenTelemetry({ folder });
      telemetry.record(CALL);

      const status = app.status().listeners.find(({ name }) => name === 'cost_telemetry');
      expect(status).toMatchObject({ state: 'startup_failed', error: { code: 'EISDIR' } });
      expect(telemetry.window('monthly').total.calls).toBe(1);
      const report = await app.stop();
      expect(report.code).toBe(3);
      expect((await readdir(folder)).filter((name) => name.startsWith('cost'))).toEqual(['cost_telemetry.json']);
    });
  });
});
