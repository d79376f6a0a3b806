import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { BackgroundDaemon, type OnTick, type RunRecord } from 'daemonry';
import { adminModule } from '@daemonry/modules/admin';
import { createTestApplication } from 'daemonry/testing';

import { lanesOf } from '../admin/timeline';
import { call } from './support/call';
import { fetchText, givenAdmin } from './support/givenAdmin';
import { endData } from './support/givenData';
import { endWeb } from './support/givenWeb';

const APP = join(__dirname, '../admin/app');

@BackgroundDaemon({ name: 'order_sync', interval: '10s' })
class OrderSync implements OnTick {
  tick(): void {
    throw new Error('the shop is closed');
  }
}

@BackgroundDaemon({ name: 'nightly', cron: '0 3 * * *' })
class Nightly implements OnTick {
  tick(): void {}
}

const TOKEN = 'swordfish-0123456789';
const OPERATORS = [{ name: 'kim', kind: 'human', token: TOKEN, may: ['read'] }];

afterEach(async () => {
  await endWeb();
  await endData();
});

describe('the dashboard', () => {
  it('is served under /admin/ with a policy that allows no inline script and no markup made of texts', async () => {
    const { url } = await givenAdmin();

    const index = await fetchText(`${url}/admin/`);

    expect(index.status).toBe(200);
    expect(index.headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = index.headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(policy).not.toMatch(/unsafe|\*|http/);
    expect(index.text).not.toMatch(/<script(?![^>]*src=)|<style| style=| on[a-z]+=/);
    expect(await fetchText(`${url}/admin`)).toMatchObject({ status: 308, headers: { location: '/admin/' } });
  });

  it('serves its files as they are written, but for the names of packages', async () => {
    const { url } = await givenAdmin();
    const names = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(mjs|css)$/.test(name));

    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      const { status, headers, text } = await fetchText(`${url}/admin/app/${name}`);
      expect({ name, status }).toEqual({ name, status: 200 });
      expect(headers['content-type']).toMatch(name.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
      expect(text).not.toMatch(/^(import|export) .* from '(?!\.)/m);
    }
    for (const name of ['preact.mjs', 'hooks.mjs', 'htm.mjs', 'uplot.mjs', 'uplot.css']) {
      expect((await fetchText(`${url}/admin/lib/${name}`)).status).toBe(200);
    }
    expect((await fetchText(`${url}/admin/lib/hooks.mjs`)).text).toContain('from"./preact.mjs"');
  });

  it('tells a browser that has a file already so', async () => {
    const { url } = await givenAdmin();
    const first = await fetchText(`${url}/admin/app/style.css`);

    const again = await fetchText(`${url}/admin/app/style.css`, {
      headers: { 'if-none-match': first.headers['etag'] ?? '' },
    });

    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it.each([
    '/admin/app/tsconfig.json',
    '/admin/app/../module.ts',
    '/admin/app/%2e%2e/module.ts',
    '/admin/app/nothing.mjs',
  ])('serves nothing else: %s', async (path) => {
    const { url } = await givenAdmin();

    expect((await call(`${url}${path}`)).status).toBe(404);
  });

  it('shows its pages to everybody, and nothing that it knows, where operators are named', async () => {
    const { url } = await givenAdmin({ listeners: [OrderSync] }, { operators: OPERATORS });
    const span = 'from=2030-01-01&to=2030-01-02';

    expect((await fetchText(`${url}/admin/`)).status).toBe(200);
    for (const path of ['about', `timeline?${span}`, 'due?listener=order_sync', 'operation', 'boot', 'last-run']) {
      expect((await call(`${url}/admin/api/${path}`)).status).toBe(401);
      const headers = { authorization: `Bearer ${TOKEN}` };
      expect((await call(`${url}/admin/api/${path}`, { headers })).status).toBe(200);
    }
  });

  it('logs its address when the boot is decided', async () => {
    const { app, url } = await givenAdmin();

    expect(app.logs.at(-1)).toMatchObject({ listener: 'admin', message: `The dashboard is at ${url}/admin/` });
  });

  it('is disabled, with what to do, where there is no web server', async () => {
    const app = await createTestApplication({ modules: [adminModule()] });
    await app.start();

    expect(app.status().listeners).toMatchObject([
      { name: 'admin', state: 'disabled', disabledReason: expect.stringContaining('list webModule()') as string },
    ]);
    await app.stop();
  });

  it('says which label it has, and what is kept', async () => {
    const { url } = await givenAdmin({ config: { values: { web: { port: 0 }, admin: { label: 'Frankfurt' } } } });

    expect(await call(`${url}/admin/api/about`)).toMatchObject({
      status: 200,
      body: { label: 'Frankfurt', keeps: { history: false, audit: false }, now: expect.any(String) as string },
    });
  });
});

describe('the timeline of the dashboard', () => {
  it('has a lane for each listener that ran, with a bar for each run', async () => {
    const { app, url } = await givenAdmin({ listeners: [OrderSync, Nightly], now: '2030-01-31T08:00:00Z' });
    await app.clock.advance('25s');

    const { body } = await call(`${url}/admin/api/timeline?from=2030-01-31T08:00:00Z&to=2030-01-31T08:01:00Z`);

    expect(body).toEqual({
      from: '2030-01-31T08:00:00.000Z',
      to: '2030-01-31T08:01:00.000Z',
      partial: false,
      lanes: [
        {
          listener: 'order_sync',
          bars: [
            [10_000, 10_000, 'failed', 1],
            [20_000, 20_000, 'failed', 1],
          ],
        },
      ],
    });
  });

  it.each([
    ['', ['"from" is missing', '"to" is missing']],
    ['?from=2030-01-02&to=2030-01-01', ['"to" must be up to 31 days after "from".']],
    ['?from=2030-01-01&to=2031-01-01', ['"to" must be up to 31 days after "from".']],
    ['?from=2030-01-01&to=2030-01-02&lane=1', ['"lane" is not a parameter']],
  ])('refuses %s with everything that is wrong', async (query, problems) => {
    const { url } = await givenAdmin();

    expect(await call(`${url}/admin/api/timeline${query}`)).toMatchObject({
      status: 400,
      body: { error: { problems: problems.map((problem) => expect.stringContaining(problem) as string) } },
    });
  });

  const run = (from: number, to: number, more: Partial<RunRecord> = {}): RunRecord => ({
    runId: `${from}`,
    tickId: '',
    listener: 'order_sync',
    task: 'tick',
    trigger: 'schedule',
    scheduledAt: new Date(from).toISOString(),
    startedAt: new Date(from).toISOString(),
    finishedAt: new Date(to).toISOString(),
    outcome: 'succeeded',
    ...more,
  });
  const SPAN = { from: 0, to: 600_000 };

  it('draws runs that are close as one, but never a failure with a success', () => {
    const busy = Array.from({ length: 500 }, (_, index) => run(index * 100, index * 100 + 50));
    const failed = run(20_000, 20_010, { runId: 'x', outcome: 'failed' });

    expect(lanesOf([failed, ...busy], SPAN)).toEqual([
      {
        listener: 'order_sync',
        bars: [
          [0, 49_950, 'succeeded', 500],
          [20_000, 20_010, 'failed', 1],
        ],
      },
    ]);
  });

  it('shows what was skipped, missed, or is in flight, and cuts what is outside', () => {
    const at = (ms: number): string => new Date(ms).toISOString();
    const waiting = { startedAt: undefined, finishedAt: undefined } as unknown as Partial<RunRecord>;
    const records = [
      run(-50_000, 30_000),
      run(100_000, 0, { ...waiting, outcome: 'skipped', reason: 'paused' }),
      run(200_000, 0, {
        ...waiting,
        outcome: 'skipped',
        reason: 'missed',
        missed: { from: at(200_000), to: at(260_000), count: 7 },
      }),
      run(500_000, 0, { finishedAt: undefined, outcome: undefined }),
      run(700_000, 710_000),
    ];

    expect(lanesOf(records, SPAN)[0]?.bars).toEqual([
      [0, 30_000, 'succeeded', 1],
      [100_000, 100_000, 'skipped', 1],
      [200_000, 260_000, 'missed', 7],
      [500_000, 600_000, 'running', 1],
    ]);
  });
});

describe('the due moments of the dashboard', () => {
  it('are the next ten of each task', async () => {
    const { app, url } = await givenAdmin({ listeners: [OrderSync, Nightly], now: '2030-01-31T08:00:00Z' });
    await app.clock.advance('1s');

    const cron = (await call(`${url}/admin/api/due?listener=nightly`)).body as { task: string; due: string[] }[];
    const interval = (await call(`${url}/admin/api/due?listener=order_sync`)).body as { due: string[] }[];

    expect(cron[0]?.due).toHaveLength(10);
    expect(cron[0]?.due.slice(0, 2)).toEqual(['2030-02-01T03:00:00.000Z', '2030-02-02T03:00:00.000Z']);
    expect(interval[0]?.due.at(-1)).toBe('2030-01-31T08:01:40.000Z');
  });

  it('are those of a listener that there is', async () => {
    const { url } = await givenAdmin();

    expect(await call(`${url}/admin/api/due?listener=order_sync`)).toMatchObject({ status: 404 });
    expect(await call(`${url}/admin/api/due`)).toMatchObject({ status: 400 });
  });
});
