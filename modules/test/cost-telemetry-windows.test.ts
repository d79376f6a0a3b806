import { endData } from './support/givenData';
import { CALL, calls, givenTelemetry } from './support/givenTelemetry';

/** Writes the file seldom, so that days pass quickly. */
const SELDOM = { listeners: { cost_telemetry: { interval: '12h' } } };

afterEach(endData);

describe('cost_telemetry', () => {
  describe('its rolling window', () => {
    it('is of the last 24 hours, also across midnight', async () => {
      const { app, telemetry } = await givenTelemetry({ now: '2030-01-10T20:02:00Z', values: SELDOM });
      telemetry.record(CALL);
      await app.clock.advance('8h');
      telemetry.record(CALL);
      expect(telemetry.window('rolling_24h')).toMatchObject({ since: '2030-01-10T04:02:00.000Z', total: { calls: 2 } });

      await app.clock.advanceTo('2030-01-11T20:01:00Z');
      expect(calls(telemetry)).toEqual([2, 2, 2]);

      await app.clock.advanceTo('2030-01-11T20:05:00Z');
      expect(calls(telemetry)).toEqual([2, 1, 2]);

      await app.clock.advanceTo('2030-01-12T04:05:00Z');
      expect(calls(telemetry)).toEqual([2, 0, 2]);
    });

    it('forgets each call 24 hours after it, and at most five minutes later', async () => {
      const { app, telemetry } = await givenTelemetry({ values: SELDOM });
      const DAY = 24;
      for (let hour = 0; hour < 2 * DAY; hour += 1) {
        telemetry.record(CALL);
        await app.clock.advance('30m');
        // Of the half hours: this hour's call, and those of the 23 or 24 before.
        expect(telemetry.window('rolling_24h').total.calls).toBe(Math.min(hour + 1, DAY));
        await app.clock.advance('30m');
      }
      expect(telemetry.window('process_lifetime').total.calls).toBe(2 * DAY);
    });

    it('goes on over the end of a month', async () => {
      const { app, telemetry } = await givenTelemetry({ now: '2030-01-31T23:50:00Z' });
      telemetry.record(CALL);
      await app.clock.advance('20m');
      telemetry.record({ ...CALL, costUsd: 1 });

      expect(calls(telemetry)).toEqual([2, 2, 1]);
      expect(telemetry.window('monthly')).toMatchObject({ since: '2030-02-01T00:00:00.000Z', total: { costUsd: 1 } });
    });
  });

  describe('its month', () => {
    it.each([
      ['2030-01-31T23:59:59.999Z', '2030-02-01T00:00:00.000Z'],
      ['2032-02-29T23:59:59.999Z', '2032-03-01T00:00:00.000Z'],
      ['2030-12-31T23:59:59.999Z', '2031-01-01T00:00:00.000Z'],
    ])('that is counted at %s is over a millisecond later', async (now, next) => {
      const { app, telemetry } = await givenTelemetry({ now });
      telemetry.record(CALL);
      expect(telemetry.window('monthly').total.calls).toBe(1);

      await app.clock.advance(1);

      expect(telemetry.window('monthly')).toMatchObject({ since: next, total: { calls: 0 } });
      expect(telemetry.window('process_lifetime').total.calls).toBe(1);
    });

    it('is summed up in the log, once, when it is over', async () => {
      const { app, telemetry } = await givenTelemetry({ now: '2030-01-31T23:30:00Z' });
      telemetry.record(CALL);
      const said = () => app.logs.filter(({ message }) => message.includes('is over'));

      await app.tick('cost_telemetry', 'monthly');
      expect(said()).toEqual([]);

      await app.clock.advance('3h');
      expect(said()).toMatchObject([{ message: '2030-01 is over: 1 calls cost 0.10 USD', task: 'monthly' }]);
    });
  });
});
