import { call } from './support/call';
import { givenOrders, GOOD, post, told } from './support/givenOrders';
import { endWeb } from './support/givenWeb';

const TOKEN = 'correct-horse-battery';
const OPERATORS = [{ name: 'kim', kind: 'human', token: TOKEN, may: ['read', 'operate'] }];

afterEach(endWeb);

describe('a request that changes something', () => {
  it.each([
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
    'x',
  ])('is refused with the content type %j', async (type) => {
    const { url } = await givenOrders();
    const headers = type === undefined ? {} : { 'content-type': type };

    const answer = await call(`${url}/api/orders/7/cancel`, { method: 'POST', body: JSON.stringify(GOOD), headers });

    expect(answer).toMatchObject({ status: 415, body: { error: { code: 'UNSUPPORTED_MEDIA_TYPE' } } });
    expect(told).toEqual([]);
  });

  it('may name the charset of its JSON', async () => {
    const { url } = await givenOrders();
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };

    expect((await post(`${url}/api/orders/7/cancel`, GOOD, headers)).status).toBe(200);
  });

  it.each<[string, (own: string) => Record<string, string>]>([
    ['of another site', () => ({ origin: 'https://evil.example' })],
    ['of another port of this machine', () => ({ origin: 'http://127.0.0.1:1' })],
    ['of a site whose name begins alike', (own) => ({ origin: `http://${own}.evil.example` })],
    ['with an opaque origin', () => ({ origin: 'null' })],
    ['with an origin that is none', () => ({ origin: '' })],
    ['that the browser calls cross-site', () => ({ 'sec-fetch-site': 'cross-site' })],
    ['that the browser calls same-site', (own) => ({ origin: `http://${own}`, 'sec-fetch-site': 'same-site' })],
  ])('is refused from a page %s', async (_case, headersOf) => {
    const { url } = await givenOrders({ operators: OPERATORS });
    const headers = { ...headersOf(new URL(url).host), authorization: `Bearer ${TOKEN}` };

    for (const path of ['/api/orders/7/cancel', '/guest']) {
      const answer = await post(`${url}${path}`, GOOD, headers);
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'FOREIGN_ORIGIN' } } });
    }
    expect(told).toEqual([]);
  });

  it.each<[string, (own: string) => Record<string, string>]>([
    ['the server itself', (own) => ({ origin: `http://${own}`, 'sec-fetch-site': 'same-origin' })],
    ['the server itself, behind a proxy with TLS', (own) => ({ origin: `https://${own}` })],
    ['no page', () => ({ 'sec-fetch-site': 'none' })],
  ])('is answered when it comes from %s', async (_case, headersOf) => {
    const { url } = await givenOrders();

    expect((await post(`${url}/api/orders/7/cancel`, GOOD, headersOf(new URL(url).host))).status).toBe(200);
  });

  it('compares an origin with the host as both are written without the usual port', async () => {
    const { url } = await givenOrders({ allowedHosts: ['gateway.example'], operators: OPERATORS });
    const headers = {
      host: 'Gateway.example:443',
      origin: 'https://gateway.example',
      authorization: `Bearer ${TOKEN}`,
    };

    expect((await post(`${url}/api/orders/7/cancel`, GOOD, headers)).status).toBe(200);
  });

  it('needs the token of an operator where operators are named', async () => {
    const { app, url } = await givenOrders({ operators: OPERATORS });
    const attempts = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      `Basic ${TOKEN}`,
      TOKEN,
      `Bearer ${TOKEN}x`,
      'Bearer correct',
    ];

    for (const authorization of attempts) {
      const headers = authorization === undefined ? undefined : { authorization };
      const answer = await post(`${url}/api/orders/7/cancel`, GOOD, headers);
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    for (let more = 0; more < 20; more++) await post(`${url}/api/orders/7/cancel`, GOOD, {});
    const lines = app.logs.filter(({ message }) => message.startsWith('Refused a change'));
    expect(lines).toHaveLength(5);
    expect(told).toEqual([]);
    expect(await post(`${url}/api/orders/7/cancel`, GOOD, { authorization: `Bearer ${TOKEN}` })).toMatchObject({
      status: 200,
    });
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'Refused a change: UNAUTHORIZED' }),
    );
    expect(JSON.stringify([app.logs, app.plan, app.status()])).not.toContain(TOKEN);
  });

  it('is not asked for it where the route asks for credentials of its own', async () => {
    const { url } = await givenOrders({ operators: OPERATORS });

    expect((await post(`${url}/guest`, {})).status).toBe(200);
  });

  it('is refused beyond loopback while no operators are named, which the log says', async () => {
    const { app, url } = await givenOrders({ host: '0.0.0.0' });

    const answer = await post(`${url}/api/orders/7/cancel`, GOOD, { authorization: 'Bearer undefined' });

    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'OPERATORS_UNSET' } } });
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('web.operators') as string }),
    );
  });

  it('is refused where a proxy has a name of its own, while no operators are named, which the log says', async () => {
    const { app, url } = await givenOrders({ allowedHosts: ['ops.example.org'] });

    for (const host of ['ops.example.org', 'localhost']) {
      const answer = await post(`${url}/api/orders/7/cancel`, GOOD, { host });
      expect(answer).toMatchObject({
        status: 403,
        body: {
          error: { code: 'OPERATORS_UNSET', message: expect.stringContaining('web.operators') as string },
        },
      });
    }
    expect(told).toEqual([]);
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('ops.example.org') as string }),
    );
  });

  it.each(['x-forwarded-for', 'X-Forwarded-Host', 'forwarded', 'via', 'x-real-ip', 'cf-connecting-ip'])(
    'is refused when it has passed through a proxy, which says so with %s, while no operators are named',
    async (header) => {
      const { url } = await givenOrders();

      const answer = await post(`${url}/api/orders/7/cancel`, GOOD, { [header]: '127.0.0.1' });

      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'OPERATORS_UNSET' } } });
      expect(told).toEqual([]);
    },
  );

  it('is answered through a proxy with the token', async () => {
    const { url } = await givenOrders({ operators: OPERATORS });
    const headers = { 'x-forwarded-for': '192.0.2.1', authorization: `Bearer ${TOKEN}` };

    expect((await post(`${url}/api/orders/7/cancel`, GOOD, headers)).status).toBe(200);
  });

  it('is answered beyond loopback with the token', async () => {
    const { url } = await givenOrders({ host: '0.0.0.0', operators: OPERATORS });

    expect((await post(`${url}/api/orders/7/cancel`, GOOD)).status).toBe(401);
    expect((await post(`${url}/api/orders/7/cancel`, GOOD, { authorization: `bearer ${TOKEN}` })).status).toBe(200);
  });
});
