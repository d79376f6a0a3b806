import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { PlanError } from 'daemonry';
import { AuditLog, type AuditEvent } from '@daemonry/modules/audit_log';
import { type McpConsumption, mcpConsumptionModule } from '@daemonry/modules/mcp_consumption';
import { createTestApplication } from 'daemonry/testing';

import { closeHttpServers, givenClosedPort } from './support/givenHttpServer';
import { givenMcpServer } from './support/givenMcpServer';

// Real processes, on a machine that may be busy.
jest.setTimeout(30_000);

const SERVER = join(__dirname, 'entries', 'mcp-stdio-server.cjs');
const TOKEN = 'swordfish-0123456789';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

const running: { app: TestApplication; folder: string }[] = [];

afterEach(async () => {
  for (const { app, folder } of running.splice(0)) {
    await app.stop();
    await rm(folder, { recursive: true });
  }
  await closeHttpServers();
});

async function givenApp(endpoints: readonly Record<string, unknown>[], settings: Record<string, unknown> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-consumption-'));
  const app = await createTestApplication({
    now: '2030-01-01T00:00:00Z',
    // The first call loads the protocol's library.
    settleMs: 1_000,
    modules: [mcpConsumptionModule()],
    config: {
      values: {
        state: { directory: folder },
        mcp_consumption: { endpoints, ...settings },
      },
    },
  });
  running.push({ app, folder });
  await app.start();
  const audited = async (): Promise<AuditEvent[]> => {
    const events: AuditEvent[] = [];
    for await (const event of app.container.get(AuditLog).scan({})) events.push(event);
    return events;
  };
  return { app, folder, audited, mcp: app.listeners.resolve<McpConsumption>('mcp_consumption') };
}

const stdio = (told: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => ({
  name: 'local',
  transport: 'stdio',
  command: process.execPath,
  args: [SERVER, JSON.stringify(told)],
  allowedTools: ['.*'],
  ...more,
});

const caller = 'test';

describe('mcp_consumption', () => {
  it('is disabled without endpoints, and the application is ready', async () => {
    const { app } = await givenApp([]);

    expect(app.status()).toMatchObject({
      state: 'running',
      listeners: [{ state: 'disabled', disabledReason: 'no mcp_consumption.endpoints are configured' }],
    });
  });

  it('connects to nothing at boot, and checks every five minutes', async () => {
    const server = await givenMcpServer();
    const { app, mcp } = await givenApp([{ name: 'remote', transport: 'http', url: server.url }]);

    expect(server.requests).toHaveLength(0);
    expect(mcp.current()).toEqual([]);

    await app.clock.advance('5m');
    expect(mcp.current()).toEqual([
      { endpoint: 'remote', connected: true, toolsCount: 1, checkedAt: '2030-01-01T00:05:00.000Z' },
    ]);
  });

  it('finds what is wrong with one endpoint, and keeps the others', async () => {
    const server = await givenMcpServer(['a', 'b'], TOKEN);
    const closed = await givenClosedPort();
    const good = await givenMcpServer(['a', 'b']);
    const { app, mcp } = await givenApp([
      { name: 'gone', transport: 'http', url: `http://127.0.0.1:${closed}/mcp` },
      { name: 'locked', transport: 'http', url: server.url.replace(/:\d+/, `:${closed}`), token: TOKEN },
      { name: 'missing', transport: 'stdio', command: '/nonexistent/program' },
      { name: 'good', transport: 'http', url: good.url },
    ]);

    const record = await app.tick('mcp_consumption');

    expect(record.outcome).toBe('succeeded');
    expect(mcp.current()).toMatchObject([
      { endpoint: 'gone', connected: false, lastError: expect.stringMatching(/ECONNREFUSED/) as string },
      { endpoint: 'locked', connected: false },
      { endpoint: 'missing', connected: false, lastError: expect.stringMatching(/ENOENT/) as string },
      { endpoint: 'good', connected: true, toolsCount: 2 },
    ]);
    expect(JSON.stringify([mcp.current(), app.logs])).not.toContain(TOKEN);
  });

  it('hands out copies, and calls an old finding not connected', async () => {
    const server = await givenMcpServer();
    const { app, mcp } = await givenApp([{ name: 'remote', transport: 'http', url: server.url }], { staleAfter: '1m' });
    await app.tick('mcp_consumption');

    (mcp.current()[0] as { connected: boolean }).connected = false;
    expect(mcp.current()).toMatchObject([{ connected: true }]);

    await app.clock.advance('2m');
    expect(mcp.current()).toMatchObject([
      { connected: false, lastError: expect.stringMatching(/Not checked/) as string },
    ]);
  });

  it('opens one session for many calls, and sends the token', async () => {
    const server = await givenMcpServer(['echo'], TOKEN);
    const { mcp } = await givenApp([
      { name: 'remote', transport: 'http', url: server.url, token: TOKEN, allowedTools: ['ECHO'] },
    ]);

    const answers = await Promise.all(
      [1, 2, 3].map((n) => mcp.callTool({ endpoint: 'remote', tool: 'echo', input: { n }, caller })),
    );

    expect(answers).toEqual([1, 2, 3].map((n) => ({ text: `{"n":${n}}`, isError: false })));
    expect(server.requests.map(({ headers }) => headers.authorization)).toContain(`Bearer ${TOKEN}`);
    const posts = server.requests.filter(({ method }) => method === 'POST');
    // initialize, its notification, three calls
    expect(posts).toHaveLength(5);
  });

  it('connects anew after a failure', async () => {
    const server = await givenMcpServer();
    const { app, mcp } = await givenApp([
      { name: 'remote', transport: 'http', url: server.url, allowedTools: ['echo'] },
    ]);
    await app.tick('mcp_consumption');

    server.fail(500);
    await app.tick('mcp_consumption');
    expect(mcp.current()).toMatchObject([{ connected: false }]);

    server.fail(undefined);
    await app.tick('mcp_consumption');
    expect(mcp.current()).toMatchObject([{ connected: true }]);
  });

  it('gives up on a server that does not answer in time', async () => {
    const server = await givenMcpServer();
    const { app, mcp } = await givenApp([{ name: 'remote', transport: 'http', url: server.url, timeout: '10s' }]);
    server.fail(0);

    const tick = app.tick('mcp_consumption');
    await app.clock.advance('11s');
    await tick;

    expect(mcp.current()).toMatchObject([
      { connected: false, lastError: expect.stringMatching(/No answer within 10s/) as string },
    ]);
  });

  describe('over stdio', () => {
    it('starts the program with its first call, with a small environment, and ends it at the stop', async () => {
      process.env['DAEMONRY_TEST_LEAK'] = 'visible';
      const startedFile = join(await mkdtemp(join(tmpdir(), 'mcp-pids-')), 'pids');
      const { app, mcp } = await givenApp([
        stdio({ tools: ['environment'], startedFile }, { env: { GREETING: 'hello' } }),
      ]);
      await expect(readFile(startedFile)).rejects.toThrow('ENOENT');

      const { text } = await mcp.callTool({ endpoint: 'local', tool: 'environment', caller });
      delete process.env['DAEMONRY_TEST_LEAK'];
      const environment = JSON.parse(text) as Record<string, string>;
      expect(environment).toMatchObject({ GREETING: 'hello' });
      expect(environment).not.toHaveProperty('DAEMONRY_TEST_LEAK');

      await app.stop();
      const pid = Number(await readFile(startedFile, 'utf8'));
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      await rm(dirname(startedFile), { recursive: true });
    });

    it('says what a tool says, also that it failed', async () => {
      const { mcp } = await givenApp([stdio({ tools: ['complain'] })]);

      await expect(mcp.callTool({ endpoint: 'local', tool: 'complain', caller })).resolves.toEqual({
        text: 'no such file',
        isError: true,
      });
    });

    it('starts a program that has died again with the next call', async () => {
      const { mcp } = await givenApp([stdio({ tools: ['crash', 'echo'] })]);

      await expect(mcp.callTool({ endpoint: 'local', tool: 'crash', caller })).rejects.toMatchObject({
        code: 'MCP_CALL_FAILED',
        endpoint: 'local',
        call: 'tools/call crash',
      });
      await expect(mcp.callTool({ endpoint: 'local', tool: 'echo', caller })).resolves.toMatchObject({ text: '{}' });
    });
  });

  describe('refuses', () => {
    it('an endpoint that nobody knows', async () => {
      const { mcp } = await givenApp([stdio()]);

      await expect(mcp.callTool({ endpoint: 'remote', tool: 'echo', caller })).rejects.toMatchObject({
        code: 'MCP_ENDPOINT_NOT_FOUND',
        facts: { known: 'local' },
      });
    });

    it('a tool that is not allowed, without a call, and leaves a row in the audit log', async () => {
      const server = await givenMcpServer(['delete_everything']);
      const { mcp, audited } = await givenApp([
        { name: 'remote', transport: 'http', url: server.url, allowedTools: ['delete'] },
      ]);

      await expect(mcp.callTool({ endpoint: 'remote', tool: 'delete_everything', caller })).rejects.toMatchObject({
        code: 'MCP_TOOL_NOT_ALLOWED',
      });

      expect(server.requests).toHaveLength(0);
      expect(await audited()).toMatchObject([
        {
          type: 'capability.denied',
          details: { surface: 'mcp_consumption', caller: 'test', capability: 'remote: "delete_everything"' },
        },
      ]);
    });

    it('tools with hostile names, once in the audit log', async () => {
      const hostile = ['echo', '../../etc/passwd', 'rm -rf /', '$(reboot)', 'a\nb', 'x'.repeat(500), '__proto__'];
      const { app, mcp, audited } = await givenApp([stdio({ tools: hostile })]);

      await app.tick('mcp_consumption');
      await app.tick('mcp_consumption');

      expect((await mcp.listTools('local')).map(({ name }) => name)).toEqual(['echo']);
      expect(await audited()).toHaveLength(hostile.length - 1);
      await expect(mcp.callTool({ endpoint: 'local', tool: 'rm -rf /', caller })).rejects.toMatchObject({
        code: 'MCP_TOOL_NOT_ALLOWED',
      });
    });

    it('to boot with a pattern that is none, naming it', async () => {
      await expect(givenApp([stdio({}, { allowedTools: ['read_('] })])).resolves.toBeDefined();
      const { app } = running[0] as { app: TestApplication };

      expect(app.status().listeners).toMatchObject([
        {
          state: 'startup_failed',
          error: { code: 'MCP_PATTERN_INVALID', message: expect.stringContaining('read_(') as string },
        },
      ]);
    });

    it.each([
      ['an address in the clear beyond loopback', { name: 'a', transport: 'http', url: 'http://example.com/mcp' }],
      ['http without an address', { name: 'a', transport: 'http' }],
      ['stdio without a program', { name: 'a', transport: 'stdio' }],
      ['a name that is no word', { name: 'A b', transport: 'stdio', command: 'x' }],
    ])('%s', async (_title, endpoint) => {
      await expect(givenApp([endpoint])).rejects.toThrow(PlanError);
    });
  });
});
