import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { call } from './support/call';
import { readEvents } from './support/readEvents';
import { givenOrders, GOOD, post, told } from './support/givenOrders';
import { endWeb, givenWeb } from './support/givenWeb';

const token = (name: string): string => `${name}-0123456789abcdef`;
const bearer = (name: string) => ({ authorization: `Bearer ${token(name)}` });

const OPERATORS = [
  { name: 'kim', kind: 'human', token: token('kim'), may: ['read', 'operate', 'approve'] },
  { name: 'deploy-bot', kind: 'automation', token: token('deploy-bot'), may: ['operate'] },
  { name: 'grafana', kind: 'automation', token: token('grafana'), may: ['read'] },
];

const givenOperators = (web: Record<string, unknown> = {}) => givenOrders({ operators: OPERATORS, ...web });

afterEach(endWeb);

describe('without named operators', () => {
  it('whoever calls from this machine is "local", a human who may do everything', async () => {
    const { url } = await givenOrders();

    expect((await call(`${url}/whoami`)).body).toEqual({
      operator: { name: 'local', kind: 'human', may: ['read', 'operate', 'approve'] },
    });
    expect(await post(`${url}/approve`, {})).toMatchObject({ status: 200, body: { operator: { name: 'local' } } });
  });

  it.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['listens beyond loopback', { host: '0.0.0.0' }, {}],
    ['has the names of a proxy in web.allowedHosts', { allowedHosts: ['ops.example.org'] }, {}],
    ['is asked through a proxy', {}, { 'x-forwarded-for': '127.0.0.1' }],
  ])('a server that %s answers nothing but the health endpoints', async (_case, web, headers) => {
    const { url } = await givenOrders(web);

    for (const path of ['/api/status', '/api/plan', '/api/orders', '/whoami']) {
      expect(await call(`${url}${path}`, { headers })).toMatchObject({
        status: 403,
        body: { error: { code: 'OPERATORS_UNSET' } },
      });
    }
    for (const path of ['/livez', '/readyz', '/startupz']) {
      expect((await call(`${url}${path}`, { headers })).status).toBe(200);
    }
  });
});

describe('named operators', () => {
  it('are told apart by their tokens', async () => {
    const { url } = await givenOperators();

    expect((await call(`${url}/whoami`, { headers: bearer('grafana') })).body).toEqual({
      operator: { name: 'grafana', kind: 'automation', may: ['read'] },
    });
    expect((await call(`${url}/whoami`, { headers: bearer('kim') })).body).toMatchObject({ operator: { name: 'kim' } });
  });

  it('have the rights that they are given, and none of them includes another', async () => {
    const { url } = await givenOperators();
    const statusOf = async (name: string) => {
      const headers = bearer(name);
      return [
        (await call(`${url}/api/status`, { headers })).status,
        (await post(`${url}/api/orders/7/cancel`, GOOD, headers)).status,
        (await post(`${url}/approve`, {}, headers)).status,
      ];
    };

    expect(await statusOf('kim')).toEqual([200, 200, 200]);
    expect(await statusOf('deploy-bot')).toEqual([403, 200, 403]);
    expect(await statusOf('grafana')).toEqual([200, 403, 403]);
    expect((await post(`${url}/approve`, {}, bearer('grafana'))).body).toMatchObject({
      error: { code: 'OPERATOR_MAY_NOT', message: expect.stringContaining('"approve"') as string },
    });
    expect(told).toHaveLength(2);
  });

  it('are asked for a token by everything but the health endpoints, from this machine too', async () => {
    const { url } = await givenOperators();

    for (const path of ['/api/status', '/api/plan', '/api/runs?listener=web', '/whoami', '/admin/session']) {
      const answer = await call(`${url}${path}`);
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect((await call(`${url}/livez`)).status).toBe(200);
  });

  it('may keep their tokens in files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operators-'));
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, `${token('sam')}\n`);
    const { url } = await givenOrders({ operators: [{ name: 'sam', kind: 'human', tokenFile, may: ['read'] }] });

    expect((await call(`${url}/whoami`, { headers: bearer('sam') })).body).toMatchObject({ operator: { name: 'sam' } });
    await rm(folder, { recursive: true });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a token that is short', { token: 'short' }, '16 to 500'],
    ['a token with a space', { token: 'with a space in the middle' }, '16 to 500'],
    ['a token that is long', { token: 'x'.repeat(501) }, '16 to 500'],
    ['no token', { token: undefined }, 'either token or tokenFile'],
    ['a token and a file', { tokenFile: '/run/secrets/kim' }, 'either token or tokenFile'],
    ['the name of whoever calls without operators', { name: 'local' }, 'not "local"'],
    ['a name with a line break', { name: 'kim\nsam' }, 'name must be'],
    ['no rights', { may: [] }, 'may'],
    ['a right that there is not', { may: ['write'] }, 'may'],
    ['no kind', { kind: undefined }, 'kind'],
    ['a field that there is not', { mail: 'kim@example.org' }, 'mail'],
  ])('cannot have %s', async (_case, wrong, told) => {
    await expect(givenWeb({}, { operators: [{ ...OPERATORS[0], ...wrong }] })).rejects.toThrow(told);
  });

  it('have names of their own', async () => {
    const operators = [OPERATORS[0], { ...OPERATORS[0], token: token('another') }];

    await expect(givenWeb({}, { operators })).rejects.toThrow('different names');
  });

  it('are refused at the boot, all at once, when files hold no tokens or two have the same', async () => {
    const app = await givenWeb(
      {},
      {
        operators: [
          OPERATORS[0],
          { ...OPERATORS[0], name: 'double' },
          { name: 'sam', kind: 'human', tokenFile: '/nowhere/token', may: ['read'] },
          { name: 'lou', kind: 'human', tokenFile: __filename, may: ['read'] },
        ],
      },
    );

    const error: unknown = await app.start().catch((reason: unknown) => (reason as { cause: unknown }).cause);

    expect(error).toMatchObject({ code: 'WEB_OPERATORS_INVALID' });
    expect((error as { problems: string[] }).problems).toEqual([
      '"kim" and "double" have the same token',
      expect.stringContaining('"sam" cannot be read: ENOENT'),
      expect.stringContaining(`"lou" cannot be read: ${__filename} is no file of at most 4096 bytes`),
    ]);
    expect(String(error)).not.toContain(token('kim'));
  });

  it('have tokens that no log, plan or status shows', async () => {
    const { app, url } = await givenOperators();
    await call(`${url}/whoami`, { headers: bearer('kim') });

    expect(JSON.stringify([app.logs, app.plan, app.status()])).not.toContain(token('kim'));
  });
});

describe('a session', () => {
  const login = (url: string, given: unknown, headers = {}) => post(`${url}/admin/session`, { token: given }, headers);
  const cookieOf = (headers: { 'set-cookie'?: string[] }): string => headers['set-cookie']?.[0] ?? '';
  const pairOf = (cookie: string): string => cookie.split(';')[0] ?? '';

  it('is a cookie for the token that no script can read and no other site can send', async () => {
    const { url } = await givenOperators();

    const { status, body, headers } = await login(url, token('kim'));

    expect({ status, body }).toMatchObject({ status: 200, body: { operator: { name: 'kim', kind: 'human' } } });
    const cookie = cookieOf(headers);
    expect(cookie).toMatch(/^daemonry_session_[\w-]+=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(token('kim'));
    expect((await call(`${url}/whoami`, { headers: { cookie: `a=1; ${pairOf(cookie)}; b=2` } })).body).toMatchObject({
      operator: { name: 'kim' },
    });
  });

  it('is for TLS only where a proxy speaks TLS', async () => {
    const { url } = await givenOperators();

    const { headers } = await login(url, token('kim'), { 'x-forwarded-proto': 'https' });

    expect(cookieOf(headers)).toContain('; Secure');
  });

  it('changes something only for a page of this server', async () => {
    const { url } = await givenOperators();
    const cookie = pairOf(cookieOf((await login(url, token('kim'))).headers));
    const cancel = (headers: Record<string, string>) =>
      post(`${url}/api/orders/7/cancel`, GOOD, { cookie, ...headers });

    expect(await cancel({})).toMatchObject({ status: 403, body: { error: { code: 'FOREIGN_ORIGIN' } } });
    expect(await cancel({ origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    expect(await cancel({ 'sec-fetch-site': 'same-site' })).toMatchObject({ status: 403 });
    expect(told).toEqual([]);
    expect(await cancel({ origin: url })).toMatchObject({ status: 200 });
  });

  it('ends at logout, and after twelve hours', async () => {
    const { app, url } = await givenOperators();
    const [first, second] = [await login(url, token('kim')), await login(url, token('kim'))].map(({ headers }) =>
      pairOf(cookieOf(headers)),
    );
    const whoami = async (cookie = '') => (await call(`${url}/whoami`, { headers: { cookie } })).status;

    const logout = await post(`${url}/admin/session/end`, {}, { cookie: first ?? '', origin: url });

    expect(cookieOf(logout.headers)).toContain('Max-Age=0');
    expect([await whoami(first), await whoami(second)]).toEqual([401, 200]);
    await app.clock.advance('12h');
    expect(await whoami(second)).toBe(401);
  });

  it('ends with the streams that it has opened: at logout at once, and later before anything more is sent', async () => {
    const { app, url } = await givenOperators();
    const [first, second] = [await login(url, token('kim')), await login(url, token('kim'))].map(({ headers }) =>
      pairOf(cookieOf(headers)),
    );
    const [left, stays] = [
      await readEvents(url, '/api/events', { cookie: first }),
      await readEvents(url, '/api/events', { cookie: second }),
    ];
    await post(`${url}/admin/session/end`, {}, { cookie: first ?? '', origin: url });

    await left.closed;
    expect(left.text()).toMatch(/event: end\ndata: \{\}\n\n$/);
    expect(stays.text()).not.toContain('event: end');
    await app.clock.advance('12h');
    await stays.closed;
    expect(stays.text()).toContain('event: end');
  });

  it('is one of twenty of its operator: a further one ends the oldest', async () => {
    const { url } = await givenOperators();
    const cookies: string[] = [];
    for (let i = 0; i < 21; i += 1) cookies.push(pairOf(cookieOf((await login(url, token('kim'))).headers)));
    const status = async (cookie = '') => (await call(`${url}/whoami`, { headers: { cookie } })).status;

    expect([await status(cookies[0]), await status(cookies[1]), await status(cookies[20])]).toEqual([401, 200, 200]);
  });

  it('is not begun by a wrong token, and after ten of them by none for a minute', async () => {
    const { app, url } = await givenOperators();

    for (let i = 0; i < 10; i += 1) expect((await login(url, 'wrong')).status).toBe(401);
    const answer = await login(url, token('kim'));

    expect(answer).toMatchObject({ status: 429, body: { error: { code: 'TOO_MANY_ATTEMPTS' } } });
    expect(answer.headers['retry-after']).toBe('60');
    await app.clock.advance('1m');
    expect((await login(url, token('kim'))).status).toBe(200);
  });

  it.each([{}, { token: 7 }, { token: '' }, { token: 'x'.repeat(501) }, { token: token('kim'), name: 'kim' }, []])(
    'is not begun by %j',
    async (body) => {
      const { url } = await givenOperators();

      expect(await post(`${url}/admin/session`, body)).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_BODY' } },
      });
    },
  );

  it('is not begun from a page of another site', async () => {
    const { url } = await givenOperators();

    expect((await login(url, token('kim'), { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('is not needed, and not given, while no operators are named', async () => {
    const { url } = await givenOrders();

    expect(await login(url, token('kim'))).toMatchObject({ status: 409, body: { error: { code: 'OPERATORS_UNSET' } } });
  });

  it.each(['', 'daemonry_session_x', '=', `daemonry_session_app=${'x'.repeat(5_000)}`, ';;;'])(
    'is nobody\'s with the cookie "%s"',
    async (cookie) => {
      const { url } = await givenOperators();

      expect((await call(`${url}/whoami`, { headers: { cookie } })).status).toBe(401);
    },
  );
});
