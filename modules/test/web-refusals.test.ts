import { connect } from 'node:net';

import { HostGuard } from '../web/guards';
import { call, statusOfHosts, statusOfTarget } from './support/call';
import { endWeb, givenRunningWeb } from './support/givenWeb';

afterEach(endWeb);

describe('the web module refuses', () => {
  it('answers an unknown path with 404, and another method than GET or HEAD with 405', async () => {
    const { url } = await givenRunningWeb();

    expect(await call(`${url}/nothing`)).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
    expect(await call(`${url}/api/status/`)).toMatchObject({ status: 404 });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      const { status, headers, body } = await call(`${url}/api/status?x=1`, { method });
      expect({ method, status, allow: headers.allow }).toEqual({ method, status: 405, allow: 'GET, HEAD' });
      expect(body).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } });
    }
    expect(await call(`${url}/api/status`, { method: 'HEAD' })).toMatchObject({ status: 200, body: undefined });
  });

  it('answers a request with two Hosts with 400, also when both are its own', async () => {
    const { url } = await givenRunningWeb();

    for (const host of ['evil.example', 'localhost']) {
      expect(await statusOfHosts(url, 'localhost', host)).toBe(400);
      expect(await statusOfHosts(url, host, 'localhost')).toBe(400);
    }
    expect(await statusOfHosts(url, 'localhost')).toBe(200);
  });

  it.each([
    'http://evil.example/livez',
    'http://localhost/livez',
    'HTTP://evil.example/livez',
    'https://evil.example',
    'evil.example/livez',
    '?/livez',
  ])('answers a request for the target %s with 400, whatever its Host', async (target) => {
    const { url } = await givenRunningWeb();

    expect(await statusOfTarget(url, target, 'localhost')).toBe(400);
    expect(await statusOfTarget(url, '/livez?at=http://localhost/', 'localhost')).toBe(200);
  });

  it('does not read the body of what it refuses', async () => {
    const { url } = await givenRunningWeb();
    const body = 'x'.repeat(100_000);

    const { status, headers } = await call(`${url}/api/status`, { method: 'POST', body });

    expect(status).toBe(405);
    expect(headers.connection).toBe('close');
  });

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '127.999.0.1',
  ])('answers the foreign Host "%s" with 403 when it listens on loopback', async (host) => {
    const { url } = await givenRunningWeb();

    const answer = await call(`${url}/api/status`, { headers: { host } });

    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'FOREIGN_HOST' } } });
  });

  it.each([undefined, '', '[::1', '::1', 'localhost:', 'localhost:port', '@localhost'])(
    'answers the malformed Host %j with 403 when it listens on loopback',
    (host) => {
      expect(new HostGuard('127.0.0.1', []).allows(host)).toBe(false);
    },
  );

  it.each(['localhost', 'LOCALHOST:1234', '127.0.0.1', '127.8.8.8:80', '[::1]:9119'])(
    'answers the Host "%s" when it listens on loopback',
    async (host) => {
      const { url } = await givenRunningWeb();

      expect((await call(`${url}/livez`, { headers: { host } })).status).toBe(200);
    },
  );

  it('answers a Host of web.allowedHosts', async () => {
    const { url } = await givenRunningWeb({}, { allowedHosts: ['gateway.example'] });

    expect((await call(`${url}/livez`, { headers: { host: 'Gateway.example:443' } })).status).toBe(200);
    expect((await call(`${url}/livez`, { headers: { host: 'evil.example' } })).status).toBe(403);
  });

  it('answers every Host, and warns in the log, when it listens beyond loopback', async () => {
    const { app, url } = await givenRunningWeb({}, { host: '0.0.0.0' });

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect((await call(`${url}/livez`, { headers: { host: 'gateway.example' } })).status).toBe(200);
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('0.0.0.0') as string }),
    );
  });

  it('sends headers that keep browsers out, and no CORS permission', async () => {
    const { url } = await givenRunningWeb();
    const { headers } = await call(`${url}/api/status`, { headers: { origin: 'https://evil.example' } });

    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('what is no proper request', () => {
  const raw = async (url: string, text: string): Promise<string> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(text);
    await closed;
    return Buffer.concat(chunks).toString();
  };

  it.each([
    ['a path that cannot be decoded', 'GET /api/% HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'BAD_REQUEST'],
    ['no HTTP', 'HELO mail.example\r\n\r\n', 400, 'BAD_REQUEST'],
    ['too large a head', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431, 'BAD_REQUEST'],
    ['an odd Expect', 'GET /livez HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\n\r\n', 417, 'EXPECTATION_UNKNOWN'],
    ['no Host', 'GET /livez HTTP/1.1\r\n\r\n', 403, 'FOREIGN_HOST'],
    [
      'two lengths',
      'POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
      400,
      'BAD_REQUEST',
    ],
  ])('is answered in the shape of every failure: %s', async (_case, text, status, code) => {
    const { url } = await givenRunningWeb();

    const answer = await raw(url, text);

    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(body)).toEqual({ error: { code, message: expect.any(String) as string } });
    expect((await call(`${url}/livez`)).status).toBe(200);
  });
});
