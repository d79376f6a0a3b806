import { PlanError } from 'daemonry';

import { call } from './support/call';
import { endMcp, givenMcp, post, TOKEN } from './support/givenMcp';

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
      ['JSON that is no request', '{"hello":"world"}', 400, -32_700],
      ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"shell/exec"}', 200, -32_601],
      ['a tool that nobody knows', callOf('rm -rf /', {}), 200, -32_602],
      ['arguments that do not match the schema', callOf('runs', { listener: 7 }), 200, -32_602],
      ['arguments that are not known', callOf('runs', { listener: 'web', path: '/etc/passwd' }), 200, -32_602],
    ])('%s', async (_title, body, status, code) => {
      const { url } = await givenMcp();

      expect(await post(url, body)).toMatchObject({ status, body: { error: { code } } });
    });

    it('another method than POST', async () => {
      const { url } = await givenMcp();

      expect(await call(url)).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    });

    it('a body that is too large', async () => {
      const { url } = await givenMcp();

      expect(await post(url, JSON.stringify({ padding: 'x'.repeat(1_100_000) }))).toMatchObject({ status: 413 });
    });

    it('a token that is too short to be one', async () => {
      await expect(givenMcp({ bearerToken: 'short' })).rejects.toThrow(PlanError);
    });
  });
});

function callOf(name: string, args: Record<string, unknown>): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });
}
