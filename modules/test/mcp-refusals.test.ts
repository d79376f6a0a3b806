import { LATEST_PROTOCOL_VERSION } from '@modelcontextprotocol/sdk/types.js';
import { type McpResource, McpResources, type McpTool, McpTools } from '@daemonry/modules/mcp';
import { Clock, defineModule, PlanError } from 'daemonry';
import { injectable } from 'inversify';

import { call } from './support/call';
import { endMcp, givenMcp, OPERATOR, post, TOKEN } from './support/givenMcp';

afterEach(endMcp);

describe('mcp', () => {
  describe('refuses', () => {
    it.each([
      ['no token', undefined],
      ['a wrong token', 'Bearer wrong-0123456789'],
      ['another scheme', `Basic ${TOKEN}`],
      ['an empty token', 'Bearer '],
      ['two tokens', `Bearer ${TOKEN} ${TOKEN}`],
    ])('%s with 401, and leaves a row in the audit log', async (_title, authorization) => {
      const { url, audited } = await givenMcp();

      const answer = await call(url, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
      });

      expect(answer).toMatchObject({ status: 401, body: { jsonrpc: '2.0', error: { code: -32_001 }, id: null } });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(await audited()).toMatchObject([
        { type: 'capability.denied', details: { surface: 'mcp', capability: 'connect' } },
      ]);
    });

    it('a flood of wrong tokens without filling the audit log', async () => {
      const { url, audited } = await givenMcp();

      for (let n = 0; n < 20; n++) await post(url, {}, { authorization: `Bearer wrong-012345678${n}` });

      expect(await audited()).toHaveLength(1);
    });

    it('wrong tokens with a row each while the clock was set back', async () => {
      const { app, url, audited } = await givenMcp();
      const now = jest.spyOn(app.container.get(Clock), 'now');
      await post(url, {}, { authorization: 'Bearer wrong-0123456789' });
      const before = now.mock.results.at(-1)?.value as number;
      now.mockReturnValue(before - 3_600_000);

      await post(url, {}, { authorization: 'Bearer wrong-0123456789' });
      await post(url, {}, { authorization: 'Bearer wrong-0123456789' });

      expect(await audited()).toHaveLength(2);
    });

    it('wrong tokens, broken tools and broken resources without filling the log', async () => {
      const { app, url } = await givenMcp(undefined, [broken]);
      const read = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'shop://broken' } };

      for (let n = 0; n < 30; n++) {
        await post(url, {}, { authorization: `Bearer wrong-01234567890${n}` });
        await post(url, callOf('broken', { n }));
        await post(url, read);
      }

      for (const text of ['An MCP request was refused', 'The tool broken failed', 'The resource shop://broken failed'])
        expect(app.logs.filter(({ message }) => message.startsWith(text))).toHaveLength(5);
    });

    it('a tool that the caller may not call, and leaves a row in the audit log', async () => {
      const { connect, audited } = await givenMcp();
      const client = await connect(TOKEN);

      await expect(client.callTool({ name: 'trigger', arguments: { listener: 'web' } })).rejects.toMatchObject({
        code: -32_001,
      });
      expect(await audited()).toMatchObject([
        { type: 'capability.denied', details: { surface: 'mcp', caller: 'default', capability: 'trigger' } },
      ]);
    });

    it.each([
      ['a body that is no JSON', '{"jsonrpc":', 400, -32_700],
      ['JSON that is no request', '{"hello":"world"}', 400, -32_600],
      ['a text', '"hello"', 400, -32_600],
      ['a request of another version of JSON-RPC', '{"jsonrpc":"1.0","id":1,"method":"ping"}', 400, -32_600],
      ['a batch of nothing', '[]', 400, -32_600],
      ['a batch with something that is no request', `[${callOf('status', {})},7]`, 400, -32_600],
      ['a batch of two requests with one id', `[${callOf('status', {})},${callOf('status', {})}]`, 400, -32_600],
      ['an id that is none', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', 400, -32_600],
      ['parameters that are no object', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[1]}', 400, -32_600],
      ['a call without parameters', '{"jsonrpc":"2.0","id":1,"method":"tools/call"}', 200, -32_602],
      ['a call of no name', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}', 200, -32_602],
      ['arguments that are a list', callOf('status', []), 200, -32_602],
      ['arguments that are null', callOf('status', null), 200, -32_602],
      ['arguments that are a text', callOf('status', 'all'), 200, -32_602],
      ['a beginning without a version', '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}', 200, -32_602],
      ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"shell/exec"}', 200, -32_601],
      ['a tool that nobody knows', callOf('rm -rf /', {}), 200, -32_602],
      ['arguments that do not match the schema', callOf('runs', { listener: 7 }), 200, -32_602],
      ['arguments that are not known', callOf('runs', { listener: 'web', path: '/etc/passwd' }), 200, -32_602],
    ])('%s', async (_title, body, status, code) => {
      const { url } = await givenMcp();

      const answer = await post(url, body);

      expect(answer).toMatchObject({ status, body: { error: { code } } });
      expect((answer.body as { error: { message: string } }).error.message).toMatch(/^.{1,300}$/);
    });

    it.each([0, -1, '', 'a'])('no request for its id: %j', async (id) => {
      const { url } = await givenMcp();

      expect(await post(url, { jsonrpc: '2.0', id, method: 'ping' })).toMatchObject({ status: 200, body: { id } });
    });

    it('no notification, which has no answer', async () => {
      const { url } = await givenMcp();

      expect(await post(url, { jsonrpc: '2.0', method: 'notifications/initialized' })).toMatchObject({ status: 202 });
    });

    it('no client for a version of the protocol that it does not know: it is told the newest', async () => {
      const { url } = await givenMcp();
      const begin = (protocolVersion: string) => {
        const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
        return post(url, { jsonrpc: '2.0', id: 1, method: 'initialize', params });
      };

      expect(await begin('2024-11-05')).toMatchObject({ body: { result: { protocolVersion: '2024-11-05' } } });
      expect(await begin('1999-01-01')).toMatchObject({
        body: { result: { protocolVersion: LATEST_PROTOCOL_VERSION } },
      });
    });

    it('with the id of the request, where it has one', async () => {
      const { url } = await givenMcp();

      expect(await post(url, '{"jsonrpc":"2.0","id":"a","method":7}')).toMatchObject({ body: { id: 'a' } });
      expect(await post(url, '{"id":null}')).toMatchObject({ body: { id: null } });
    });

    it.each(['GET', 'DELETE', 'PUT', 'OPTIONS'])('another method than POST: %s', async (method) => {
      const { url } = await givenMcp();

      expect(await call(url, { method })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    });

    it('a body that is too large', async () => {
      const { url } = await givenMcp();

      expect(await post(url, JSON.stringify({ padding: 'x'.repeat(1_100_000) }))).toMatchObject({ status: 413 });
    });

    it.each(['application/json', '*/*', 'text/event-stream, application/*;q=0.5', undefined])(
      'nobody for the types that it takes, when JSON is among them: %s',
      async (accept) => {
        const { url } = await givenMcp();
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
        const headers = {
          'content-type': 'application/json',
          authorization: `Bearer ${TOKEN}`,
          ...(accept === undefined ? {} : { accept }),
        };

        expect(await call(url, { method: 'POST', body, headers })).toMatchObject({ status: 200 });
        expect(await call(url, { method: 'POST', body, headers: { ...headers, accept: 'text/html' } })).toMatchObject({
          status: 406,
        });
      },
    );

    it.each<[string, Record<string, unknown>, RegExp]>([
      [
        'the token of another caller',
        {
          callers: [
            { name: 'a', token: OPERATOR },
            { name: 'b', token: OPERATOR },
          ],
        },
        /callers must have different tokens/,
      ],
      [
        'the token of the caller default',
        { bearerToken: TOKEN, callers: [{ name: 'a', token: TOKEN }] },
        /callers must have different tokens/,
      ],
      ['the name of the caller default', { callers: [{ name: 'default', token: OPERATOR }] }, /and not default/],
    ])('a caller with %s, without showing it', async (_title, mcp, problem) => {
      const error = await givenMcp(mcp).catch((thrown: unknown) => thrown as Error);

      expect(error).toBeInstanceOf(PlanError);
      expect((error as Error).message).toMatch(problem);
      expect((error as Error).message).not.toMatch(new RegExp(`${TOKEN}|${OPERATOR}`));
    });

    it('a token that is too short to be one', async () => {
      await expect(givenMcp({ bearerToken: 'short' })).rejects.toThrow(PlanError);
    });
  });
});

let failures = 0;
const fail = (): never => {
  throw new Error(`not today, for the ${++failures}th time`);
};

@injectable()
class BrokenTools extends McpTools {
  list(): readonly McpTool[] {
    return [{ name: 'broken', description: 'fails', inputSchema: { type: 'object' }, capability: 'read', call: fail }];
  }
}

@injectable()
class BrokenResources extends McpResources {
  list(): readonly McpResource[] {
    return [{ uri: 'shop://broken', name: 'broken', capability: 'read', read: fail }];
  }
}

const broken = defineModule('broken', {
  bind: ({ bind }) => {
    bind(McpTools).to(BrokenTools);
    bind(McpResources).to(BrokenResources);
  },
});

function callOf(name: string, args: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });
}
