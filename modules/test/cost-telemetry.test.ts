import { costTelemetryModule, type TelemetryRecord } from '@daemonry/modules/cost_telemetry';
import { webModule } from '@daemonry/modules/web';

import { call } from './support/call';
import { endData, urlOf } from './support/givenData';
import { CALL, givenTelemetry } from './support/givenTelemetry';

afterEach(endData);

describe('cost_telemetry', () => {
  it('is a daemon of three tasks that is not fatal', async () => {
    const { app } = await givenTelemetry();

    expect(app.daemons.get('cost_telemetry')).toMatchObject({
      fatalOnStartupFailure: false,
      shutdownTimeout: 10_000,
    });
    const tasks = app.status().listeners.find(({ name }) => name === 'cost_telemetry')?.tasks;
    expect(tasks?.map(({ name }) => name)).toEqual(['tick', 'roll', 'monthly']);
  });

  it('counts calls by route, with the models and the reasons for the strong one', async () => {
    const { telemetry } = await givenTelemetry();

    telemetry.record(CALL);
    telemetry.record({ ...CALL, costUsd: 0.2, model: 'large', escalationReason: 'long question' });
    telemetry.record({ ...CALL, route: 'mcp_tool', cacheCreationTokens: 7 });

    const { since, routes, total } = telemetry.window('process_lifetime');
    expect(since).toBe('2030-01-01T00:00:00.000Z');
    expect(routes).toEqual({
      slack_dm: {
        calls: 2,
        inputTokens: 200,
        outputTokens: 40,
        cacheReadTokens: 10,
        cacheCreationTokens: 0,
        costUsd: 0.3,
        escalations: 1,
        models: { small: 1, large: 1 },
        escalationReasons: { 'long question': 1 },
      },
      mcp_tool: {
        calls: 1,
        inputTokens: 100,
        outputTokens: 20,
        cacheReadTokens: 5,
        cacheCreationTokens: 7,
        costUsd: 0.1,
        escalations: 0,
        models: { small: 1 },
        escalationReasons: {},
      },
    });
    expect(total).toMatchObject({ calls: 3, inputTokens: 300, costUsd: 0.4, models: { small: 2, large: 1 } });
    expect(telemetry.window('rolling_24h').routes).toEqual(routes);
    expect(telemetry.window('monthly').routes).toEqual(routes);
  });

  it('gives windows that nobody can change', async () => {
    const { telemetry } = await givenTelemetry();
    telemetry.record(CALL);

    const models = telemetry.window('monthly').total.models as Record<string, number>;
    models['small'] = 99;

    expect(telemetry.window('monthly').total.models).toEqual({ small: 1 });
  });

  it.each<[string, Partial<Record<keyof TelemetryRecord, unknown>>, string]>([
    ['NaN', { costUsd: Number.NaN }, 'costUsd'],
    ['negative', { inputTokens: -5 }, 'inputTokens'],
    ['infinite', { outputTokens: Number.POSITIVE_INFINITY }, 'outputTokens'],
    ['beyond all measure', { costUsd: 1e300 }, 'costUsd'],
    ['a text', { cacheReadTokens: '5' }, 'cacheReadTokens'],
    ['missing', { costUsd: undefined }, 'costUsd'],
    ['of no known route', { route: 'constructor' }, 'route'],
    ['of no model', { model: undefined }, 'model'],
    ['escalated for no text', { escalationReason: 7 }, 'escalationReason'],
  ])('counts what is %s under "unknown", without what makes no sense, and says so', async (_case, wrong, field) => {
    const { app, telemetry } = await givenTelemetry();

    telemetry.record({ ...CALL, ...wrong } as TelemetryRecord);

    const { routes, total } = telemetry.window('monthly');
    expect(Object.keys(routes)).toEqual(['unknown']);
    expect(total.calls).toBe(1);
    expect(Object.values(total).every((value) => typeof value !== 'number' || (value >= 0 && value < 200))).toBe(true);
    expect(app.logs).toContainEqual(expect.objectContaining({ level: 'warn', fields: [field] }));
  });

  it('keeps long and many texts within limits, and takes any text as a name', async () => {
    const { telemetry } = await givenTelemetry();

    telemetry.record({ ...CALL, model: 'x'.repeat(5_000), escalationReason: '__proto__' });
    telemetry.record({ ...CALL, model: 'constructor', escalationReason: '__proto__' });
    for (let index = 0; index < 200; index += 1) telemetry.record({ ...CALL, model: `model ${index}` });

    const { models, escalationReasons } = telemetry.window('monthly').total;
    expect(Object.keys(models)).toHaveLength(51);
    expect(models).toMatchObject({ constructor: 1, 'model 47': 1, other: 152 });
    expect(Math.max(...Object.keys(models).map(({ length }) => length))).toBe(100);
    expect(Object.entries(escalationReasons)).toEqual([['__proto__', 2]]);
  });

  it('shows every window under /api/cost-telemetry', async () => {
    const { app, telemetry } = await givenTelemetry({ modules: [webModule(), costTelemetryModule()] });
    telemetry.record(CALL);

    expect(await call(`${urlOf(app)}/api/cost-telemetry`)).toMatchObject({
      status: 200,
      body: {
        process_lifetime: { total: { calls: 1 } },
        rolling_24h: { total: { calls: 1 } },
        monthly: { routes: { slack_dm: { costUsd: 0.1 } } },
      },
    });
  });
});
