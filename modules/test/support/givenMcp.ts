import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type AuditEvent, AuditLog } from '@daemonry/modules/audit_log';
import { mcpModule } from '@daemonry/modules/mcp';
import { type WebServer, webModule } from '@daemonry/modules/web';
import { createTestApplication } from 'daemonry/testing';

import { call } from './call';

export const TOKEN = 'reader-0123456789';
export const OPERATOR = 'operator-0123456789';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;
type Modules = NonNullable<Parameters<typeof createTestApplication>[0]>['modules'];

const running: { app: TestApplication; folder: string; clients: Client[] }[] = [];

export async function endMcp(): Promise<void> {
  for (const { app, folder, clients } of running.splice(0)) {
    await Promise.all(clients.map((client) => client.close()));
    await app.stop();
    await rm(folder, { recursive: true });
  }
}

/** A running application with `web` and `mcp`; ended by {@link endMcp}. */
export async function givenMcp(
  mcp: Record<string, unknown> = { bearerToken: TOKEN },
  modules: NonNullable<Modules> = [],
) {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-'));
  const app = await createTestApplication({
    name: 'shop',
    modules: [...modules, mcpModule(), webModule()],
    config: { values: { web: { port: 0 }, state: { directory: folder }, mcp } },
  });
  const clients: Client[] = [];
  running.push({ app, folder, clients });
  await app.start();
  const url = `${app.listeners.resolve<WebServer>('web').address?.url ?? ''}/mcp`;
  const connect = async (token: string): Promise<Client> => {
    const client = new Client({ name: 'test', version: '1.0.0' });
    clients.push(client);
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    return client;
  };
  const audited = async (): Promise<AuditEvent[]> => {
    const events: AuditEvent[] = [];
    for await (const event of app.container.get(AuditLog).scan({})) events.push(event);
    return events;
  };
  return { app, url, folder, connect, audited };
}

export const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  call(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${TOKEN}`,
      ...headers,
    },
  });
