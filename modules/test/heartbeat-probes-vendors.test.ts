import { PlanError } from 'daemonry';

import { givenClosedPort } from './support/givenHttpServer';
import { endProbes, givenProbes } from './support/givenProbes';
import { givenReplies, json, type Reply, silence } from './support/givenReplies';
import { auditDetails } from './support/readAudit';

const TOKEN = 'tok-swordfish-1';
const NOW = Date.parse('2030-01-01T00:00:00Z');
const HOUR = 3_600_000;

jest.setTimeout(30_000);

afterEach(endProbes);

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A running application that probes one vendor, whose API answers as `replyTo` says. */
async function givenVendor(vendor: string, settings: Record<string, unknown>, replyTo: (path: string) => Reply) {
  const { url, calls } = await givenReplies(({ path }) => replyTo(path));
  const address = vendor === 'supabase' ? { url } : { baseUrl: url };
  return { url, calls, ...(await givenProbes([], { settings: { [vendor]: { ...address, ...settings } } })) };
}

/** The findings of one round about it. */
async function findingsOf(...given: Parameters<typeof givenVendor>) {
  const { app, found, ...rest } = await givenVendor(...given);
  expect(await app.tick('heartbeat_probes')).toMatchObject({ outcome: 'succeeded' });
  return { ...rest, app, findings: found() };
}

/** Settings to probe each vendor, and an answer that makes it healthy. */
const VENDORS: readonly [string, Record<string, unknown>, Reply][] = [
  ['vercel', { token: TOKEN }, json({ deployments: [] })],
  ['sentry', { token: TOKEN, organization: 'acme' }, json([])],
  ['doppler', { token: TOKEN }, json({ workplace: {} })],
  ['supabase', { anonKey: TOKEN }, (response) => void response.writeHead(200).end()],
  ['fly', { token: TOKEN, apps: ['shop'] }, json([{ id: 'm1', state: 'started' }])],
];

describe('the vendor probes', () => {
  describe('without settings', () => {
    it('leave one finding a vendor that says so, and no traffic, no warning and no request to investigate', async () => {
      const { app, folder, probes } = await givenProbes([]);

      await app.tick('heartbeat_probes');

      expect(probes.current().map(({ name, status }) => [name, status])).toEqual(
        ['vercel', 'sentry', 'doppler', 'supabase', 'fly'].map((name) => [name, 'not_configured']),
      );
      expect(probes.current()[1]).toMatchObject({
        error: 'Not set: heartbeat_probes.sentry.token, heartbeat_probes.sentry.organization.',
      });
      expect(app.logs.filter(({ level }) => level === 'warn')).toEqual([]);
      expect(await auditDetails(folder, 'probe.wake_requested')).toEqual([]);
    });

    it.each([
      ['sentry', { token: TOKEN }, 'heartbeat_probes.sentry.organization'],
      ['supabase', { anonKey: TOKEN }, 'heartbeat_probes.supabase.url'],
      ['fly', { apps: ['shop'] }, 'heartbeat_probes.fly.token'],
    ])('%s with half of them is unknown, and the missing ones are named', async (vendor, settings, missing) => {
      const { app, found, folder } = await givenProbes([], { settings: { [vendor]: settings } });

      await app.tick('heartbeat_probes');

      expect(found()).toMatchObject([{ name: vendor, status: 'unknown', error: `Not set: ${missing}.` }]);
      expect(await auditDetails(folder, 'probe.wake_requested')).toEqual([]);
    });
  });

  describe.each(VENDORS)('%s', (vendor, settings, healthy) => {
    it('is healthy for a good answer to a request with the token', async () => {
      const { calls, findings, url } = await findingsOf(vendor, settings, () => healthy);

      expect(findings).toMatchObject([{ name: vendor, status: 'healthy', url }]);
      expect(findings[0]?.latencyMs).toBeGreaterThanOrEqual(0);
      expect(calls).toMatchObject([{ headers: { authorization: `Bearer ${TOKEN}` } }]);
    });

    it.each([401, 302, 503])('is unhealthy for the answer %i, with its text nowhere', async (status) => {
      const { app, findings } = await findingsOf(vendor, settings, () =>
        json({ said: TOKEN }, status, { location: '/x' }),
      );

      expect(findings).toMatchObject([{ name: vendor, status: 'unhealthy' }]);
      expect(findings[0]?.error).toContain(`Answered ${status} instead of 200`);
      expect(JSON.stringify([findings, app.logs])).not.toContain('swordfish');
    });

    it('is unknown when nobody listens, without the token in the reason', async () => {
      const port = await givenClosedPort();
      const address = `http://127.0.0.1:${port}`;
      const target = vendor === 'supabase' ? { url: address } : { baseUrl: address };
      const { app, found } = await givenProbes([], { settings: { [vendor]: { ...settings, ...target } } });

      await app.tick('heartbeat_probes');

      expect(found()).toMatchObject([{ status: 'unknown', error: expect.stringContaining('ECONNREFUSED') as string }]);
      expect(JSON.stringify([found(), app.logs, app.plan])).not.toContain('swordfish');
    });

    it('is unknown without an answer in ten seconds', async () => {
      const { app, found } = await givenVendor(vendor, settings, () => silence);

      const ticking = app.tick('heartbeat_probes');
      await app.clock.advance('10s');

      expect(await ticking).toMatchObject({ outcome: 'succeeded' });
      expect(found()).toMatchObject([{ status: 'unknown', error: 'No answer within 10s.' }]);
    });

    it('is given up when the application stops', async () => {
      const { app, calls } = await givenVendor(vendor, settings, () => silence);
      const ticking = app.tick('heartbeat_probes');
      while (calls.length === 0) await new Promise((resolve) => setImmediate(resolve));

      expect(await app.stop()).toMatchObject({ code: 0 });

      expect(await ticking).toMatchObject({ outcome: 'cancelled' });
    });
  });

  describe.each(VENDORS.filter(([vendor]) => vendor !== 'supabase' && vendor !== 'doppler'))(
    '%s is unknown for an answer',
    (vendor, settings) => {
      it.each([
        ['that is no JSON', (response) => void response.end('<html>swordfish')],
        ['of another form', json({ deployments: 'none' })],
        ['that is larger than 4 MiB', (response) => void response.end(`"${'x'.repeat(5 * 1024 * 1024)}"`)],
      ] satisfies [string, Reply][])('%s', async (_what, reply) => {
        const { findings } = await findingsOf(vendor, settings, () => reply);

        expect(findings).toMatchObject([{ status: 'unknown', error: expect.stringContaining('The answer') as string }]);
        expect(JSON.stringify(findings)).not.toContain('swordfish');
      });
    },
  );

  describe('vercel', () => {
    const deployment = (state: string, hoursAgo: number) => ({ uid: 'd', state, created: NOW - hoursAgo * HOUR });

    it('asks for the last hundred deployments, of the team when one is set', async () => {
      const { calls } = await findingsOf('vercel', { token: TOKEN, teamId: 'team_1' }, () => json({ deployments: [] }));

      expect(calls).toMatchObject([{ path: '/v6/deployments?limit=100&teamId=team_1' }]);
    });

    it.each([
      ['healthy', 1],
      ['degraded', 2],
    ])('is %s when %i of ten deployments of the last 24 hours failed', async (status, failed) => {
      const old = times(20, () => deployment('ERROR', 25));
      const recent = times(10, (index) => deployment(index < failed ? 'ERROR' : 'READY', 23));

      const { findings } = await findingsOf('vercel', { token: TOKEN }, () =>
        json({ deployments: [...recent, ...old] }),
      );

      expect(findings).toMatchObject([{ status, details: { deployments: 10, failed } }]);
    });
  });

  describe('sentry', () => {
    it.each([
      ['healthy', 10],
      ['degraded', 11],
    ])('is %s with %i unresolved issues', async (status, count) => {
      const issues = times(count, (id) => ({ id }));

      const { calls, findings } = await findingsOf('sentry', { token: TOKEN, organization: 'acme' }, () =>
        json(issues),
      );

      expect(findings).toMatchObject([{ status, details: { unresolved: count } }]);
      expect(calls[0]?.path).toMatch(/^\/api\/0\/organizations\/acme\/issues\/\?query=is%3Aunresolved&/);
    });
  });

  describe('supabase', () => {
    it('is asked by HEAD, with its key, and healthy without content', async () => {
      const { calls, findings } = await findingsOf('supabase', { anonKey: TOKEN }, () => (response) => {
        response.writeHead(204).end();
      });

      expect(findings).toMatchObject([{ status: 'healthy' }]);
      expect(calls).toMatchObject([{ path: '/rest/v1/', headers: { apikey: TOKEN } }]);
    });
  });

  describe('fly', () => {
    const fly = { token: TOKEN, apps: ['shop', 'mail'] };
    const started = json([{ id: 'm1', state: 'started' }]);
    const perApp =
      (shop: Reply, mail: Reply) =>
      (path: string): Reply =>
        path === '/v1/apps/shop/machines' ? shop : mail;

    it('is degraded when a machine is not started, and names it', async () => {
      const { findings } = await findingsOf('fly', fly, perApp(started, json([{ id: 'm2', state: 'stopped' }])));

      expect(findings).toMatchObject([
        {
          status: 'degraded',
          category: 'single_machine_not_started',
          details: { apps: 2, machines: 2, notStarted: 1 },
          error: 'mail: machine m2 is stopped',
        },
      ]);
    });

    it('tells one machine from several', async () => {
      const stopped = json([{ id: 'm2', state: 'stopped' }]);

      const { findings } = await findingsOf('fly', fly, () => stopped);

      expect(findings).toMatchObject([{ status: 'degraded', category: 'machines_not_started' }]);
    });

    it('is degraded when one of its apps does not answer as expected', async () => {
      const { findings } = await findingsOf('fly', fly, perApp(started, json({}, 404)));

      expect(findings).toMatchObject([
        { status: 'degraded', category: 'apps_unreachable', error: 'mail: Answered 404 instead of 200.' },
      ]);
    });

    it('is unhealthy when no app answers', async () => {
      const { findings } = await findingsOf('fly', fly, () => json({}, 401));

      expect(findings).toMatchObject([{ status: 'unhealthy', category: 'apps_unreachable' }]);
    });
  });

  describe('settings', () => {
    it.each([
      ['a token with a space', { vercel: { token: 'a b' } }, 'token'],
      ['an address in the clear', { sentry: { baseUrl: 'http://sentry.example' } }, 'baseUrl'],
      ['an app that is a path', { fly: { apps: ['../secrets'] } }, 'apps'],
      ['an organization that is a path', { sentry: { organization: 'a/../b' } }, 'organization'],
      ['an endpoint with the name of a vendor', { endpoints: [{ name: 'fly', url: 'http://127.0.0.1' }] }, 'name'],
    ])('refuse %s', async (_what, settings, path) => {
      const error = await givenProbes([], { settings }).catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(PlanError);
      expect(String(error)).toContain(path);
    });
  });
});
