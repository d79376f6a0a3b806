import type { IncomingMessage, ServerResponse } from 'node:http';

import { BackgroundDaemon, type OnHealth } from 'daemonry';
import { type WebServer, webModule } from '@daemonry/modules/web';

import { givenClosedPort, givenHttpServer } from './support/givenHttpServer';
import { endProbes, givenProbes } from './support/givenProbes';

const answering =
  (status: number, body = '') =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status).end(body);
  };

afterEach(endProbes);

describe('heartbeat probes', () => {
  it('probe as soon as the boot is decided, and every five minutes after that', async () => {
    const { url, requests } = await givenHttpServer(answering(200));
    const { app } = await givenProbes([{ name: 'billing', url }]);
    expect(requests).toHaveLength(0);

    await app.clock.advance(0);
    expect(requests).toHaveLength(1);

    await app.clock.advance('10m');
    expect(requests).toHaveLength(3);
  });

  it('are not fatal for the application', async () => {
    const { app } = await givenProbes([]);

    expect(app.coordinator.isStartupFailureFatal('heartbeat_probes')).toBe(false);
  });

  describe('what they find', () => {
    it('is healthy, with the measured latency, for an answer from 200 to 299', async () => {
      const { url } = await givenHttpServer((_request, response) => {
        setTimeout(() => response.writeHead(204).end(), 30);
      });
      const { app, found } = await givenProbes([{ name: 'billing', url }]);

      expect(await app.tick('heartbeat_probes')).toMatchObject({ outcome: 'succeeded' });

      const [finding] = found();
      expect(finding).toEqual({
        name: 'billing',
        status: 'healthy',
        url: `${url}/`,
        httpStatus: 204,
        latencyMs: expect.any(Number) as number,
        checkedAt: new Date(app.clock.now()).toISOString(),
      });
      expect(finding?.latencyMs).toBeGreaterThanOrEqual(25);
    });

    it.each([404, 500, 302])('is unhealthy for the answer %i, and the tick succeeds', async (status) => {
      const { url, requests } = await givenHttpServer((_request, response) => {
        response.writeHead(status, { location: '/elsewhere' }).end();
      });
      const { app, found } = await givenProbes([{ name: 'billing', url }]);

      expect(await app.tick('heartbeat_probes')).toMatchObject({ outcome: 'succeeded' });

      expect(found()).toMatchObject([
        { status: 'unhealthy', httpStatus: status, error: `Answered ${status} instead of 200 to 299.` },
      ]);
      expect(requests).toHaveLength(1);
    });

    it('is healthy for exactly the expected status, where one is set', async () => {
      const { url } = await givenHttpServer((request, response) => {
        response.writeHead(request.url === '/teapot' ? 418 : 200).end();
      });
      const { app, found } = await givenProbes([
        { name: 'teapot', url: `${url}/teapot`, expectStatus: 418 },
        { name: 'kettle', url: `${url}/kettle`, expectStatus: 418 },
      ]);

      await app.tick('heartbeat_probes');

      expect(found()).toMatchObject([
        { name: 'teapot', status: 'healthy' },
        { name: 'kettle', status: 'unhealthy', error: 'Answered 200 instead of 418.' },
      ]);
    });

    it('is degraded for a healthy answer that took too long', async () => {
      const { url } = await givenHttpServer((_request, response) => {
        setTimeout(() => response.end(), 40);
      });
      const { app, found } = await givenProbes([{ name: 'billing', url, degradedAboveMs: 10 }]);

      await app.tick('heartbeat_probes');

      expect(found()).toMatchObject([{ status: 'degraded', httpStatus: 200 }]);
    });

    it('is unhealthy when the connection is refused', async () => {
      const port = await givenClosedPort();
      const { app, found } = await givenProbes([{ name: 'billing', url: `http://127.0.0.1:${port}` }]);

      expect(await app.tick('heartbeat_probes')).toMatchObject({ outcome: 'succeeded' });

      expect(found()).toMatchObject([
        { status: 'unhealthy', error: expect.stringContaining('ECONNREFUSED') as string },
      ]);
    });

    it('is unknown when the name cannot be resolved', async () => {
      const { app, found } = await givenProbes([{ name: 'billing', url: 'http://billing.invalid' }]);

      await app.tick('heartbeat_probes');

      expect(found()).toMatchObject([{ status: 'unknown' }]);
    });

    it('is unknown without an answer in time, while the others are found', async () => {
      const hanging = await givenHttpServer(() => {});
      const { url } = await givenHttpServer(answering(200));
      const { app, found } = await givenProbes([
        { name: 'hanging', url: hanging.url },
        { name: 'billing', url },
      ]);

      const ticking = app.tick('heartbeat_probes');
      await app.clock.advance('10s');

      expect(await ticking).toMatchObject({ outcome: 'succeeded' });
      expect(found()).toMatchObject([
        { name: 'hanging', status: 'unknown', error: 'No answer within 10s.' },
        { name: 'billing', status: 'healthy' },
      ]);
    });

    it('is held until the next round is complete, and handed out as a copy', async () => {
      const { url } = await givenHttpServer(answering(200));
      const { app, found } = await givenProbes([{ name: 'billing', url }]);
      expect(found()).toEqual([]);
      await app.tick('heartbeat_probes');

      Object.assign(found()[0] ?? {}, { status: 'tampered' });

      expect(found()).toMatchObject([{ status: 'healthy' }]);
    });

    it('is forgotten when the daemon stops', async () => {
      const { url } = await givenHttpServer(answering(200));
      const { app, found } = await givenProbes([{ name: 'billing', url }]);
      await app.tick('heartbeat_probes');

      await app.stop();

      expect(found()).toEqual([]);
    });
  });

  it('send the method and the headers that are configured', async () => {
    const { url, requests } = await givenHttpServer(answering(200));
    const { app } = await givenProbes([
      { name: 'billing', url: `${url}/up?deep=1`, method: 'HEAD', headers: { 'x-api-key': 'k1' } },
    ]);

    await app.tick('heartbeat_probes');

    expect(requests[0]).toMatchObject({ method: 'HEAD', url: '/up?deep=1', headers: { 'x-api-key': 'k1' } });
  });

  it('do not read a body, and release its connection', async () => {
    let ended: Promise<unknown> = Promise.reject(new Error('no request'));
    ended.catch(() => undefined);
    const { url } = await givenHttpServer((_request, response) => {
      ended = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(200);
      const pour = (): void => {
        if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(pour));
      };
      pour();
    });
    const { app, found } = await givenProbes([{ name: 'endless', url }]);

    await app.tick('heartbeat_probes');

    expect(found()).toMatchObject([{ status: 'healthy' }]);
    await ended;
  });

  it('run at most `concurrency` at the same time, and keep the order of the endpoints', async () => {
    let inFlight = 0;
    let most = 0;
    const { url } = await givenHttpServer((_request, response) => {
      most = Math.max(most, ++inFlight);
      setTimeout(() => {
        inFlight--;
        response.end();
      }, 15);
    });
    const names = Array.from({ length: 7 }, (_, index) => `endpoint-${index}`);
    const { app, found } = await givenProbes(
      names.map((name) => ({ name, url })),
      { settings: { concurrency: 3 } },
    );

    await app.tick('heartbeat_probes');

    expect(most).toBe(3);
    expect(found().map(({ name }) => name)).toEqual(names);
  });

  it('give up when the application stops, and hold no finding of the cancelled round', async () => {
    const { url, requests } = await givenHttpServer(() => {});
    const { app } = await givenProbes([{ name: 'hanging', url }]);
    const ticking = app.tick('heartbeat_probes');
    while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve));

    const report = await app.stop();

    expect(report.code).toBe(0);
    expect(await ticking).toMatchObject({ outcome: 'cancelled' });
  });

  describe("the application's own readiness", () => {
    it('is probed as `web`, at whatever port the web server has got', async () => {
      const { app, found } = await givenProbes([], { modules: [webModule()] });
      const { url } = app.listeners.resolve<WebServer>('web').address ?? {};

      await app.tick('heartbeat_probes');

      expect(found()).toMatchObject([{ name: 'web', status: 'healthy', url: `${url ?? ''}/readyz` }]);
    });

    it('is unhealthy while the application is not ready', async () => {
      @BackgroundDaemon({ name: 'sick_daemon' })
      class SickDaemon implements OnHealth {
        health(): 'down' {
          return 'down';
        }
      }
      const { app, found } = await givenProbes([], { modules: [webModule()], listeners: [SickDaemon] });

      await app.tick('heartbeat_probes');

      expect(found()).toMatchObject([{ name: 'web', status: 'unhealthy', httpStatus: 503 }]);
    });

    it('is left out without the web module, and when probeSelf is off', async () => {
      const alone = await givenProbes([]);
      const off = await givenProbes([], { modules: [webModule()], settings: { probeSelf: false } });

      await alone.app.tick('heartbeat_probes');
      await off.app.tick('heartbeat_probes');

      expect(alone.found()).toEqual([]);
      expect(off.found()).toEqual([]);
    });

    it('gives way to an endpoint that is named `web`', async () => {
      const { url } = await givenHttpServer(answering(200));
      const { app, found } = await givenProbes([{ name: 'web', url }], { modules: [webModule()] });

      await app.tick('heartbeat_probes');

      expect(found()).toMatchObject([{ name: 'web', url: `${url}/` }]);
      expect(found()).toHaveLength(1);
    });
  });
});
