import {
  type McpBlock,
  McpContent,
  type McpPrompt,
  McpPrompts,
  type McpResource,
  McpResources,
  type McpTool,
  McpTools,
} from '@daemonry/modules/mcp';
import { ContainerModule } from 'inversify';

import { endMcp, givenMcp, OPERATOR, post, TOKEN } from './support/givenMcp';

afterEach(endMcp);

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

interface Served {
  readonly call?: McpTool['call'];
  readonly resources?: readonly McpResource[];
  readonly prompts?: readonly McpPrompt[];
}

const serving = ({ call, resources = [], prompts = [] }: Served): ContainerModule =>
  new ContainerModule(({ bind }) => {
    const tool = { name: 'extra', description: '', inputSchema: { type: 'object' }, capability: 'read' } as const;
    if (call !== undefined) bind(McpTools).toConstantValue({ list: () => [{ ...tool, call }] });
    if (resources.length > 0) bind(McpResources).toConstantValue({ list: () => resources });
    if (prompts.length > 0) bind(McpPrompts).toConstantValue({ list: () => prompts });
  });

const BOTH = { bearerToken: TOKEN, callers: [{ name: 'ops', token: OPERATOR, may: 'operate' }] };

describe('mcp', () => {
  describe('serves tools', () => {
    it('that answer with texts, images, sounds and files', async () => {
      const answer = new McpContent([
        { type: 'text', text: 'Here.' },
        { type: 'image', data: PNG, mimeType: 'image/png' },
        { type: 'audio', data: new Uint8Array([1, 2]), mimeType: 'audio/wav' },
        { type: 'resource', uri: 'orders://1', content: 'one', mimeType: 'text/plain' },
        { type: 'resource', uri: 'orders://2', content: PNG },
        { type: 'resource_link', uri: 'orders://3', name: 'three' },
      ]);
      const { connect } = await givenMcp(undefined, [serving({ call: () => answer })]);

      expect(await (await connect(TOKEN)).callTool({ name: 'extra' })).toEqual({
        content: [
          { type: 'text', text: 'Here.' },
          { type: 'image', data: 'iVBORw==', mimeType: 'image/png' },
          { type: 'audio', data: 'AQI=', mimeType: 'audio/wav' },
          { type: 'resource', resource: { uri: 'orders://1', text: 'one', mimeType: 'text/plain' } },
          { type: 'resource', resource: { uri: 'orders://2', blob: 'iVBORw==' } },
          { type: 'resource_link', uri: 'orders://3', name: 'three' },
        ],
      });
    });

    it('that say themselves that they have failed', async () => {
      const call = () => new McpContent([{ type: 'text', text: 'Sold out.' }], true);
      const { connect } = await givenMcp(undefined, [serving({ call })]);

      expect(await (await connect(TOKEN)).callTool({ name: 'extra' })).toMatchObject({
        isError: true,
        content: [{ text: 'Sold out.' }],
      });
    });

    it.each([
      ['a function', () => 1],
      ['a part of a kind that there is not', new McpContent([{ type: 'video' } as unknown as McpBlock])],
    ])('as failed ones where they answer with %s', async (_what, answer) => {
      const { connect } = await givenMcp(undefined, [serving({ call: () => answer })]);

      expect(await (await connect(TOKEN)).callTool({ name: 'extra' })).toMatchObject({
        isError: true,
        content: [{ text: expect.stringMatching(/^The answer/) as string }],
      });
    });

    it('whose progress a client hears of that asks for it', async () => {
      const call: McpTool['call'] = (_input, { progress }) => {
        progress(1, 2, 'half');
        progress(2, 2);
        return 'done';
      };
      const { connect } = await givenMcp(undefined, [serving({ call })]);
      const client = await connect(TOKEN);
      const heard: unknown[] = [];

      const answer = await client.callTool({ name: 'extra' }, undefined, { onprogress: (told) => heard.push(told) });

      expect(heard).toEqual([
        { progress: 1, total: 2, message: 'half' },
        { progress: 2, total: 2 },
      ]);
      expect(answer).toMatchObject({ content: [{ text: '"done"' }] });
      expect(await client.callTool({ name: 'extra' })).toMatchObject({ content: [{ text: '"done"' }] });
    });

    it('whose progress is not told to a client that takes only JSON', async () => {
      const call: McpTool['call'] = (_input, { progress }) => progress(1);
      const { url } = await givenMcp(undefined, [serving({ call })]);
      const params = { name: 'extra', _meta: { progressToken: 1 } };
      const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };

      expect(await post(url, body, { accept: 'application/json' })).toMatchObject({
        status: 200,
        headers: { 'content-type': expect.stringMatching(/^application\/json/) as string },
        body: { id: 1, result: { content: [{ text: 'null' }] } },
      });
    });

    it('whose call ends when the client that hears of its progress hangs up', async () => {
      let aborted: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => (aborted = resolve));
      const call: McpTool['call'] = (_input, { progress, signal }) => {
        signal.addEventListener('abort', () => aborted());
        progress(1);
        return new Promise(() => undefined);
      };
      const { url } = await givenMcp(undefined, [serving({ call })]);
      const hangUp = new AbortController();
      const params = { name: 'extra', _meta: { progressToken: 1 } };

      const response = await fetch(url, {
        method: 'POST',
        signal: hangUp.signal,
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      hangUp.abort();

      await ended;
    });
  });

  describe('serves resources', () => {
    const today: McpResource = {
      uri: 'orders://today',
      name: 'Orders of today',
      mimeType: 'text/markdown',
      capability: 'read',
      read: async ({ caller }) => `# For ${caller}`,
    };
    const label: McpResource = { uri: 'orders://label', name: 'Label', capability: 'operate', read: () => PNG };

    it('to those who may read them, as text and as bytes', async () => {
      const { connect } = await givenMcp(BOTH, [serving({ resources: [today, label] })]);
      const [reader, operator] = [await connect(TOKEN), await connect(OPERATOR)];

      expect((await reader.listResources()).resources).toEqual([
        { uri: 'orders://today', name: 'Orders of today', mimeType: 'text/markdown' },
      ]);
      expect((await operator.listResources()).resources).toHaveLength(2);
      expect((await reader.readResource({ uri: 'orders://today' })).contents).toEqual([
        { uri: 'orders://today', mimeType: 'text/markdown', text: '# For default' },
      ]);
      expect((await operator.readResource({ uri: 'orders://label' })).contents).toEqual([
        { uri: 'orders://label', blob: 'iVBORw==' },
      ]);
    });

    it('to nobody else, which the audit log says', async () => {
      const { connect, audited } = await givenMcp(BOTH, [serving({ resources: [today, label] })]);
      const reader = await connect(TOKEN);

      await expect(reader.readResource({ uri: 'orders://label' })).rejects.toMatchObject({ code: -32_001 });
      await expect(reader.readResource({ uri: 'file:///etc/passwd' })).rejects.toMatchObject({ code: -32_002 });
      expect(await audited()).toMatchObject([
        { type: 'capability.denied', details: { caller: 'default', capability: 'orders://label' } },
      ]);
    });

    it('and says what failed when one cannot be read', async () => {
      const read = () => Promise.reject(new Error(`the shelf of ${TOKEN} is empty`));
      const { app, connect } = await givenMcp(undefined, [serving({ resources: [{ ...today, read }] })]);

      await expect((await connect(TOKEN)).readResource({ uri: 'orders://today' })).rejects.toMatchObject({
        code: -32_603,
        message: expect.stringContaining('the shelf of [redacted] is empty') as string,
      });
      expect(app.logs.map(({ message }) => message)).toContain('The resource orders://today failed');
    });

    it('each under an address of its own', async () => {
      await expect(givenMcp(undefined, [serving({ resources: [today, today] })])).rejects.toMatchObject({
        cause: { code: 'MCP_TOOL_TWICE', message: expect.stringContaining('Two MCP resources') as string },
      });
    });
  });

  describe('serves prompts', () => {
    const apology: McpPrompt = {
      name: 'apology',
      description: 'Excuses a late order.',
      arguments: [{ name: 'order', required: true }, { name: 'tone' }],
      capability: 'read',
      render: ({ order, tone = 'kind' }) => `Excuse order ${order ?? ''}, ${tone}.`,
    };
    const picture: McpPrompt = {
      name: 'picture',
      capability: 'read',
      render: () => [
        { role: 'user', content: { type: 'image', data: PNG, mimeType: 'image/png' } },
        { role: 'assistant', content: { type: 'text', text: 'A parcel.' } },
      ],
    };

    it('filled with what the client gives', async () => {
      const { connect } = await givenMcp(undefined, [serving({ prompts: [apology, picture] })]);
      const client = await connect(TOKEN);

      expect((await client.listPrompts()).prompts).toEqual([
        {
          name: 'apology',
          description: 'Excuses a late order.',
          arguments: [{ name: 'order', required: true }, { name: 'tone' }],
        },
        { name: 'picture', arguments: [] },
      ]);
      expect(await client.getPrompt({ name: 'apology', arguments: { order: '7' } })).toEqual({
        description: 'Excuses a late order.',
        messages: [{ role: 'user', content: { type: 'text', text: 'Excuse order 7, kind.' } }],
      });
      expect((await client.getPrompt({ name: 'picture' })).messages).toEqual([
        { role: 'user', content: { type: 'image', data: 'iVBORw==', mimeType: 'image/png' } },
        { role: 'assistant', content: { type: 'text', text: 'A parcel.' } },
      ]);
    });

    it('and refuses to fill one whose arguments are not there, and one that is not there', async () => {
      const { connect } = await givenMcp(undefined, [serving({ prompts: [apology] })]);
      const client = await connect(TOKEN);

      await expect(client.getPrompt({ name: 'apology' })).rejects.toMatchObject({
        code: -32_602,
        message: expect.stringMatching(/needs arguments that are not there: order$/) as string,
      });
      await expect(client.getPrompt({ name: 'other' })).rejects.toMatchObject({ code: -32_602 });
    });
  });

  it('says that it has resources and prompts only when it has some', async () => {
    const { connect } = await givenMcp();

    expect((await connect(TOKEN)).getServerCapabilities()).toEqual({ tools: {} });
  });

  it('answers each request of a batch', async () => {
    const { url } = await givenMcp();
    const ask = (id: number, method: string, params: object = {}) => ({ jsonrpc: '2.0', id, method, params });

    const { body } = await post(url, [ask(1, 'tools/call', { name: 'nothing' }), ask(2, 'tools/call', { name: 7 })]);

    expect(body).toMatchObject([
      { id: 1, error: { code: -32_602 } },
      { id: 2, error: { code: -32_602 } },
    ]);
  });
});
