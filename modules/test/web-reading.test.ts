import { BackgroundDaemon, Secret, Settings, type HealthAnswer, type OnHealth, type OnTick } from 'daemonry';
import { IsOptional, IsString } from 'class-validator';

import { call } from './support/call';
import { endWeb, givenRunningWeb } from './support/givenWeb';

@Settings('orders')
class OrderSettings {
  @IsString()
  readonly shop: string = 'main';

  @Secret()
  @IsOptional()
  @IsString()
  readonly token?: string;
}

@BackgroundDaemon({ name: 'order_sync', cron: '0 3 * * *', tickTimeout: '10m' })
class OrderSync implements OnTick, OnHealth {
  constructor(readonly settings: OrderSettings) {}
  tick(): void {
    throw new TypeError(`the shop refuses ${this.settings.token ?? ''}`);
  }
  health(): HealthAnswer {
    return { status: 'down', details: { queue: 'lost' } };
  }
}

const SECRET = 'swordfish-0123456789';

const givenShop = () =>
  givenRunningWeb({
    listeners: [OrderSync],
    now: '2030-01-31T08:00:00Z',
    config: {
      values: {
        web: { port: 0 },
        orders: { token: SECRET },
        listeners: { order_sync: { tickTimeout: '1m' } },
        logging: { level: 'info', levels: { order_sync: 'debug' } },
      },
    },
  });

afterEach(endWeb);

describe('the reading API of the web module', () => {
  it('shows the health that the probes decide by, always with 200', async () => {
    const { url } = await givenShop();

    expect(await call(`${url}/api/health`)).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: { started: true, ready: false, live: true, listeners: [{ name: 'order_sync', status: 'down' }] },
    });
  });

  it('shows every value of the configuration with its origin, those of listeners included', async () => {
    const { url } = await givenShop();

    const { values } = (await call(`${url}/api/config`)).body as { values: { path: string }[] };
    const at = (path: string): object | undefined => values.find((value) => value.path === path);

    expect(at('orders.shop')).toEqual({ path: 'orders.shop', value: 'main', origin: 'default' });
    expect(at('listeners.order_sync.tasks.tick.tickTimeout')).toMatchObject({ value: '1m', origin: 'values' });
    expect(at('listeners.order_sync.tasks.tick.cron')).toMatchObject({
      value: 'cron 0 3 * * * (UTC)',
      origin: 'decorator',
    });
    expect(at('listeners.order_sync.startupTimeout')).toMatchObject({ value: '30s', origin: 'default' });
  });

  it('shows no secret anywhere', async () => {
    const { app, url } = await givenShop();
    await app.tick('order_sync');

    for (const path of ['status', 'plan', 'health', 'config', 'loggers', 'runs?listener=order_sync']) {
      const { status, body } = await call(`${url}/api/${path}`);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(JSON.stringify(body)).not.toContain(SECRET);
    }
  });

  it('shows the level of each listener, with its origin', async () => {
    const { url } = await givenShop();

    expect((await call(`${url}/api/loggers`)).body).toEqual({
      level: 'info',
      origin: 'values',
      listeners: expect.arrayContaining([
        { name: 'order_sync', level: 'debug', origin: 'values' },
        { name: 'web', level: 'info', origin: 'values' },
      ]) as unknown,
    });
  });

  it('shows the levels that operators have set, by whom, why and until when', async () => {
    const { app, url } = await givenShop();
    const kim = { by: 'kim', kind: 'human', reason: 'a look' } as const;
    const since = '2030-01-31T08:00:00.000Z';
    const until = '2030-01-31T09:00:00.000Z';
    const loggers = async () => (await call(`${url}/api/loggers`)).body;

    await app.operate({ action: 'log-level', level: 'error', ...kim });
    await app.operate({ action: 'log-level', listener: 'web', level: 'debug', until, ...kim });

    const operator = { ...kim, since };
    expect(await loggers()).toEqual({
      ...{ level: 'error', origin: 'operator kim', operator },
      listeners: expect.arrayContaining([
        { name: 'order_sync', level: 'debug', origin: 'values' },
        { name: 'web', level: 'debug', origin: 'operator kim', operator: { ...operator, until } },
      ]) as unknown,
    });
    await app.clock.advance('1h');
    expect(await loggers()).toMatchObject({
      listeners: expect.arrayContaining([{ name: 'web', level: 'error', origin: 'operator kim', operator }]) as unknown,
    });
  });

  it('shows the error of a run with its stack', async () => {
    const { app, url } = await givenShop();
    await app.tick('order_sync');

    const { body } = await call(`${url}/api/runs?listener=order_sync`);

    expect(body).toMatchObject([
      { outcome: 'failed', error: { name: 'TypeError', stack: expect.stringMatching(/\n +at .*tick/) as string } },
    ]);
  });

  it('explains an instant of each task, or of one', async () => {
    const { url } = await givenShop();

    const due = await call(`${url}/api/explain?listener=order_sync&at=2030-02-01T03:00:00Z&task=tick`);
    const midnight = await call(`${url}/api/explain?listener=order_sync&at=2030-02-01`);

    expect(due).toMatchObject({ status: 200, body: [{ task: 'tick', verdict: 'will-run' }] });
    expect(midnight).toMatchObject({
      status: 200,
      body: [{ verdict: 'not-due', nextDueAt: '2030-02-01T03:00:00.000Z' }],
    });
  });

  it('answers a history that is not kept with what to configure', async () => {
    const { url } = await givenShop();

    expect(await call(`${url}/api/history`)).toMatchObject({
      status: 404,
      body: { error: { code: 'HISTORY_OFF', message: expect.stringContaining('history: { keep') as string } },
    });
  });

  it.each([
    ['/api/explain?listener=order_snyc&at=2030-02-01', 'UNKNOWN_LISTENER'],
    ['/api/explain?listener=order_sync&at=2030-02-01&task=tck', 'UNKNOWN_TASK'],
    ['/api/runs?listener=order_snyc', 'UNKNOWN_LISTENER'],
  ])('answers %s with 404 and the nearest known name', async (path, code) => {
    const { url } = await givenShop();

    const { status, body } = await call(`${url}${path}`);

    expect({ status, body }).toMatchObject({ status: 404, body: { error: { code } } });
    expect(JSON.stringify(body)).toContain('Did you mean');
  });

  it.each([
    ['status?verbose=1', ['"verbose" is not a parameter; there are none.']],
    ['explain', ['"listener" is missing', '"at" is missing']],
    ['explain?listener=web&at=tomorrow', ['"at" must be an instant such as 2030-01-31T08:00:00Z, not "tomorrow".']],
    ['explain?listener=web&at=2030-02-31T99:00:00Z', ['"at" must be an instant']],
    ['explain?listener=web&at=2030-02-01T08:00:00', ['"at" must be an instant']],
    [`explain?at=2030-02-01&listener=${'x'.repeat(257)}`, ['"listener" is longer than 256 characters.']],
    ['history?outcome=late&limit=0&to=&to=x', ['"outcome" must be one of', '"to" is given more', '"limit" must be']],
    [
      'history?from=-1h',
      ['"from" must be an instant such as 2030-01-31T08:00:00Z, or a duration before now such as 12h'],
    ],
    ['runs?listener=', ['"listener" is empty.']],
  ])('answers /api/%s with everything that is wrong with it', async (path, problems) => {
    const { url } = await givenShop();

    const { status, body } = await call(`${url}/api/${path}`);

    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { code: 'BAD_QUERY', problems: problems.map((problem) => expect.stringContaining(problem) as string) },
    });
  });
});
