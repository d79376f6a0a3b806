import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';

import { BackgroundDaemon } from 'daemonry';
import { Gauge, Registry } from 'prom-client';

import { call, statusOfHosts, statusOfTarget } from './support/call';
import { endData, givenFolder } from './support/givenData';
import { endMetrics, givenMetrics } from './support/givenMetrics';

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const TOKEN = 'a-token-of-a-scrape';

/** Sent by Prometheus 2.42. */
const ACCEPT_OF_PROMETHEUS =
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

interface Scrape {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const scrape = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Scrape> =>
  new Promise((resolve, reject) => {
    request(url, { agent: false, headers, method }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
      );
    })
      .on('error', reject)
      .end();
  });

afterEach(async () => {
  await endMetrics();
  await endData();
});

describe('GET /metrics on web', () => {
  it('answers in the format of Prometheus, unless OpenMetrics is asked for', async () => {
    const { url } = await givenMetrics();
    expect(await scrape(url)).toMatchObject({ status: 200, type: PROMETHEUS });
    expect(await scrape(url, { accept: 'text/html,*/*;q=0.8' })).toMatchObject({ type: PROMETHEUS });
    expect(await scrape(url, { accept: 'application/openmetrics-text;q=0' })).toMatchObject({ type: PROMETHEUS });
    expect(await scrape(url, { accept: 'application/openmetrics-text;q=0.1, text/plain;q=0.9' })).toMatchObject({
      type: PROMETHEUS,
    });
    for (const accept of [ACCEPT_OF_PROMETHEUS, 'application/openmetrics-text']) {
      const { status, type, text } = await scrape(url, { accept });
      expect([status, type]).toEqual([200, OPEN_METRICS]);
      expect(text).toMatch(/^# TYPE daemonry_runs counter$/m);
      expect(text).toMatch(/^daemonry_runs_total\{/m);
      expect(text.endsWith('# EOF\n')).toBe(true);
    }
  });

  it('answers HEAD without a body', async () => {
    const { url } = await givenMetrics();
    expect(await scrape(url, {}, 'HEAD')).toMatchObject({ status: 200, type: PROMETHEUS, text: '' });
  });

  it('asks for a token where operators are named, as other routes do; a file may hold it', async () => {
    const tokenFile = join(await givenFolder(), '..', 'token');
    writeFileSync(tokenFile, `${TOKEN}\n`);
    const { url } = await givenMetrics({
      web: { port: 0, operators: [{ name: 'prometheus', kind: 'automation', tokenFile, may: ['read'] }] },
    });
    expect((await scrape(url)).status).toBe(401);
    expect((await scrape(url, { authorization: 'Bearer wrong-token-of-a-scrape' })).status).toBe(401);
    expect((await scrape(url, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });

  it('says that the daemon does not run, and why is in its status', async () => {
    const registry = new Registry();
    new Gauge({ name: 'daemonry_run_duration_seconds', help: 'Mine.', registers: [registry] });
    const { url } = await givenMetrics({ options: { registry } });
    expect(await call(url)).toMatchObject({ status: 503, body: { error: { code: 'METRICS_UNAVAILABLE' } } });
  });

  it('reads the status of the application once for all metrics', async () => {
    const { app, url } = await givenMetrics();
    const status = jest.spyOn(app, 'status');
    await scrape(url);
    await scrape(url, { accept: ACCEPT_OF_PROMETHEUS });
    expect(status).toHaveBeenCalledTimes(2);
  });

  it('answers many scrapes at once', async () => {
    const { url } = await givenMetrics();
    const accepts = ['text/plain', ACCEPT_OF_PROMETHEUS];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => scrape(url, { accept: accepts[at % 2] ?? '' })),
    );
    expect(answers.map(({ type }) => type)).toEqual(
      Array.from({ length: 20 }, (_, at) => [PROMETHEUS, OPEN_METRICS][at % 2]),
    );
  });
});

describe('a port of its own', () => {
  const port = { metrics: { port: 0 } };

  it('serves the metrics and nothing else; web no longer does', async () => {
    const { app, daemon, url } = await givenMetrics(port);
    expect(url).toBe(daemon.url);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(await scrape(`${url}?x=1`)).toMatchObject({ status: 200, type: PROMETHEUS });
    expect(await scrape(url, { accept: ACCEPT_OF_PROMETHEUS })).toMatchObject({ type: OPEN_METRICS });
    expect(await scrape(url, {}, 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect((await scrape(url.replace('/metrics', '/api/status'))).status).toBe(404);
    expect((await scrape(url, {}, 'POST')).status).toBe(405);
    const web = app.listeners.resolve<{ address: { url: string } }>('web').address.url;
    expect((await scrape(`${web}/metrics`)).status).toBe(404);
  });

  it('needs no web', async () => {
    const { url } = await givenMetrics({ ...port, web: false });
    expect((await scrape(url)).status).toBe(200);
  });

  it('is closed by the stop, also while a reader keeps its connection', async () => {
    const { app, url } = await givenMetrics({ ...port, web: false });
    const { agent } = await keptAlive(url);
    expect(await app.stop()).toMatchObject({ code: 0 });
    await expect(scrape(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });

  it('asks for its token when one is set', async () => {
    const { url } = await givenMetrics({ metrics: { port: 0, token: TOKEN }, web: false });
    expect((await scrape(url)).status).toBe(401);
    expect((await scrape(url, { authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
    expect((await scrape(url, { authorization: `bearer ${TOKEN}` })).status).toBe(200);
  });

  it('answers only under the names of loopback', async () => {
    const { url } = await givenMetrics({ ...port, web: false });
    expect((await scrape(url, { host: 'evil.example' })).status).toBe(403);
    expect(await statusOfHosts(url, 'localhost', 'localhost')).toBe(403);
    expect(await statusOfTarget(url, 'http://evil.example/metrics', 'localhost')).toBe(403);
    expect((await scrape(url, { host: 'localhost' })).status).toBe(200);
  });

  it('warns when others can read it and no token is set', async () => {
    const { app } = await givenMetrics({ metrics: { port: 0, host: '0.0.0.0' }, web: false });
    expect(app.logs.map(({ message }) => message)).toContainEqual(expect.stringContaining('set metrics.token'));
  });

  it('that is taken fails the daemon alone, with the settings to change', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port: taken } = other.address() as { port: number };
    const { app } = await givenMetrics({ metrics: { port: taken }, web: false });
    expect(app.status()).toMatchObject({ state: 'degraded' });
    expect(app.status().listeners.find(({ name }) => name === 'metrics')).toMatchObject({
      state: 'startup_failed',
      error: { code: 'METRICS_ADDRESS_UNUSABLE' },
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it('logs a metric that cannot be read, and answers 500 without its reason', async () => {
    const registry = new Registry();
    new Gauge({
      name: 'mine',
      help: 'Mine.',
      registers: [registry],
      collect() {
        throw new Error('password 123');
      },
    });
    const { app, url } = await givenMetrics({ ...port, web: false, options: { registry } });
    const { status, text } = await scrape(url);
    expect(status).toBe(500);
    expect(text).not.toContain('password');
    expect(app.logs.map(({ message }) => message)).toContain('The metrics could not be written');
  });

  it('is refused by the plan when it is no port, with every problem', async () => {
    await expect(givenMetrics({ metrics: { port: 70_000, host: 'a b', token: 'short' } })).rejects.toMatchObject({
      problems: [{ code: 'CONFIG_INVALID_VALUE' }, { code: 'CONFIG_INVALID_VALUE' }, { code: 'CONFIG_INVALID_VALUE' }],
    });
  });
});

describe('an application that nobody can scrape', () => {
  it('says so', async () => {
    const { app } = await givenMetrics({ web: false });
    expect(app.logs.map(({ message }) => message)).toContain(
      'Nothing serves the metrics: load webModule(), or set metrics.port.',
    );
  });

  it('says nothing where a registry was given, which has other readers', async () => {
    const { app } = await givenMetrics({ web: false, options: { registry: new Registry() } });
    expect(app.logs.map(({ message }) => message).join()).not.toContain('Nothing serves');
  });
});

describe('1,000 listeners', () => {
  it('are scraped as one is', async () => {
    const listeners = Array.from({ length: 1_000 }, (_, at) => {
      class Many {
        tick(): void {}
      }
      BackgroundDaemon({ name: `many_${at}`, interval: '1h' })(Many);
      return Many;
    });
    const { url } = await givenMetrics({ listeners });
    const { status, text } = await scrape(url);
    expect(status).toBe(200);
    expect(text.match(/^daemonry_listener_state\{.*state="running"\} 1$/gm)).toHaveLength(1_002);
  });
});

async function keptAlive(url: string) {
  const { Agent } = await import('node:http');
  const agent = new Agent({ keepAlive: true });
  await new Promise<void>((resolve, reject) => {
    request(url, { agent }, (response) => response.resume().on('end', () => resolve()))
      .on('error', reject)
      .end();
  });
  return { agent };
}
