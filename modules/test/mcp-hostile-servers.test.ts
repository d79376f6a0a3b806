import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PlanError } from 'daemonry';

import { givenHttpServer } from './support/givenHttpServer';
import { endMcpConsumption, givenMcpConsumption, isAlive, stdio } from './support/givenMcpConsumption';
import { givenMcpServer } from './support/givenMcpServer';

// Real processes, on a machine that may be busy.
jest.setTimeout(30_000);

afterEach(endMcpConsumption);

const caller = 'test';
const SECRET = 'swordfish-0123456789';

const until = async (met: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 10));
};

async function givenPidFile() {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-pids-'));
  const startedFile = join(folder, 'pids');
  const pids = async (): Promise<readonly number[]> =>
    (await readFile(startedFile, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
  return { startedFile, pids, remove: () => rm(folder, { recursive: true }) };
}

describe('mcp_consumption, with servers that mean no good,', () => {
  it('does not run their schemas', async () => {
    const outputSchema = { type: 'object', properties: { text: { type: 'string', pattern: '^(a+)+$' } } };
    const { mcp } = await givenMcpConsumption([stdio({ tools: ['structured'], outputSchema })]);

    await mcp.listTools('local');
    await expect(mcp.callTool({ endpoint: 'local', tool: 'structured', caller })).resolves.toMatchObject({
      isError: false,
    });
  });

  it('allows none of their tools once the patterns take too long for a name', async () => {
    const { app, mcp } = await givenMcpConsumption([
      stdio({ tools: ['aaa', `${'a'.repeat(60)}-`] }, { allowedTools: ['(a+)+'] }),
    ]);
    const since = Date.now();

    expect(await mcp.listTools('local')).toMatchObject([{ allowed: false }, { allowed: false }]);

    expect(Date.now() - since).toBeLessThan(4_000);
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('too long') as string }),
    );
    await expect(mcp.callTool({ endpoint: 'local', tool: 'aaa', caller })).rejects.toMatchObject({
      code: 'MCP_TOOL_NOT_ALLOWED',
    });
  });

  it('offers the tools of the others while one of them hangs', async () => {
    const hanging = await givenMcpServer();
    hanging.fail(0);
    const good = await givenMcpServer(['echo']);
    const { app, offered } = await givenMcpConsumption([
      { name: 'hanging', transport: 'http', url: hanging.url, allowedTools: ['.*'] },
      { name: 'good', transport: 'http', url: good.url, allowedTools: ['.*'] },
    ]);

    const tools = offered();
    await until(() => hanging.requests.length > 0 && good.requests.length > 2);
    await app.clock.advance('4s');

    expect([...(await tools).keys()]).toEqual(['good__echo']);
  });

  it('checks the others while one of them hangs', async () => {
    const hanging = [await givenMcpServer(), await givenMcpServer()];
    hanging.forEach(({ fail }) => fail(0));
    const { app, mcp } = await givenMcpConsumption(
      hanging.map(({ url }, n) => ({ name: `h${n}`, transport: 'http', url, timeout: '10s' })),
    );

    const tick = app.tick('mcp_consumption');
    await until(() => hanging.every(({ requests }) => requests.length > 0));
    await app.clock.advance('11s');
    await tick;

    expect(mcp.current()).toMatchObject([{ connected: false }, { connected: false }]);
  });

  it('gives up an answer that does not end', async () => {
    let sent = 0;
    const { url } = await givenHttpServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(1_048_576, ' ');
      const flood = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        sent += chunk.length;
      };
      response.on('drain', flood);
      flood();
    });
    const { mcp } = await givenMcpConsumption([{ name: 'remote', transport: 'http', url: `${url}/mcp` }]);

    await expect(mcp.listTools('remote')).rejects.toMatchObject({
      code: 'MCP_CALL_FAILED',
      reason: expect.stringContaining('larger than') as string,
    });
    expect(sent).toBeLessThan(100_000_000);
  });

  it('gives up a program that writes without an end', async () => {
    const { mcp } = await givenMcpConsumption([stdio({ flood: true })]);

    await expect(mcp.listTools('local')).rejects.toMatchObject({ code: 'MCP_CALL_FAILED' });
  });

  it('follows no redirect, which would carry the token away', async () => {
    const other = await givenMcpServer();
    const { url } = await givenHttpServer((_request, response) =>
      response.writeHead(307, { location: other.url }).end(),
    );
    const { mcp } = await givenMcpConsumption([
      { name: 'remote', transport: 'http', url: `${url}/mcp`, token: SECRET },
    ]);

    await expect(mcp.listTools('remote')).rejects.toMatchObject({ code: 'MCP_CALL_FAILED' });
    expect(other.requests).toHaveLength(0);
  });

  it('logs no part of a secret that a program writes, and leaves other words whole', async () => {
    const { app, mcp } = await givenMcpConsumption(
      [
        stdio(
          { says: `${'-'.repeat(490)}${SECRET}\n`, tools: ['hang'] },
          { env: { API_KEY: SECRET, DEBUG: '1' }, timeout: '11s' },
        ),
      ],
      {},
      { level: 'debug' },
    );

    await mcp.listTools('local');
    await until(() => app.logs.some(({ message }) => message.startsWith('MCP endpoint says')));
    expect(JSON.stringify(app.logs)).not.toContain(SECRET.slice(0, 6));

    const failed = expect(mcp.callTool({ endpoint: 'local', tool: 'hang', caller })).rejects.toMatchObject({
      reason: 'Error: No answer within 11s.',
    });
    await app.clock.advance('12s');
    await failed;
  });

  it('logs what a program writes line by line, however it comes, and no line that is too long', async () => {
    const says = [
      `token ${SECRET.slice(0, 5)}`,
      `${SECRET.slice(5)} given\nü`,
      ' is whole\n',
      'x'.repeat(9_000),
      '\nend',
    ];
    const { app, mcp } = await givenMcpConsumption(
      [stdio({ says, tools: ['hang'] }, { env: { API_KEY: SECRET } })],
      {},
      {
        level: 'debug',
      },
    );

    await mcp.listTools('local');
    await until(() => app.logs.some(({ message }) => message.includes('more than')));
    await app.stop();

    const said = app.logs.flatMap(({ message }) => /^MCP endpoint says: (.*)/.exec(message)?.[1] ?? []);
    expect(said).toEqual(['token [redacted] given', 'ü is whole', 'a line of more than 8192 characters', 'end']);
  });

  describe('at the stop,', () => {
    it('ends a program that does not want to, and soon', async () => {
      const { startedFile, pids, remove } = await givenPidFile();
      const { app, mcp } = await givenMcpConsumption([stdio({ stubborn: true, startedFile })]);
      await mcp.listTools('local');
      const since = Date.now();

      const { code } = await app.stop();

      expect({ code, soon: Date.now() - since < 2_000 }).toEqual({ code: 0, soon: true });
      expect((await pids()).filter(isAlive)).toEqual([]);
      await remove();
    });

    it('starts no program for calls that were waiting', async () => {
      const { startedFile, pids, remove } = await givenPidFile();
      const { app, mcp } = await givenMcpConsumption([stdio({ tools: ['hang'], startedFile })]);
      const calls = [1, 2, 3].map(() => mcp.callTool({ endpoint: 'local', tool: 'hang', caller }));
      const settled = Promise.allSettled(calls);
      await until(async () => (await pids()).length === 1);

      const { code } = await app.stop();

      expect(code).toBe(0);
      expect(await settled).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }, { status: 'rejected' }]);
      expect(await pids()).toHaveLength(1);
      expect((await pids()).filter(isAlive)).toEqual([]);
      await remove();
    });

    it('waits for no server that hangs while it is connected to', async () => {
      const hanging = await givenMcpServer();
      hanging.fail(0);
      const { app, mcp } = await givenMcpConsumption([{ name: 'remote', transport: 'http', url: hanging.url }]);
      const listing = mcp.listTools('remote');
      const settled = Promise.allSettled([listing]);
      await until(() => hanging.requests.length > 0);
      const since = Date.now();

      const { code } = await app.stop();

      expect({ code, soon: Date.now() - since < 2_000 }).toEqual({ code: 0, soon: true });
      expect(await settled).toMatchObject([{ status: 'rejected' }]);
    });
  });

  it('lets a caller that waits for its turn go at once', async () => {
    const { mcp } = await givenMcpConsumption([stdio({ tools: ['hang', 'echo'] })]);
    const first = new AbortController();
    const settled = Promise.allSettled([
      mcp.callTool({ endpoint: 'local', tool: 'hang', caller, signal: first.signal }),
    ]);

    await expect(
      mcp.callTool({ endpoint: 'local', tool: 'echo', caller, signal: AbortSignal.timeout(50) }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });

    first.abort();
    await settled;
  });

  it.each([
    ['with credentials', 'https://user:pass@example.com/mcp'],
    ['with a fragment', 'https://example.com/mcp#x'],
    ['in the clear', 'http://127.0.0.1.example.com/mcp'],
  ])('refuses an address %s', async (_title, url) => {
    await expect(givenMcpConsumption([{ name: 'remote', transport: 'http', url }])).rejects.toThrow(PlanError);
  });

  it('refuses names of endpoints that could be taken for an endpoint and a tool', async () => {
    await expect(givenMcpConsumption([stdio({}, { name: 'a__b' })])).rejects.toThrow(PlanError);
  });
});
