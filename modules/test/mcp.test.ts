import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { PlanError } from 'daemonry';
import { mcpModule, type McpTool, McpTools } from '@daemonry/modules/mcp';
import { createTestApplication } from 'daemonry/testing';
import { ContainerModule } from 'inversify';

import { call } from './support/call';
import { endMcp, givenMcp, OPERATOR, post, TOKEN } from './support/givenMcp';

afterEach(endMcp);

const textOf = (result: Awaited<ReturnType<Client['callTool']>>): string =>
  (result.content as { text: string }[])[0]?.text ?? '';

const withTool = (tool: Partial<McpTool>): ContainerModule =>
  new ContainerModule(({ bind }) => {
    const full = {
      name: 'extra',
      description: '',
      inputSchema: { type: 'object' },
      capability: 'read',
      ...tool,
    } as McpTool;
    bind(McpTools).toConstantValue({ list: () => [full] });
  });

describe('mcp', () => {
  describe('without a token', () => {
    it('is disabled with the reason, and there is nothing under /mcp', async () => {
      const { app, url } = await givenMcp({});

      expect(app.status()).toMatchObject({ state: 'running' });
      expect(app.status().listeners.find(({ name }) => name === 'mcp')).toMatchObject({
        state: 'disabled',
        disabledReason: expect.stringContaining('no token is configured') as string,
      });
      for (const answer of [
        await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }),
        await call(`${url}/tools/list`),
      ]) {
        expect(answer).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
      }
    });
  });

  it('starts after web, and the plan says why', async () => {
    const { app } = await givenMcp();

    const names = app.plan.listeners.map(({ name }) => name);
    expect(names.indexOf('mcp')).toBeGreaterThan(names.indexOf('web'));
    expect(app.plan.listeners.find(({ name }) => name === 'mcp')).toMatchObject({
      edges: [{ on: 'web', kind: 'constructor', soft: false }],
    });
  });

  it('cannot be planned without web', async () => {
    await expect(createTestApplication({ modules: [mcpModule()] })).rejects.toThrow(PlanError);
  });

  it('lists the tools that its caller may call', async () => {
    const { connect } = await givenMcp({
      bearerToken: TOKEN,
      callers: [{ name: 'ops', token: OPERATOR, may: 'operate' }],
    });

    const names = async (token: string) => (await (await connect(token)).listTools()).tools.map(({ name }) => name);
    expect(await names(TOKEN)).toEqual(['status', 'health', 'runs', 'explain']);
    expect(await names(OPERATOR)).toEqual([
      'status',
      'health',
      'runs',
      'explain',
      'trigger',
      'pause',
      'resume',
      'request_stop',
    ]);
  });

  it('does what a caller asks for in its name, and as the person for whom it answers', async () => {
    const callers = [{ name: 'ops', token: OPERATOR, may: 'operate', kind: 'human' }];
    const { connect, audited } = await givenMcp({ bearerToken: TOKEN, callers });

    const client = await connect(OPERATOR);
    await client.callTool({ name: 'trigger', arguments: { listener: 'web' } });

    expect(await audited()).toMatchObject([
      { type: 'operator.refused', details: { action: 'trigger', listener: 'web', by: 'ops', kind: 'human' } },
    ]);
  });

  it('lists them for programs that do not speak the protocol, too', async () => {
    const { url } = await givenMcp();
    const list = (headers: Record<string, string>) => call(`${url}/tools/list`, { headers });

    expect(await list({})).toMatchObject({ status: 401 });
    const { status, body } = await list({ authorization: `Bearer ${TOKEN}` });
    expect(status).toBe(200);
    expect((body as { tools: { name: string }[] }).tools.map(({ name }) => name)).toEqual([
      'status',
      'health',
      'runs',
      'explain',
    ]);
  });

  it('answers a call with JSON', async () => {
    const { app, connect } = await givenMcp();
    const client = await connect(TOKEN);

    const status = JSON.parse(textOf(await client.callTool({ name: 'status' }))) as unknown;
    expect(status).toMatchObject({ name: 'shop', state: 'running', sessionId: app.status().sessionId });
  });

  it('stops the application only for a caller that knows its session', async () => {
    const { app, connect } = await givenMcp({ bearerToken: TOKEN, may: 'operate' });
    const client = await connect(TOKEN);

    const stale = await client.callTool({ name: 'request_stop', arguments: { session_id: 'old', reason: 'upgrade' } });
    expect(stale).toMatchObject({ isError: true });
    expect(app.status().state).toBe('running');

    const { sessionId } = app.status();
    await client.callTool({ name: 'request_stop', arguments: { session_id: sessionId, reason: 'upgrade' } });
    expect(app.status().shutdownReason).toBe('upgrade (asked for by default over MCP)');
  });

  it('serves the tools that other modules bring', async () => {
    const { connect } = await givenMcp(undefined, [withTool({ call: ({ n }) => ({ twice: (n as number) * 2 }) })]);
    const client = await connect(TOKEN);

    expect(textOf(await client.callTool({ name: 'extra', arguments: { n: 21 } }))).toBe('{"twice":42}');
  });

  it('tells the client without secrets that a tool has failed, and goes on', async () => {
    const failing = withTool({
      call: () => {
        throw new Error(`the shelf of ${TOKEN} is empty`);
      },
    });
    const { app, connect } = await givenMcp(undefined, [failing]);
    const client = await connect(TOKEN);

    expect(await client.callTool({ name: 'extra' })).toMatchObject({
      isError: true,
      content: [{ text: 'the shelf of [redacted] is empty' }],
    });
    expect(app.logs.some(({ message }) => message === 'The tool extra failed')).toBe(true);
    await expect(client.callTool({ name: 'status' })).resolves.not.toHaveProperty('isError');
  });

  it('waits no longer for a tool than the call timeout', async () => {
    const hanging = withTool({ call: () => new Promise(() => undefined) });
    const { app, connect } = await givenMcp({ bearerToken: TOKEN, callTimeout: '10s' }, [hanging]);
    const client = await connect(TOKEN);

    const answer = client.callTool({ name: 'extra' });
    while (!app.logs.some(({ message }) => message.includes('The tool extra failed'))) {
      await new Promise((resolve) => setImmediate(resolve));
      await app.clock.advance('1s');
    }
    expect(textOf(await answer)).toBe('The tool did not answer within 10s.');
  });

  it('reads a token file at each request, so that a token can be changed and taken away', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-token-'));
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, `${TOKEN}\n`);
    const { url } = await givenMcp({ tokenFile });
    const ask = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const withToken = (token: string) => post(url, ask, { authorization: `Bearer ${token}` });

    expect((await withToken(TOKEN)).status).toBe(200);

    await writeFile(tokenFile, OPERATOR);
    expect((await withToken(TOKEN)).status).toBe(401);
    expect((await withToken(OPERATOR)).status).toBe(200);

    for (const token of ['', 'short', `${TOKEN} ${OPERATOR}`]) {
      await writeFile(tokenFile, token);
      expect((await withToken(OPERATOR)).status).toBe(401);
      expect((await withToken(token)).status).toBe(401);
    }
    await rm(folder, { recursive: true });
  });

  it.each<[string, (file: string) => Promise<void>]>([
    ['is taken away', (file) => rm(file)],
    ['may not be read', (file) => rm(file).then(() => mkdir(file))],
    ['grows beyond a token', (file) => writeFile(file, 'x'.repeat(10_000))],
    ['gets the token of another caller', (file) => writeFile(file, OPERATOR)],
  ])('shuts only the caller default out when its token file %s, and says so once', async (_case, change) => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-token-'));
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, TOKEN);
    const { app, url } = await givenMcp({ tokenFile, callers: [{ name: 'ops', token: OPERATOR }] });
    const ask = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const withToken = async (token: string) => (await post(url, ask, { authorization: `Bearer ${token}` })).status;
    expect(await withToken(TOKEN)).toBe(200);

    await change(tokenFile);

    expect(await withToken(TOKEN)).toBe(401);
    expect(await withToken(OPERATOR)).toBe(200);
    const told = app.logs.filter(({ message }) => message.startsWith('The caller "default" is shut out: '));
    expect(told).toHaveLength(1);
    expect(JSON.stringify(app.logs)).not.toMatch(new RegExp(`${TOKEN}|${OPERATOR}`));

    await rm(tokenFile, { recursive: true, force: true });
    await writeFile(tokenFile, TOKEN);
    expect(await withToken(TOKEN)).toBe(200);
    await rm(folder, { recursive: true });
  });

  it('aborts the boot for a token file that is not there', async () => {
    await expect(givenMcp({ tokenFile: '/nonexistent/token' })).rejects.toMatchObject({ listenerName: 'mcp' });
  });

  it('aborts the boot for two tools of one name', async () => {
    await expect(givenMcp(undefined, [withTool({ name: 'status' })])).rejects.toMatchObject({
      listenerName: 'mcp',
      cause: { code: 'MCP_TOOL_TWICE' },
    });
  });

  it('shows no token anywhere', async () => {
    const { app } = await givenMcp({ bearerToken: TOKEN, callers: [{ name: 'ops', token: OPERATOR }] });

    expect(JSON.stringify([app.plan, app.status(), app.logs])).not.toMatch(new RegExp(`${TOKEN}|${OPERATOR}`));
  });
});
