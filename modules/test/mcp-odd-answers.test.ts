import { givenHttpServer } from './support/givenHttpServer';
import { type AnswerTo, givenMcpAnswers } from './support/givenMcpAnswers';
import { endMcpConsumption, givenMcpConsumption, stdio } from './support/givenMcpConsumption';

// Real processes, on a machine that may be busy.
jest.setTimeout(30_000);

afterEach(endMcpConsumption);

async function givenAnswers(answerTo: AnswerTo, frame?: (message: string) => string) {
  const server = await givenMcpAnswers(answerTo, frame);
  const given = await givenMcpConsumption([
    { name: 'remote', transport: 'http', url: server.url, allowedTools: ['.*'] },
  ]);
  const call = (input: Record<string, unknown> = {}) =>
    given.mcp.callTool({ endpoint: 'remote', tool: 'read', input, caller: 'test' });
  const warnings = () => given.app.logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
  return { ...server, ...given, call, warnings };
}

const PROGRESS = JSON.stringify({
  jsonrpc: '2.0',
  method: 'notifications/progress',
  params: { progressToken: 7, progress: 1 },
});
const text = (said: string) => ({ type: 'text', text: said });

describe('mcp_consumption', () => {
  describe('reads the result of a tool as text:', () => {
    it.each<[string, unknown, string]>([
      [
        'what a file holds that is embedded',
        {
          content: [
            text('successfully downloaded text file'),
            { type: 'resource', resource: { uri: 'repo://a/b/README.md', mimeType: 'text/plain', text: 'THE FILE' } },
          ],
        },
        'successfully downloaded text file\n[resource repo://a/b/README.md]\nTHE FILE',
      ],
      [
        'the kind and the size of an embedded file that is no text',
        {
          content: [
            { type: 'resource', resource: { uri: 'file:///a.pdf', mimeType: 'application/pdf', blob: 'AAEC' } },
          ],
        },
        '[resource file:///a.pdf application/pdf 3 bytes]',
      ],
      [
        'the address of a link, its name and what it says of itself',
        {
          content: [
            {
              type: 'resource_link',
              uri: 'file:///a.rs',
              name: 'a.rs',
              description: 'The entry',
              mimeType: 'text/x-rust',
            },
          ],
        },
        '[resource_link file:///a.rs a.rs The entry text/x-rust]',
      ],
      [
        'the kind and the size of images and sounds',
        {
          content: [
            { type: 'image', data: 'AAECAw==', mimeType: 'image/png' },
            { type: 'audio', data: 'AA==', mimeType: 'audio/wav' },
          ],
        },
        '[image image/png 4 bytes]\n[audio audio/wav 1 byte]',
      ],
      ['a structured result without blocks', { content: [], structuredContent: { n: 1 } }, '{"n":1}'],
      [
        'blocks, where there is a structured result as well',
        { content: [text('one')], structuredContent: { n: 1 } },
        'one',
      ],
      ['a result in the form of 2024', { toolResult: { n: 1 } }, '{"n":1}'],
      ['no more than half of a character for what it is', { content: [text('x \ud83d')] }, 'x \ufffd'],
      ['nothing', {}, ''],
      [
        'blocks that no one knows, and what are none',
        {
          content: [{ type: 'video', data: 'AA==' }, null, 7, {}, { type: 'text' }, { type: 'resource' }, text('end')],
        },
        '[video]\n[unknown]\n[unknown]\n[unknown]\n\n[resource]\nend',
      ],
      ['a text in place of blocks', { content: 'hello' }, 'hello'],
      ['texts in place of blocks', { content: ['hello', text('there')] }, 'hello\nthere'],
      ['a block that is no list', { content: text('hello') }, 'hello'],
      ['blocks without a type', { content: [{ text: 'hello' }, { n: 1 }] }, 'hello\n{"n":1}'],
      ['an object in place of blocks', { content: { rows: [1] } }, '{"rows":[1]}'],
      ['a structured result beside null', { content: null, structuredContent: { n: 1 } }, '{"n":1}'],
      ['a structured result without content', { structuredContent: [1, 2] }, '[1,2]'],
      [
        'a structured result beside a block that says nothing',
        { content: [text(' ')], structuredContent: { n: 1 } },
        '{"n":1}',
      ],
      ['null for all', { content: null, structuredContent: null, toolResult: null }, ''],
    ])('%s', async (_title, result, expected) => {
      const { call } = await givenAnswers(() => result);

      expect(await call()).toEqual({ text: expected, isError: false });
    });
  });

  it('sends no half of a character to a tool', async () => {
    const { call } = await givenAnswers((_method, params) => ({ content: [text(JSON.stringify(params))] }));

    expect((await call({ q: 'x \ud83d' })).text).toContain('x \ufffd');
  });

  describe('offers the other tools', () => {
    const good = { name: 'good', inputSchema: { type: 'object' } };

    it('of a list in which one is not as the protocol asks, and says once which', async () => {
      const { mcp, warnings } = await givenAnswers(() => ({
        tools: [
          { ...good, name: 'odd', outputSchema: { properties: {} }, annotations: 'none', title: 7 },
          { name: 'bare' },
          { inputSchema: { type: 'object' } },
          null,
          { ...good, description: null, inputSchema: { properties: {} } },
        ],
      }));

      const listed = await mcp.listTools('remote');
      await mcp.listTools('remote');

      expect(listed.map(({ name }) => name)).toEqual(['odd', 'good']);
      expect(warnings()).toEqual([
        'The tool "bare" of the MCP endpoint remote is left out: its inputSchema is no object',
        'The tool "number 3" of the MCP endpoint remote is left out: it has no name',
        'The tool "number 4" of the MCP endpoint remote is left out: it has no name',
      ]);
    });

    it('of a list that has no end, and says that it has been cut', async () => {
      const { mcp, methods, warnings } = await givenAnswers(() => ({ tools: [good], nextCursor: 'again' }));

      expect(await mcp.listTools('remote')).toHaveLength(20);

      expect(methods.filter((method) => method === 'tools/list')).toHaveLength(20);
      expect(warnings()).toEqual([expect.stringContaining('only 500 tools and 20 pages are read')]);
    });

    it('to the model, with a name of its own for each that is too long', async () => {
      const long = 'x'.repeat(80);
      const { offered } = await givenAnswers(() => ({
        tools: [`${long}.a`, `${long}.b`, 'short.one'].map((name) => ({ ...good, name })),
      }));

      const names = [...(await offered()).keys()];

      expect(names).toHaveLength(3);
      expect(names).toContain('remote__short_one');
      for (const name of names) expect(name).toMatch(/^remote__[A-Za-z0-9_-]{1,56}$/);
    });
  });

  it('says in one line when an answer to tools/list has no tools', async () => {
    const { mcp } = await givenAnswers(() => ({ tool: [] }));

    await expect(mcp.listTools('remote')).rejects.toMatchObject({
      code: 'MCP_CALL_FAILED',
      reason: 'Error: The answer to tools/list has no list of tools.',
    });
  });

  describe('when the server has restarted and knows nothing of the session,', () => {
    it.each([404, 400])('makes the call once more in a new one, as the protocol asks for a %i', async (status) => {
      const { call, methods, restart, warnings } = await givenAnswers(() => ({ content: [text('done')] }));
      await call();
      restart(status);

      expect(await call()).toEqual({ text: 'done', isError: false });

      const begun = ['initialize', 'notifications/initialized', 'tools/call'];
      expect(methods).toEqual([...begun, 'tools/call', ...begun]);
      expect(warnings()).toEqual([]);
    });

    it('gives up when it knows nothing of the new one either', async () => {
      let calls = 0;
      const { url } = await givenHttpServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { id, method } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as {
            id?: number;
            method?: string;
          };
          if (method === 'tools/call') calls++;
          if (method !== 'initialize') return void response.writeHead(id === undefined ? 202 : 404).end('no session');
          const result = {
            protocolVersion: '2025-06-18',
            capabilities: {},
            serverInfo: { name: 'x', version: '1' },
          };
          response
            .writeHead(200, { 'content-type': 'application/json' })
            .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
        });
      });
      const { mcp } = await givenMcpConsumption([{ name: 'lost', transport: 'http', url, allowedTools: ['.*'] }]);

      await expect(mcp.callTool({ endpoint: 'lost', tool: 'read', caller: 'test' })).rejects.toMatchObject({
        code: 'MCP_CALL_FAILED',
      });
      expect(calls).toBe(2);
    });

    it('makes no call twice that the server may have read', async () => {
      const given = await givenAnswers(() => ({ content: [] }));
      await given.call();
      given.restart(500);

      await expect(given.call()).rejects.toMatchObject({ code: 'MCP_CALL_FAILED' });
      expect(given.methods.filter((method) => method === 'tools/call')).toHaveLength(2);
    });
  });

  it.each([
    ['comments between them', (message: string) => `: hello\n\n: more\ndata: ${message}\n\n: bye\n\n`],
    ['line ends of Windows', (message: string) => `event: message\r\nid: 1\r\ndata: ${message}\r\n\r\n`],
    ['fields that nobody knows', (message: string) => `foo: bar\nretry: 10\ndata: ${message}\n\n`],
    ['progress before the answer', (message: string) => `data: ${PROGRESS}\n\ndata: ${message}\n\n`],
  ])('reads a stream of events with %s', async (_what, frame) => {
    const { call } = await givenAnswers(() => ({ content: [text('whole')] }), frame);

    expect(await call()).toMatchObject({ text: 'whole' });
  });

  it('passes over what a program writes between its answers', async () => {
    const noise = ['Server listening …\n', '{"not":"rpc"}\n', '[1,2]\n', '[info] a call\r\n', '\n'];
    const { mcp } = await givenMcpConsumption([stdio({ noise })]);

    const result = await mcp.callTool({ endpoint: 'local', tool: 'echo', input: { a: 1 }, caller: 'test' });

    expect(JSON.parse(result.text)).toEqual({ a: 1 });
  });

  it('says of a server of the older transport what it is', async () => {
    const { url } = await givenHttpServer((_request, response) => response.writeHead(405).end('Method Not Allowed'));
    const { mcp } = await givenMcpConsumption([{ name: 'old', transport: 'http', url: `${url}/sse` }]);

    await expect(mcp.listTools('old')).rejects.toMatchObject({
      call: 'connect',
      reason: expect.stringContaining('HTTP with SSE, is not spoken here') as string,
    });
  });

  it('gives programs the language, the time zone and the folders of the user', async () => {
    const given = { LC_ALL: 'C.UTF-8', TZ: 'Europe/Oslo', XDG_CONFIG_HOME: '/home/kim/.config', DAEMONRY_SECRET: 'x' };
    const before = { ...process.env };
    Object.assign(process.env, given);
    const { mcp } = await givenMcpConsumption([stdio({ tools: ['environment'] }, { env: { TZ: 'UTC' } })]);

    const result = await mcp.callTool({ endpoint: 'local', tool: 'environment', caller: 'test' });
    process.env = before;

    const environment = JSON.parse(result.text) as Record<string, string>;
    expect(environment).toMatchObject({ LC_ALL: 'C.UTF-8', TZ: 'UTC', XDG_CONFIG_HOME: '/home/kim/.config' });
    expect(environment).not.toHaveProperty('DAEMONRY_SECRET');
  });
});
