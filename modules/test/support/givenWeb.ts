import { type WebServer, webModule } from '@daemonry/modules/web';
import { createTestApplication } from 'daemonry/testing';

import { closeHttpServers } from './givenHttpServer';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;
type Options = Partial<Parameters<typeof createTestApplication>[0]>;

const running: TestApplication[] = [];

/** An application with the web module, on a free port unless `web` says otherwise. */
export async function givenWeb({ config, ...options }: Options = {}, web: Record<string, unknown> = {}) {
  const app = await createTestApplication({
    modules: [webModule()],
    config: { values: { web: { port: 0, ...web } }, ...config },
    ...options,
  });
  running.push(app);
  return app;
}

export async function givenRunningWeb(options: Options = {}, web: Record<string, unknown> = {}) {
  const app = await givenWeb(options, web);
  await app.start();
  return { app, url: urlOf(app) };
}

function urlOf(app: TestApplication): string {
  const { address } = app.listeners.resolve<WebServer>('web');
  if (address === undefined) throw new Error('web does not listen');
  return address.url;
}

export async function endWeb(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  await closeHttpServers();
}
