import { Agent } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

import { BackgroundDaemon, type HealthAnswer, type OnHealth, type OnStartup, type OnTick } from 'daemonry';
import { WebServer } from '@daemonry/modules/web';

import { call } from './support/call';
import { endWeb, givenRunningWeb, givenWeb } from './support/givenWeb';

@BackgroundDaemon({ name: 'order_sync', interval: '1m' })
class OrderSync implements OnTick {
  tick(): void {}
}

afterEach(endWeb);

describe('the web module', () => {
  it('listens on loopback once started, and not any more once stopped', async () => {
    const { app, url } = await givenRunningWeb();
    const server = app.listeners.resolve<WebServer>('web');

    expect(server.address).toMatchObject({ host: '127.0.0.1', url });
    expect((await call(`${url}/livez`)).status).toBe(200);

    await app.stop();
    expect(server.address).toBeUndefined();
    await expect(call(`${url}/livez`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((known) => known?.some(({ address }) => address === '::1'));
  (hasIpv6 ? it : it.skip)('listens on the loopback address of IPv6', async () => {
    const { url } = await givenRunningWeb({}, { host: '::1' });

    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await call(`${url}/livez`)).status).toBe(200);
  });

  it('is a listener without a daemon entry, so that its failed startup is fatal', async () => {
    const app = await givenWeb();

    expect(app.daemons.has('web')).toBe(false);
    expect(app.coordinator.isStartupFailureFatal('web')).toBe(true);
  });

  describe('its health endpoints', () => {
    it('answer 200 with their verdict while all is well', async () => {
      const { url } = await givenRunningWeb();

      expect(await call(`${url}/livez`)).toMatchObject({ status: 200, body: { live: true, causes: [] } });
      expect(await call(`${url}/readyz`)).toMatchObject({ status: 200, body: { ready: true, causes: [] } });
      expect(await call(`${url}/startupz`)).toMatchObject({ status: 200, body: { started: true } });
    });

    it('answer 503 on /startupz and /readyz, and 200 on /livez, until the boot is decided', async () => {
      const seen: Record<string, number> = {};

      @BackgroundDaemon({ name: 'slow_starter' })
      class SlowStarter implements OnStartup {
        constructor(private readonly web: WebServer) {}
        async startup(): Promise<void> {
          for (const path of ['livez', 'readyz', 'startupz']) {
            seen[path] = (await call(`${this.web.address?.url ?? ''}/${path}`)).status;
          }
        }
      }
      await givenRunningWeb({ listeners: [SlowStarter] });

      expect(seen).toEqual({ livez: 200, readyz: 503, startupz: 503 });
    });

    it('answer 503 on /readyz, with the cause, while a listener says that it is down', async () => {
      @BackgroundDaemon({ name: 'sick_daemon' })
      class SickDaemon implements OnHealth {
        health(): HealthAnswer {
          return { status: 'down', details: { queue: 'lost' } };
        }
      }
      const { url } = await givenRunningWeb({ listeners: [SickDaemon] });

      const { status, body } = await call(`${url}/readyz`);

      expect(status).toBe(503);
      expect(body).toMatchObject({ ready: false, causes: [expect.stringContaining('sick_daemon')] });
      expect((await call(`${url}/livez`)).status).toBe(200);
    });
  });

  describe('its read-only API', () => {
    it('shows status and plan as the application gives them', async () => {
      const { app, url } = await givenRunningWeb({ listeners: [OrderSync] });
      const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

      expect((await call(`${url}/api/status`)).body).toEqual(asJson(app.status()));
      expect((await call(`${url}/api/plan`)).body).toEqual(asJson(app.plan));
    });

    it('lists the runs of a listener, the newest `limit` of them, of one task', async () => {
      const { app, url } = await givenRunningWeb({ listeners: [OrderSync] });
      const first = await app.tick('order_sync');
      const second = await app.tick('order_sync');

      const all = await call(`${url}/api/runs?listener=order_sync`);
      const newest = await call(`${url}/api/runs?listener=order_sync&task=tick&limit=1`);

      expect(all.body).toMatchObject([{ runId: first.runId }, { runId: second.runId }]);
      expect(newest.body).toMatchObject([{ runId: second.runId }]);
    });

    it('answers a bad query with everything that is wrong with it', async () => {
      const { url } = await givenRunningWeb();

      const { status, body } = await call(`${url}/api/runs?task=a&task=b&limit=0&lmit=3`);

      expect(status).toBe(400);
      expect(body).toEqual({
        error: {
          code: 'BAD_QUERY',
          message: 'The query is not valid.',
          problems: [
            expect.stringContaining('"lmit" is not a parameter'),
            expect.stringContaining('"listener" is missing'),
            expect.stringContaining('"task" is given more than once'),
            expect.stringContaining('"limit" must be a whole number from 1 to 1000, not "0"'),
          ],
        },
      });
    });

    it.each(['1.5', '-1', '1e2', '1001', '0x10', 'many'])('refuses limit=%s', async (limit) => {
      const { url } = await givenRunningWeb();

      expect((await call(`${url}/api/runs?listener=web&limit=${limit}`)).status).toBe(400);
    });

    it('answers an unknown listener or task with 404 and the nearest known name', async () => {
      const { url } = await givenRunningWeb({ listeners: [OrderSync] });

      const listener = await call(`${url}/api/runs?listener=order_snyc`);
      const task = await call(`${url}/api/runs?listener=order_sync&task=tck`);

      expect(listener).toMatchObject({ status: 404, body: { error: { code: 'UNKNOWN_LISTENER' } } });
      expect(JSON.stringify(listener.body)).toContain('Did you mean \\"order_sync\\"?');
      expect(task).toMatchObject({ status: 404, body: { error: { code: 'UNKNOWN_TASK' } } });
    });
  });

  it('stops promptly although connections are kept open', async () => {
    const { app, url } = await givenRunningWeb();
    const agent = new Agent({ keepAlive: true });
    await call(`${url}/livez`, { agent });
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    const closed = new Promise((resolve) => silent.once('close', resolve));

    const report = await app.stop();

    expect(report).toMatchObject({ code: 0, listeners: [{ name: 'web', state: 'stopped' }] });
    await closed;
    agent.destroy();
  });
});
