import { costTelemetryModule, Telemetry } from '@daemonry/modules/cost_telemetry';
import { StateDatabase } from 'daemonry';
import { ContainerModule } from 'inversify';

import { endData } from './support/givenData';
import { CALL, calls, givenTelemetry } from './support/givenTelemetry';
import { readDocument, tamperDocument } from './support/readAudit';

/** Stores seldom, so that days pass quickly. */
const SELDOM = { listeners: { cost_telemetry: { interval: '12h' } } };

afterEach(endData);

describe('cost_telemetry', () => {
  describe('its counters', () => {
    it('are stored every five minutes', async () => {
      const { app, telemetry, stored } = await givenTelemetry();
      telemetry.record(CALL);
      await app.clock.advance('4m');
      expect(await stored()).toBeUndefined();

      await app.clock.advance('1m');

      expect(await stored()).toMatchObject({
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

    it('that cannot be stored fail the tick, and the next one stores them', async () => {
      const { app, telemetry, stored } = await givenTelemetry();
      telemetry.record(CALL);
      await app.container.get(StateDatabase).run('PRAGMA query_only = ON');

      expect(await app.tick('cost_telemetry')).toMatchObject({
        outcome: 'failed',
        error: { code: 'STATE_WRITE_FAILED' },
      });
      expect(app.status().state).toBe('running');

      await app.container.get(StateDatabase).run('PRAGMA query_only = OFF');
      expect(await app.tick('cost_telemetry')).toMatchObject({ outcome: 'succeeded' });
      expect(await stored()).toMatchObject({ buckets: [{}] });
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

    it('keeps the calls that were counted before the stored ones were read', async () => {
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
    ])('does not start with counters that are %s, and overwrites nothing', async (_case, text) => {
      const first = await givenTelemetry();
      first.telemetry.record(CALL);
      await first.app.tick('cost_telemetry');
      const good = (await readDocument(first.folder, 'cost_telemetry')) ?? '';
      const damaged = text === '<poisoned>' ? good.replace('"calls":1', '"calls":-1') : text;
      expect(damaged).not.toBe(good);
      await tamperDocument(first.app, 'cost_telemetry', damaged);
      await first.app.stop();

      const { app, telemetry, folder } = await givenTelemetry({ folder: first.folder });
      telemetry.record(CALL);

      const status = app.status().listeners.find(({ name }) => name === 'cost_telemetry');
      expect(status).toMatchObject({ state: 'startup_failed', error: { code: 'STATE_DOCUMENT_INVALID' } });
      expect(telemetry.window('monthly').total.calls).toBe(1);
      expect((await app.stop()).code).toBe(3);
      expect(await readDocument(folder, 'cost_telemetry')).toBe(damaged);
    });
  });
});
