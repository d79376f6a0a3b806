import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ApplicationStatus, RunRecord } from 'daemonry';

import { call } from '../../modules/test/support/call';
import { closeHttpServers, givenHttpServer } from '../../modules/test/support/givenHttpServer';
import { endGateways, type GivenGateway, givenGateway } from './support/givenGateway';

jest.setTimeout(60_000);

afterAll(async () => {
  await endGateways();
  await closeHttpServers();
});

const LISTENING = /^Listening on (http:\/\/127\.0\.0\.1:\d+)/;

const LOOPS = [
  'PHRASEBOOK',
  'SNAPSHOT_EXPAND',
  'ROUTER_TUNING',
  'TOOL_TRIMMING',
  'PROBE_FIX_ENVELOPES',
  'EMAIL_INTENT',
];

/** An operator's variables that make everything due soon: a test does not wait for a clock. */
const HASTE = {
  DAEMONRY__LISTENERS__SNAPSHOT__INTERVAL: '500ms',
  DAEMONRY__LISTENERS__HEARTBEAT_PROBES__INTERVAL: '500ms',
  DAEMONRY__LISTENERS__INVENTORY_IMPORT__INTERVAL: '100ms',
  ...Object.fromEntries(LOOPS.map((loop) => [`DAEMONRY__LISTENERS__PROMOTE_${loop}__INITIAL_DELAY`, '300ms'])),
};

interface RunningGateway {
  readonly gateway: GivenGateway;
  readonly url: string;
}

async function givenRunningGateway(env: Record<string, string> = {}): Promise<RunningGateway> {
  const gateway = await givenGateway(env);
  const { message } = await gateway.process.untilLog(LISTENING);
  await gateway.process.untilReady();
  return { gateway, url: LISTENING.exec(message)?.[1] ?? '' };
}

const runsOf = async (url: string, listener: string): Promise<RunRecord[]> =>
  (await call(`${url}/api/runs?listener=${listener}`)).body as RunRecord[];

describe('the reference application', () => {
  describe('while it runs', () => {
    let running: RunningGateway;
    beforeAll(async () => {
      running = await givenRunningGateway(HASTE);
    });

    it('boots, prints its plan, serves its health, ticks, and writes its snapshot', async () => {
      const { gateway, url } = running;

      expect(JSON.stringify(gateway.process.logs[0])).toContain('heartbeat_probes');
      expect(await call(`${url}/readyz`)).toMatchObject({ status: 200, body: { ready: true } });

      await gateway.process.until(async () =>
        (await runsOf(url, 'snapshot')).some(({ outcome }) => outcome === 'succeeded'),
      );
      const snapshot: unknown = JSON.parse(await readFile(join(gateway.folder, 'snapshot.json'), 'utf8'));
      expect(snapshot).toMatchObject({ schemaVersion: 1, application: { name: 'gateway' } });

      await gateway.process.until(async () =>
        (await runsOf(url, 'heartbeat_probes')).some(({ outcome }) => outcome === 'succeeded'),
      );
      expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
        /^daemonry_runs_total\{listener="snapshot",task="tick",outcome="succeeded",reason=""\} [1-9]/m,
      );
      const { listeners } = (await call(`${url}/api/status`)).body as ApplicationStatus;
      expect(listeners).toHaveLength(25);
      const disabled = listeners.filter(({ state }) => state === 'disabled');
      expect(disabled.map(({ name }) => name).sort()).toEqual([
        'alert_notifier',
        'cluster',
        'email_inbound_imap',
        'mcp',
        'mcp_consumption',
        'purelymail_client',
        'slack_client',
        'webhooks',
      ]);
      expect(listeners.filter(({ state }) => state !== 'disabled' && state !== 'running')).toEqual([]);
    });

    it('makes proposals from its sample log, and applies none', async () => {
      const { gateway, url } = running;

      const promotions = async () =>
        ((await call(`${url}/api/promotions`)).body as { promotions: { loop: string; state: string }[] }).promotions;
      await gateway.process.until(
        async () => new Set((await promotions()).map(({ loop }) => loop)).size === LOOPS.length,
      );

      expect(new Set((await promotions()).map(({ state }) => state))).toEqual(new Set(['pending']));
    });

    it('goes on while the import of the malformed stock list fails', async () => {
      const { gateway, url } = running;

      await gateway.process.until(async () => (await runsOf(url, 'inventory_import')).length >= 3);

      const runs = await runsOf(url, 'inventory_import');
      expect(runs[0]).toMatchObject({
        outcome: 'failed',
        error: { message: '1 of 2 lists rejected: returns.csv, line 3: "twelve" is not a quantity' },
      });
      expect((await call(`${url}/readyz`)).status).toBe(200);
    });
  });

  it('boots on one screen of 100 by 40, below the lines of npm, without colour in a pipe', async () => {
    const { process } = await givenGateway({ DAEMONRY__LOGGING__FORMAT: 'text' });
    await process.until(() => process.stdout.includes('The dashboard is at'));
    await process.stop();

    const boot = process.stdout.slice(0, process.stdout.indexOf('The dashboard is at'));
    // The variables of this test are told as well.
    const lines = boot.split('\n').filter((line) => !line.startsWith('  set by DAEMONRY__'));
    expect(lines.length).toBeLessThanOrEqual(36);
    // No terminal, no colour; and nothing is cut, as it is to the width of a terminal.
    expect(boot).not.toContain('\u001b');
  });

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('stops cleanly on %s', async (signal) => {
    const { gateway } = await givenRunningGateway();
    const since = Date.now();

    const { code, stderr, startOrder, stopOrder } = await gateway.process.stop(signal);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stopOrder).toEqual([...startOrder].reverse());
    expect(Date.now() - since).toBeLessThan(5_000);
  });

  it('does not start without its reasoning engine, and says which variable to set', async () => {
    const gateway = await givenGateway({ DAEMONRY__REASONING_ENGINE__PROVIDER: 'oracle' });

    const { code, stderr } = await gateway.process.exit;

    expect(code).toBe(1);
    expect(stderr).toContain('There is no reasoning provider named "oracle".');
    expect(stderr).toContain('DAEMONRY__REASONING_ENGINE__PROVIDER');
  });

  it('does not start on a port that is taken, and says which variable to set', async () => {
    const { port } = await givenHttpServer((_request, response) => response.end());

    const gateway = await givenGateway({ DAEMONRY__WEB__PORT: String(port) });

    const { code, stderr } = await gateway.process.exit;

    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(stderr).toContain('DAEMONRY__WEB__PORT');
  });

  it('does not even plan with a setting out of its limits: exit code 2', async () => {
    const gateway = await givenGateway({ DAEMONRY__WEB__PORT: '70000' });

    const { code, stderr } = await gateway.process.exit;

    expect(code).toBe(2);
    expect(stderr).toContain('web.port');
  });
});
