import { PlanError } from 'daemonry';

import { givenClosedPort, givenHttpServer } from './support/givenHttpServer';
import { endProbes, givenProbes } from './support/givenProbes';

afterEach(endProbes);

describe('heartbeat probes', () => {
  describe('secrets', () => {
    const SECRETS = ['swordfish', 'alice', 'tok-123456', 'key-98765'];

    it('are in no finding, log line, status or plan, whatever goes wrong', async () => {
      const port = await givenClosedPort();
      const { app, found } = await givenProbes([
        {
          name: 'billing',
          url: `http://alice:swordfish@127.0.0.1:${port}/up?token=tok-123456`,
          headers: { authorization: 'Bearer key-98765' },
        },
      ]);

      await app.tick('heartbeat_probes');

      expect(found()).toMatchObject([{ url: `http://127.0.0.1:${port}/up?[redacted]` }]);
      const shown = JSON.stringify([found(), app.logs, app.status(), app.plan, app.runs('heartbeat_probes')]);
      for (const secret of SECRETS) expect(shown).not.toContain(secret);
    });

    it('of the URL are sent as basic authorization, unless a header is configured', async () => {
      const { port, requests } = await givenHttpServer((_request, response) => response.end());
      const url = `http://alice:sword%20fish@127.0.0.1:${port}`;
      const { app } = await givenProbes(
        [
          { name: 'basic', url },
          { name: 'bearer', url, headers: { Authorization: 'Bearer key-98765' } },
        ],
        { settings: { concurrency: 1 } },
      );

      await app.tick('heartbeat_probes');

      expect(requests.map(({ headers }) => headers.authorization)).toEqual([
        `Basic ${Buffer.from('alice:sword fish').toString('base64')}`,
        'Bearer key-98765',
      ]);
    });

    it('are not in the error of a header that cannot be sent, which fails the startup only', async () => {
      const { app } = await givenProbes([
        { name: 'billing', url: 'http://127.0.0.1:1', headers: { authorization: 'swordfish\nx' } },
      ]);

      const [status] = app.status().listeners;
      expect(status).toMatchObject({
        state: 'startup_failed',
        error: { message: expect.stringContaining('The header "authorization" cannot be sent') as string },
      });
      expect(JSON.stringify([app.status(), app.logs])).not.toContain('swordfish');
    });
  });

  describe('settings', () => {
    it.each([
      ['a URL of another scheme', { url: 'ftp://files.example' }, 'url'],
      ['no URL', { url: 'billing' }, 'url'],
      ['a method that changes things', { method: 'POST' }, 'method'],
      ['a timeout that is no duration', { timeout: 'soon' }, 'timeout'],
      ['a timeout beyond the limit', { timeout: '1h' }, 'timeout'],
      ['a status that is none', { expectStatus: 99 }, 'expectStatus'],
      ['a name with odd characters', { name: 'a/b' }, 'name'],
      ['a header that is no text', { headers: { 'x-tenant': 42 } }, 'headers must be texts by name'],
      ['headers that are none', { headers: ['x-tenant'] }, 'headers must be texts by name'],
    ])('refuse %s', async (_what, changes, path) => {
      const endpoint = { name: 'billing', url: 'http://127.0.0.1', ...changes };

      const error = await givenProbes([endpoint]).catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(PlanError);
      expect(String(error)).toMatch(new RegExp(`heartbeat_probes\\.endpoints.*${path}`));
    });

    it('refuse two endpoints of one name', async () => {
      const endpoint = { name: 'billing', url: 'http://127.0.0.1' };

      await expect(givenProbes([endpoint, endpoint])).rejects.toThrow('different names');
    });
  });
});
