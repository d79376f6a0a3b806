import { type ApplicationProcess, startProcess } from 'daemonry/testing';

import { stateDatabases, runningOwner } from '../../src/state/stateOwners';
import { type GivenApplication, givenApplication, givenFolder } from './support/givenApplication';

jest.setTimeout(120_000);

const TOKEN = 'correct-horse-battery';

const MAIN = `
const { BackgroundDaemon, createApplication, runMain } = require('daemonry');
const { webModule } = require('@daemonry/modules/web');

class Mailer { tick() {} }
BackgroundDaemon({ name: 'mailer', interval: '1h', misfire: 'run-once' })(Mailer);
class Broken { tick() { throw new Error('no \\u001b[31mroute'); } }
BackgroundDaemon({ name: 'broken', interval: '1h' })(Broken);

const [name, port, withWeb] = process.argv.slice(2);
void runMain(() => createApplication({
  name, listeners: [Mailer, Broken], modules: withWeb === 'no' ? [] : [webModule()],
  config: { values: withWeb === 'no' ? {} : { web: { port: Number(port) } } },
}));
`;

const running: ApplicationProcess[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.kill()));
});

async function start(given: GivenApplication, args: readonly string[] = ['shop', '0'], env = {}) {
  const started = startProcess('main.js', { cwd: given.folder, args, env });
  running.push(started);
  await started.untilReady();
  return started;
}

const urlOf = ({ logs }: ApplicationProcess): string =>
  logs.map(({ message }) => /^Listening on (\S+)$/.exec(message)?.[1]).find((url) => url !== undefined) ?? 'none';

describe('A command against an application that runs in the same folder', () => {
  let given: GivenApplication;

  beforeEach(async () => {
    given = givenApplication({ 'main.js': MAIN });
    await start(given);
  });

  it('finds it by itself, and shows what it does, the failing first', async () => {
    expect(await given.daemonry(['trigger', 'broken', '--reason', 'to see'])).toMatchObject({ code: 1 });

    const { code, stdout, stderr } = await given.daemonry(['status']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^shop is running, for \d+s$/m);
    expect(stdout).toMatch(
      /STATE +LISTENER +LAST RUN +NEXT +FAILURES\n +running +broken +failed .* ago, took \d+ms +in \S+(?: \S+)? +1, since .* ago\n/,
    );
    expect(stdout).toMatch(/running +mailer +in /);
    const json = await given.daemonry(['status', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'shop', state: 'running' });
  });

  it('carries out what it is told, and says so', async () => {
    const run = await given.daemonry(['trigger', 'mailer', '--reason', 'to see']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^trigger of mailer tick: done by local\nthe run \S+ succeeded, took \S+\n$/);

    const pausing = ['pause', 'mailer', '--reason', 'disk full', '--until', '2099-01-31', '--key', 'a'];
    const pause = await given.daemonry(pausing);
    expect(pause.stdout).toBe('pause of mailer: done by local, until 2099-01-31T00:00:00.000Z\n');
    const again = await given.daemonry(pausing);
    expect(again.stdout).toContain('done before, under the same key');
    const status = await given.daemonry(['status']);
    expect(status.stdout).toMatch(/paused +mailer/);
    expect(status.stdout).toMatch(/^ {2}paused: mailer, by local for \d+s, ends in .*: disk full$/m);
    expect((await given.daemonry(['resume', 'mailer', '--reason', 'is well'])).stdout).toContain('1 lifted');

    const json = await given.daemonry(['log-level', 'debug', 'mailer', '--reason', 'to see', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      action: 'log-level',
      intent: { value: 'debug', reason: 'to see' },
    });
    expect(await given.daemonry(['restart', 'mailer', '--reason', 'to see'])).toMatchObject({ code: 0 });
    const other = await given.daemonry(['reschedule', 'mailer', '--interval', '2h', '--reason', 'less mail']);
    expect(other.stdout).toMatch(/^reschedule of mailer tick: done by local\nnext due at \S+Z, \S+Z, \S+Z\n$/);
    const skip = await given.daemonry(['skip-next', 'mailer', '--reason', 'a holiday']);
    expect(skip.stdout).toMatch(/^skip-next of mailer tick: done by local\n/);
    const reset = await given.daemonry(['reset', 'mailer', '--reason', 'as before']);
    expect(reset.stdout).toMatch(/^reset of mailer: done by local, 3 lifted\n/);
    const all = await given.daemonry(['pause', '--all', '--reason', 'a move', '--until', '2h']);
    expect(all.stdout).toMatch(/^pause of the whole application: done by local, until \d{4}-\S+Z\n$/);
  });

  it('shows the runs of a listener without the control characters of their errors, and explains them', async () => {
    await given.daemonry(['trigger', 'broken', '--reason', 'to see']);

    const { code, stdout } = await given.daemonry(['runs', 'broken']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^\S+Z +tick +failed +\S+ +no \\x1b\[31mroute$/m);
    const json = await given.daemonry(['runs', 'broken', '--json', '--limit', '1']);
    expect(json.stdout).not.toContain('\u001b');
    expect(JSON.parse(json.stdout)).toMatchObject([{ outcome: 'failed' }]);
    const explained = await given.daemonry(['explain', 'mailer', '2030-01-31T03:00:00Z']);
    expect(explained).toMatchObject({ code: 0, stdout: expect.stringContaining('mailer.tick (every 1h)') as string });
  });

  it('ends with 1 and a suggestion for a name that the application does not know', async () => {
    const { code, stderr } = await given.daemonry(['runs', 'mailr']);
    expect(code).toBe(1);
    expect(stderr).toContain('APPLICATION_REFUSED: There is no listener named "mailr". Did you mean "mailer"?');

    const act = await given.daemonry(['trigger', 'mailer', 'tock', '--reason', 'x', '--json']);
    expect(act.code).toBe(1);
    expect(JSON.parse(act.stdout)).toMatchObject({ problems: [{ code: 'APPLICATION_REFUSED' }] });
  });

  it('says that several run, and takes the one whose state database is named', async () => {
    await start(given, ['shop2', '0']);

    const { code, stderr } = await given.daemonry(['status']);

    expect(code).toBe(64);
    expect(stderr).toMatch(
      /APPLICATION_AMBIGUOUS: 2 applications run here\.\n {2}state\/shop\.db: http.*\n {2}state\/shop2\.db: http/,
    );
    const named = await given.daemonry(['status', '--state', 'state/shop2.db']);
    expect(named).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shop2 is running/) as string });
  });

  it('does not believe the row of an application that was killed, nor of one that has ended', async () => {
    await running[0]?.kill();

    const { code, stderr } = await given.daemonry(['status']);

    expect(code).toBe(2);
    expect(stderr).toMatch(/APPLICATION_NOT_FOUND: No running .*\n {2}looked in: .*state\n {2}databases: .*shop\.db/);
    expect(stateDatabases(`${given.folder}/state`).map((file) => runningOwner(file))).toEqual([undefined]);
  });
});

describe('A command against an application', () => {
  it.each([
    [['trigger', 'mailer'], /--reason/],
    [['pause', '--reason', 'x'], /No listener is given/],
    [['pause', 'mailer', '--all', '--reason', 'x'], /only one can be meant/],
    [['pause', 'mailer', '--reason', 'x', '--until', 'soon'], /an instant such as/],
    [['log-level', 'loud', '--reason', 'x'], /error, warn/],
    [['status', '--url', 'ftp://127.0.0.1'], /address of its module web/],
    [['status', '--url', 'http://kim:secret@127.0.0.1'], /address of its module web/],
    [['status', '--timeout', '0s'], /a duration/],
    [['runs', 'mailer', '--limit', '0'], /from 1 to 1000/],
  ])('ends with 64 for %j', async (args, why) => {
    const { code, stderr } = await givenFolder().call(args);
    expect(stderr).toMatch(why);
    expect(code).toBe(64);
  });

  it('says that the module web is missing where the application has none', async () => {
    const given = givenApplication({ 'main.js': MAIN });
    await start(given, ['shop', '0', 'no']);

    const { code, stderr } = await given.daemonry(['status']);

    expect(code).toBe(2);
    expect(stderr).toContain('does not load the module web');
  });

  it('finds it where the configuration and the environment put its state', async () => {
    const given = givenApplication({ 'main.js': MAIN, 'config/default.yaml': 'state: { directory: kept }\n' });
    await start(given);

    expect(await given.daemonry(['status'])).toMatchObject({ code: 0 });
    const env = { DAEMONRY__STATE__DIRECTORY: 'elsewhere' };
    expect(await given.daemonry(['status'], { env })).toMatchObject({ code: 2 });
  });

  it('needs a token of its operators where there are some, and never shows it', async () => {
    const operators = JSON.stringify([{ name: 'kim', kind: 'human', token: TOKEN, may: ['read'] }]);
    const given = givenApplication({ 'main.js': MAIN });
    const app = await start(given, ['shop', '0'], { DAEMONRY__WEB__OPERATORS: operators });
    const url = ['--url', urlOf(app)];

    const without = await given.daemonry(['status']);
    expect(without).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/401 UNAUTHORIZED[^]*set DAEMONRY_TOKEN/) as string,
    });
    const wrong = await given.daemonry(['status', ...url], { env: { DAEMONRY_TOKEN: 'another-token-of-somebody' } });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('401 UNAUTHORIZED') as string });
    expect(wrong.stderr).not.toContain('another-token');
    const none = await given.daemonry(['status', ...url], { env: { DAEMONRY_TOKEN: 'two words' } });
    expect(none).toMatchObject({ code: 64, stderr: expect.not.stringContaining('two words') as string });

    const env = { DAEMONRY_TOKEN: TOKEN };
    expect(await given.daemonry(['status', ...url], { env })).toMatchObject({ code: 0 });
    const act = await given.daemonry(['restart', 'mailer', '--reason', 'x'], { env });
    expect(act).toMatchObject({ code: 1, stderr: expect.stringContaining('403 OPERATOR_MAY_NOT') as string });
  });
});
