import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { givenFolder } from './support/givenApplication';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const status = (url: string, ...more: readonly string[]) => givenFolder().call(['status', '--url', url, ...more]);

describe('A command against what is no application', () => {
  it('ends with 2 where nothing runs, and says what is missing', async () => {
    const { code, stderr } = await givenFolder({ 'package.json': '{}' }).call(['status']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/APPLICATION_NOT_FOUND: No running application [^]*databases: none[^]*module web: --url/);
  });

  it('ends with 2 where nobody listens', async () => {
    const url = await serve(() => undefined);
    servers.splice(0).forEach((server) => server.close());

    const { code, stderr } = await status(`${url}/`);

    expect(code).toBe(2);
    expect(stderr).toMatch(
      /APPLICATION_UNREACHABLE: The application cannot be reached\.\n {2}url: .*\n {2}cause: ECONNREFUSED/,
    );
  });

  it('ends with 2 when there is no answer in time, and says of an act that it may have been done', async () => {
    const url = await serve(() => undefined);

    const read = await status(url, '--timeout', '50ms');
    const act = ['restart', 'mailer', '--reason', 'x', '--url', url, '--timeout', '50ms'];
    const acted = await givenFolder().call(act);

    expect(read).toMatchObject({ code: 2, stderr: expect.stringContaining('has not answered within 50ms') as string });
    expect(read.stderr).not.toContain('carried out');
    expect(acted).toMatchObject({ code: 2, stderr: expect.stringContaining('it may have been carried out') as string });
  });

  it('ends with 64 for an instant that is none, whoever is asked', async () => {
    const { code, stderr } = await givenFolder().call(['explain', 'mailer', 'nonsense']);

    expect(code).toBe(64);
    expect(stderr).toContain('Give an instant such as 2030-01-31T03:00:00Z.');
  });

  it('ends with 1 when a run was begun before under its key, and nobody knows how it ended', async () => {
    const notes = ['The run was begun before. How it ended is not known here: look at the runs of the task.'];
    const answer = {
      action: 'trigger',
      listener: 'mailer',
      by: 'kim',
      at: '2030-01-31T08:00:00.000Z',
      lifted: [],
      notes,
    };
    const url = await serve((_request, response) => void response.end(JSON.stringify({ ...answer, repeated: true })));

    const { code, stdout } = await givenFolder().call([
      'trigger',
      'mailer',
      '--reason',
      'x',
      '--key',
      'k',
      '--url',
      url,
    ]);

    expect(code).toBe(1);
    expect(stdout).toContain('How it ended is not known here');
  });

  it('ends with 2 when the answer begins and never ends', async () => {
    const url = await serve((_request, response) => void response.write('{'));

    expect(await status(url, '--timeout', '50ms')).toMatchObject({ code: 2 });
  });

  it('reads no answer without an end', async () => {
    const url = await serve((_request, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(1_048_576)));
        response.once('drain', more);
      };
      more();
    });

    const { code, stderr } = await status(url);

    expect(code).toBe(2);
    expect(stderr).toContain('its answer is larger than 32 MiB');
  });

  it.each<[string, number, string]>([
    ['a page', 200, '<html>It works</html>'],
    ['an empty answer', 200, ''],
    ['other JSON', 200, '{"name":"x"}'],
    ['null', 200, 'null'],
    ['a status whose listeners are none', 200, '{"name":"x","state":"y","listeners":[null]}'],
    ['a status whose tasks are none', 200, '{"name":"x","state":"y","listeners":[{"name":"a","state":"b","tasks":7}]}'],
    ['a page that is not found', 404, 'Not Found'],
    ['an error of another form', 500, '{"error":"boom"}'],
  ])('ends with 2 for %s', async (_what, code, body) => {
    const url = await serve((_request, response) => void response.writeHead(code).end(body));

    const answer = await status(url);

    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('Something answers there, but not as a running application');
    expect(answer.stderr).not.toMatch(/^\s+at /m);
  });

  it('follows no redirection, and names it', async () => {
    const asked: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      asked.push(request.url);
      response.end();
    });
    const url = await serve((_request, response) => void response.writeHead(302, { location: other }).end());

    expect(await status(url)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`redirects to: ${other}`) as string,
    });
    expect(asked).toEqual([]);
  });

  it.each([[[]], [['--json']]])('prints no control character of it: %j', async (options) => {
    const evil = '\u001b[2J\u009b31m\u202e\nshop is running';
    const task = { name: evil, schedule: evil, counters: { failed: 1 }, lastRun: undefined };
    const listener = { name: evil, state: evil, tasks: [task] };
    const url = await serve(({ url: path = '' }, response) => {
      const refusal = { error: { code: evil, message: evil, problems: [evil] } };
      if (path.startsWith('/api/runs')) response.writeHead(400).end(JSON.stringify(refusal));
      else response.end(JSON.stringify({ name: evil, state: evil, listeners: [listener] }));
    });

    const shown = await status(url, ...options);
    const refused = await givenFolder().call(['runs', 'x', '--url', url, ...options]);

    expect([shown.code, refused.code]).toEqual([0, 1]);
    for (const { stdout, stderr } of [shown, refused]) {
      expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
      expect(stdout).not.toMatch(/^shop is running/m);
    }
    expect(shown.stdout.trimEnd().split('\n').length).toBe(
      options.length === 0 ? 3 : shown.stdout.trimEnd().split('\n').length,
    );
  });
});
