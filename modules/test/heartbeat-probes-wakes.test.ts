import { ProbeFindings } from '@daemonry/modules/heartbeat_probes';
import { StateDatabase } from 'daemonry';
import { webModule } from '@daemonry/modules/web';

import { call } from './support/call';
import { urlOf } from './support/givenData';
import { givenClosedPort, givenHttpServer } from './support/givenHttpServer';
import { endProbes, givenProbes } from './support/givenProbes';
import { givenReplies, json } from './support/givenReplies';
import { auditDetails, readAudit } from './support/readAudit';

const REQUESTED = 'probe.wake_requested';

afterEach(endProbes);

const answering = (status: number) =>
  givenHttpServer((_request, response) => {
    setTimeout(() => response.writeHead(status).end(), 5);
  });

describe('what the probes ask to have looked into', () => {
  it('is each endpoint that is unhealthy, as critical, and each that is degraded, as a warning', async () => {
    const port = await givenClosedPort();
    const { url } = await answering(200);
    const { app, folder } = await givenProbes([
      { name: 'gone', url: `http://127.0.0.1:${port}` },
      { name: 'slow', url, degradedAboveMs: 1 },
      { name: 'unknown', url: 'http://billing.invalid' },
    ]);

    await app.tick('heartbeat_probes');

    expect(await auditDetails(folder, REQUESTED)).toEqual([
      {
        probe: 'gone',
        category: 'unreachable',
        severity: 'critical',
        summary: expect.stringMatching(/^gone is unhealthy: .*ECONNREFUSED/) as string,
        envelopeEnabled: false,
      },
      {
        probe: 'slow',
        category: 'slow',
        severity: 'warning',
        summary: expect.stringMatching(/^slow is degraded: Answered after \d+ ms/) as string,
        envelopeEnabled: false,
      },
    ]);
  });

  it('is asked for again in each round, while it lasts', async () => {
    const { url } = await answering(500);
    const { app, folder } = await givenProbes([{ name: 'billing', url }]);

    await app.clock.advance('10m');

    const rows = await readAudit(folder, REQUESTED);
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map(({ sequence }) => sequence)).size).toBe(3);
    expect(rows).toMatchObject([{ source: 'heartbeat_probes' }, {}, {}]);
  });

  it('is never critical about Sentry', async () => {
    const { url } = await givenReplies(() => json({}, 500));
    const sentry = { baseUrl: url, token: 'tok', organization: 'acme' };
    const { app, folder } = await givenProbes([], { settings: { sentry } });

    await app.tick('heartbeat_probes');

    expect(await auditDetails(folder, REQUESTED)).toMatchObject([
      { probe: 'sentry', category: 'unexpected_answer', severity: 'warning' },
    ]);
  });

  it.each([true, false])('says of Fly alone which fix there is, and whether it is allowed: %s', async (allowed) => {
    const { url } = await givenReplies(() => json([{ id: 'm1', state: 'stopped' }]));
    const fly = { baseUrl: url, token: 'tok', apps: ['shop'], restartAllowed: allowed };
    const { app, folder } = await givenProbes([], { settings: { fly } });

    await app.tick('heartbeat_probes');

    expect(await auditDetails(folder, REQUESTED)).toMatchObject([
      {
        probe: 'fly',
        category: 'single_machine_not_started',
        severity: 'warning',
        envelopeEnabled: allowed,
        envelopeFixName: 'restart_unhealthy_machine',
      },
    ]);
  });

  it('cannot be asked for when the audit log cannot be written: the run fails, and the findings are held', async () => {
    const { url } = await answering(500);
    const { app, found } = await givenProbes([{ name: 'billing', url }]);
    await app.container.get(StateDatabase).run('PRAGMA query_only = ON');

    const run = await app.tick('heartbeat_probes');

    expect(run).toMatchObject({ outcome: 'failed', error: { code: 'STATE_WRITE_FAILED' } });
    expect(found()).toMatchObject([{ name: 'billing', status: 'unhealthy' }]);
  });
});

describe('the findings of the probes', () => {
  it('are the same to whoever injects them, and on the web server', async () => {
    const { url } = await answering(200);
    const { app, probes } = await givenProbes([{ name: 'billing', url }], { modules: [webModule()] });

    await app.tick('heartbeat_probes');

    const findings = probes.current();
    expect(findings.map(({ name }) => name)).toContain('billing');
    expect(app.container.get(ProbeFindings).current()).toEqual(findings);
    expect(await call(`${urlOf(app)}/api/probes`)).toMatchObject({ status: 200, body: { findings } });
  });
});
