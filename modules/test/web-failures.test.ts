import http from 'node:http';

import { BackgroundDaemon, type OnStartup, PlanError } from 'daemonry';
import { WebServer } from '@daemonry/modules/web';

import { call } from './support/call';
import { givenHttpServer } from './support/givenHttpServer';
import { endWeb, givenRunningWeb, givenWeb } from './support/givenWeb';

afterEach(endWeb);

describe('the web module, when something goes wrong,', () => {
  it('aborts the boot with the address and the variable to change when its port is taken', async () => {
    const { port } = await givenHttpServer((_request, response) => response.end());
    const app = await givenWeb({}, { port });

    await expect(app.start()).rejects.toMatchObject({
      name: 'BootError',
      listenerName: 'web',
      phase: 'startup',
      cause: {
        name: 'WebListenError',
        code: 'WEB_ADDRESS_IN_USE',
        message: expect.stringContaining(`127.0.0.1:${port}`) as string,
        fix: expect.stringContaining('DAEMONRY__WEB__PORT') as string,
      },
    });
  });

  it('says so when the address is not one of this machine', async () => {
    const app = await givenWeb({}, { host: '203.0.113.7' });

    await expect(app.start()).rejects.toMatchObject({ cause: { code: 'WEB_ADDRESS_UNUSABLE' } });
  });

  it.each([-1, 65_536, 1.5, 'http', '0.0.0.0:9119'])(
    'reports the port %p as a problem of the configuration',
    async (port) => {
      const error = await givenWeb({}, { port }).catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(PlanError);
      expect(String(error)).toContain('web.port');
    },
  );

  it.each(['http://127.0.0.1', '127.0.0.1:80', '', 'a b'])('reports the host "%s" as a problem', async (host) => {
    await expect(givenWeb({}, { host })).rejects.toThrow('web.host');
  });

  it('answers an error of its own with 500 and logs it, without telling the caller', async () => {
    const { app, url } = await givenRunningWeb();
    jest.spyOn(app, 'status').mockImplementationOnce(() => {
      throw new Error('the password is swordfish');
    });

    const answer = await call(`${url}/api/status`);

    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL' } } });
    expect(JSON.stringify(answer)).not.toContain('swordfish');
    expect(app.logs).toContainEqual(expect.objectContaining({ level: 'error', listener: 'web' }));
  });

  it('logs no more than some of many such errors', async () => {
    const { app, url } = await givenRunningWeb();
    jest.spyOn(app, 'status').mockImplementation(() => {
      throw new Error('not now');
    });

    for (let n = 0; n < 20; n++) expect((await call(`${url}/api/status`)).status).toBe(500);

    expect(app.logs.filter(({ message }) => message === 'A request failed')).toHaveLength(5);
  });

  it('stops the application with exit code 1 when the server breaks later', async () => {
    const created: http.Server[] = [];
    const { createServer } = http;
    const spy = jest.spyOn(http, 'createServer').mockImplementation((...args: Parameters<typeof createServer>) => {
      const server = createServer(...args);
      created.push(server);
      return server;
    });
    const app = await givenWeb();
    const ended = app.run();
    while (app.status().state !== 'running') await new Promise((resolve) => setImmediate(resolve));
    spy.mockRestore();

    created.at(-1)?.emit('error', new Error('accept EMFILE'));

    expect(await ended).toMatchObject({
      code: 1,
      error: { message: expect.stringContaining('accept EMFILE') as string },
    });
  });

  it('leaves nothing listening after a boot that was aborted', async () => {
    let url = '';

    @BackgroundDaemon({ name: 'broken', fatalOnStartupFailure: true })
    class Broken implements OnStartup {
      constructor(private readonly web: WebServer) {}
      startup(): void {
        url = this.web.address?.url ?? '';
        throw new Error('broken');
      }
    }
    const app = await givenWeb({ listeners: [Broken] });

    await expect(app.start()).rejects.toMatchObject({ listenerName: 'broken' });
    await expect(call(`${url}/livez`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
