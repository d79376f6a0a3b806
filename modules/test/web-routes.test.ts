import { BackgroundDaemon, type OnStartup } from 'daemonry';
import { webModule, WebRoutes } from '@daemonry/modules/web';
import { ContainerModule, injectable } from 'inversify';

import { call } from './support/call';
import { givenOrders, GOOD, ordersModule, post, told } from './support/givenOrders';
import { endWeb, givenRunningWeb, givenWeb } from './support/givenWeb';

afterEach(endWeb);

describe('routes that a module adds to web', () => {
  it('are answered beside those of the server itself', async () => {
    const { url } = await givenOrders();

    expect(await call(`${url}/api/orders?limit=10`)).toMatchObject({ status: 200, body: { orders: 3 } });
    expect(await post(`${url}/api/orders/7/cancel`, GOOD)).toMatchObject({ status: 200, body: { cancelled: '7' } });
    expect((await call(`${url}/livez`)).status).toBe(200);
    expect(told).toEqual([GOOD]);
  });

  it('make what they inject start before web', async () => {
    const started: string[] = [];

    @BackgroundDaemon({ name: 'order_book' })
    class OrderBook implements OnStartup {
      startup(): void {
        started.push('order_book');
      }
    }
    @injectable()
    class BookRoutes extends WebRoutes {
      constructor(readonly book: OrderBook) {
        super();
      }
      override register(): void {
        started.push('routes');
      }
    }
    const books = new ContainerModule(({ bind }) => {
      bind(BookRoutes).toSelf();
      bind(WebRoutes).toService(BookRoutes);
    });
    await givenRunningWeb({ modules: [webModule(), books], listeners: [OrderBook] });

    expect(started).toEqual(['order_book', 'routes']);
  });

  it('of several modules are all there, and the same one twice aborts the boot', async () => {
    const others = new ContainerModule(({ bind }) => {
      bind(WebRoutes).toConstantValue({ register: (server) => void server.get('/api/others', () => ({ others: 1 })) });
    });
    const { url } = await givenRunningWeb({ modules: [webModule(), ordersModule(), others] });
    expect((await call(`${url}/api/others`)).status).toBe(200);
    expect((await call(`${url}/api/orders`)).status).toBe(200);

    const twice = await givenWeb({ modules: [webModule(), others, others] });
    await expect(twice.start()).rejects.toMatchObject({
      listenerName: 'web',
      cause: { message: expect.stringContaining('/api/others') as string },
    });
  });

  it('answer another method with 405 and the methods that there are, and an unknown path with 404', async () => {
    const { url } = await givenOrders();

    const answers = await Promise.all([
      call(`${url}/api/orders/7/cancel?x=1`),
      call(`${url}/api/orders/7/cancel`, { method: 'PUT' }),
      call(`${url}/api/orders`, { method: 'PROPFIND' }),
    ]);
    expect(answers.map(({ status, headers }) => [status, headers.allow])).toEqual([
      [405, 'POST'],
      [405, 'POST'],
      [405, 'GET, HEAD'],
    ]);
    expect(await post(`${url}/api/orders/7/8/cancel`, GOOD)).toMatchObject({ status: 404 });
    expect(await post(`${url}/api/orders//cancel/`, GOOD)).toMatchObject({ status: 404 });
    expect(await post(`${url}/moved`, GOOD)).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
    expect(told).toEqual([]);
  });

  it('get everything that is wrong with a body told, and nothing of it made to fit', async () => {
    const { url } = await givenOrders();

    const answer = await post(`${url}/api/orders/7/cancel`, { by: '', reason: 'bored', count: '3', admin: true });

    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_BODY', problems: expect.any(Array) as [] } },
    });
    expect((answer.body as { error: { problems: string[] } }).error.problems.sort()).toEqual([
      'body has no "admin"',
      'body.by must NOT have fewer than 1 characters',
      'body.count must be integer',
      'body.reason must be one of late, lost',
    ]);
    expect(told).toEqual([]);
  });

  it('name at most 50 problems', async () => {
    const { url } = await givenOrders();
    const body = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x${index}`, 1]));

    const answer = await post(`${url}/api/orders/7/cancel`, { ...GOOD, ...body });

    const { problems } = (answer.body as { error: { problems: string[] } }).error;
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toBe('and 150 more');
  });

  it('get a bad query told as one', async () => {
    const { url } = await givenOrders();

    expect(await call(`${url}/api/orders?limit=0&page=2`)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_QUERY', problems: ['querystring has no "page"', expect.stringContaining('limit')] } },
    });
  });

  it.each([
    ['no JSON', '{"by": "kim"', 400, 'BAD_BODY'],
    ['nothing', '', 400, 'BAD_BODY'],
    ['no object', '7', 400, 'BAD_BODY'],
    ['a prototype', '{"__proto__": {"admin": true}, "by": "kim", "reason": "late"}', 400, 'BAD_BODY'],
    ['too long', JSON.stringify({ by: 'x'.repeat(20_000), reason: 'late' }), 413, 'BODY_TOO_LARGE'],
  ])('refuse a body that is %s', async (_case, body, status, code) => {
    const { url } = await givenOrders();

    expect(await post(`${url}/api/orders/7/cancel`, body)).toMatchObject({ status, body: { error: { code } } });
    expect(told).toEqual([]);
  });

  it('answer an error that names a status of the caller with that, and with its message', async () => {
    const { url } = await givenOrders();

    expect(await post(`${url}/teapot`, {})).toMatchObject({
      status: 418,
      body: { error: { code: 'BAD_REQUEST', message: 'short and stout' } },
    });
  });

  it('answer an error of their own with 500 and log it, without telling the caller', async () => {
    const { app, url } = await givenOrders();

    const answer = await post(`${url}/broken`, {});

    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL' } } });
    expect(JSON.stringify(answer)).not.toContain('swordfish');
    expect(app.logs).toContainEqual(expect.objectContaining({ level: 'error', listener: 'web' }));
  });
});
