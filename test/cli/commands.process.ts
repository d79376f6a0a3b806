import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';

import { givenApplication, type GivenApplication } from './support/givenApplication';
import { MAIN, SHOP } from './support/shop';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

describe('the daemonry program', () => {
  let shop: GivenApplication;
  beforeAll(() => {
    shop = givenApplication({ 'shop.js': SHOP, 'main.js': MAIN });
  });

  describe('plan', () => {
    it('shows the order with its reasons, and constructs nothing', async () => {
      const { code, stdout, stderr } = await shop.daemonry(['plan', 'main.js']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Plan of "shop": 3 listeners, 2 tasks');
      expect(stdout).toContain('after database (dependsOn: Mailer -> Database)');
      expect(stdout).not.toContain('constructed');
    });

    it('is JSON when asked, and a graph when asked', async () => {
      const json = await shop.daemonry(['plan', 'main.js', '--json']);
      expect((JSON.parse(json.stdout) as { order: string[] }).order).toEqual(['report', 'database', 'mailer']);

      const dot = await shop.daemonry(['plan', 'main', '--dot']);
      expect(dot.stdout).toMatch(/^digraph "shop" \{\n/);
      expect(dot.stdout).toContain('"database" -> "mailer" [label="dependsOn"];');
    });

    it.each(['--json', '--svg', ''])('%s whose output is lost is said, and 1', (option) => {
      const program = join(shop.home, 'node_modules/daemonry/dist/src/cli/main.js');
      const args = [program, 'plan', 'main.js', option].filter((text) => text !== '');
      const stdio = ['ignore', openSync('/dev/full', 'w'), 'pipe'] as const;
      const { status, stderr } = spawnSync(process.execPath, args, {
        cwd: shop.folder,
        stdio: [...stdio],
        encoding: 'utf8',
      });

      expect([status, stderr]).toEqual([1, expect.stringContaining('The output cannot be written: ENOSPC')]);
    });

    it('refuses --json together with --dot', async () => {
      const { code, stderr } = await shop.call(['plan', 'main.js', '--json', '--dot']);
      expect(code).toBe(64);
      expect(stderr).toContain("'--dot' cannot be used with option '--json'");
    });

    it('of a broken application is every problem, and 2', async () => {
      shop.write({ 'bad.js': MAIN.replace('create()', "create({ nam: 1, clock: 'noon' })") });
      const { code, stdout } = await shop.daemonry(['plan', 'bad.js', '--json']);
      expect(code).toBe(2);
      expect((JSON.parse(stdout) as { problems: { code: string }[] }).problems.map((one) => one.code)).toEqual([
        'UNKNOWN_OPTION',
        'INVALID_OPTION',
      ]);
    });
  });

  describe('without an entry', () => {
    const manifest = (daemonry?: unknown): string => JSON.stringify({ name: 'shop', private: true, daemonry });

    it('takes the one that the nearest package.json names, from a folder below as well', async () => {
      shop.write({ 'named/package.json': manifest({ entry: 'app/main.js' }), 'named/app/shop.js': SHOP });
      shop.write({ 'named/app/main.js': MAIN, 'named/app/deep/x.js': '' });

      for (const cwd of ['named', 'named/app/deep']) {
        const { code, stdout } = await shop.daemonry(['check'], { cwd });
        expect([code, stdout]).toEqual([0, expect.stringContaining('ok: "shop" can start: 3 listeners')]);
      }
      expect((await shop.daemonry(['plan', '--json'], { cwd: 'named' })).code).toBe(0);
    });

    it.each<[string, unknown, string]>([
      ['names none', undefined, 'no package.json names one'],
      ['names something else', { entry: 7 }, 'names something as the entry that is no path'],
      ['names a file that is not there', { entry: 'src/mian.js' }, 'There is no entry file "src/mian.js"'],
    ])('is wrong usage where that %s', async (_what, daemonry, told) => {
      shop.write({ 'unnamed/package.json': manifest(daemonry) });

      const { code, stderr } = await shop.call(['plan'], { cwd: 'unnamed' });

      expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining(told) as string });
    });
  });

  it.each(['package.json', 'config/default.yaml'])(
    'refuses an entry that is no program, without a stack: %s',
    async (file) => {
      shop.write({ 'elsewhere/package.json': '{}', 'elsewhere/config/default.yaml': 'a: 1' });

      const { code, stderr } = await shop.call(['plan', file], { cwd: 'elsewhere' });

      expect(code).toBe(64);
      expect(stderr).toContain(`ENTRY_NOT_FOUND: The entry "${file}" is no program.`);
      expect(stderr).not.toContain('    at ');
    },
  );

  describe('--only and --without', () => {
    it('take along what is needed, and say so', async () => {
      const { code, stdout } = await shop.daemonry(['plan', 'main.js', '--only', 'tag:mail']);
      expect(code).toBe(0);
      expect(stdout).toContain('SELECTED_AS_NEEDED: "database" starts as well: "mailer" needs it.');
      expect(stdout).toContain('disabled: not selected by --only tag:mail');
      expect(stdout).not.toContain('disabled: it needs');
    });

    it('refuse a name and a tag that nobody has, with a suggestion, with 2', async () => {
      const { code, stderr } = await shop.daemonry(['check', 'main.js', '--only', 'mialer,tag:storag']);
      expect(code).toBe(2);
      expect(stderr).toContain('--only mialer: no listener has that name. Did you mean "mailer"?');
      expect(stderr).toContain('--only tag:storag: no listener has that tag. Did you mean "tag:storage"?');
      expect(stderr).toContain('2 problems');
    });

    it('leave out what needs what is left out', async () => {
      const { stdout } = await shop.daemonry(['plan', 'main.js', '-w', 'database']);
      expect(stdout).toContain('disabled: left out by --without database');
      expect(stdout).toContain('disabled: it needs "database", which is disabled');
    });

    it('refuse to leave nothing', async () => {
      const { code, stderr } = await shop.daemonry(['check', 'main.js', '--only', 'report', '--without', 'report']);
      expect(code).toBe(2);
      expect(stderr).toContain('INVALID_SELECTION: The selection leaves no listener to start.');
    });

    it('refuse an empty name as wrong usage', async () => {
      expect((await shop.call(['check', 'main.js', '--only', 'a,,b'])).code).toBe(64);
    });
  });

  describe('config', () => {
    it('shows each value with its origin, and no secret', async () => {
      shop.write({ 'config/default.yaml': 'shutdown:\n  grace: 30s\n' });
      const set = ['--set', 'mail.host=mail.example', '--set', 'listeners.mailer.interval=90s'];
      const { code, stdout } = await shop.daemonry(['config', 'main.js', ...set]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^shutdown\.grace +30s +\(config\/default\.yaml\)$/m);
      expect(stdout).toMatch(/^mail\.host +mail\.example +\(--set mail\.host\)$/m);
      expect(stdout).toMatch(/^mail\.token +\[redacted\] +\(default\)$/m);
      expect(stdout).toMatch(/^listeners\.mailer\.tasks\.tick\.interval +90s +\(--set listeners\.mailer\.interval\)$/m);
      expect(stdout).not.toContain('hunter2');
    });

    it('has one line for each value, whatever is in it', async () => {
      const { stdout } = await shop.daemonry([
        'config',
        'main.js',
        '--set',
        'mail.host=a\nshutdown.grace  1s  (default)',
      ]);
      expect(stdout).toMatch(/^mail\.host +"a\\nshutdown\.grace {2}1s {2}\(default\)" +\(--set mail\.host\)$/m);
    });

    it('puts --set above the values in code', async () => {
      shop.write({
        'valued.js': MAIN.replace('create()', "create({ config: { values: { 'shutdown.grace': '1m' } } })"),
      });
      const { stdout } = await shop.daemonry(['config', 'valued.js', '--set', 'shutdown.grace=50s', '--json']);
      const { values } = JSON.parse(stdout) as { values: { path: string; value: unknown; origin: string }[] };
      expect(values.find(({ path }) => path === 'shutdown.grace')).toEqual({
        path: 'shutdown.grace',
        value: '50s',
        origin: '--set shutdown.grace',
      });
    });

    it('shows of a broken application what it could read, then what is wrong', async () => {
      const set = ['--set', 'shutdwn.grace=1s', '--set', 'ledger.runsPerTask=many'];
      const { code, stdout, stderr } = await shop.daemonry(['config', 'main.js', ...set]);
      expect(code).toBe(2);
      expect(stdout).toContain('ledger.runsPerTask');
      expect(stderr).toContain('"shutdwn" is not a section of this application. Did you mean "shutdown"?');
      expect(stderr).toContain('from: --set ledger.runsPerTask');
    });

    it('refuses a --set that is no assignment as wrong usage', async () => {
      const { code, stderr } = await shop.call(['config', 'main.js', '--set', 'grace']);
      expect(code).toBe(64);
      expect(stderr).toContain('Write path=value');
    });
  });

  describe('run', () => {
    it('runs the application as this process, and ends as it does', async () => {
      const args = ['run', 'main.js', '--only', 'mailer', '--set', 'logging.format=text'];
      const { code, stdout } = await shop.daemonry(args, { stopAfter: 'Started in' });
      expect(code).toBe(0);
      expect(stdout).toContain('constructed\nstarted');
      expect(stdout).toContain('"database" starts as well');
      expect(stdout).toContain('received SIGTERM');
    });

    it('runs what an entry exports', async () => {
      shop.write({ 'exported.js': "module.exports = () => require('./shop.js').create();" });
      const { code, stdout } = await shop.daemonry(['run', 'exported.js'], { stopAfter: 'Started in' });
      expect(code).toBe(0);
      expect(stdout).toContain('received SIGTERM');
    });

    it('gives the entry the arguments after it', async () => {
      shop.write({ 'args.js': 'console.log(JSON.stringify(process.argv.slice(1))); process.exit(7);' });
      const { code, stdout } = await shop.daemonry(['run', 'args.js', '--', '--fast', 'x']);
      expect(code).toBe(7);
      expect(JSON.parse(stdout)).toEqual([expect.stringMatching(/args\.js$/), '--fast', 'x']);
    });

    it('ends with 2 when the plan is wrong', async () => {
      const { code, stderr } = await shop.daemonry(['run', 'main.js', '--only', 'nobody']);
      expect(code).toBe(2);
      expect(stderr).toContain('INVALID_SELECTION');
    });

    it('ends with 1 when the entry throws or creates no application', async () => {
      shop.write({ 'throws.js': "throw new Error('no such luck');", 'idle.js': 'exports.nothing = 1;' });
      const thrown = await shop.daemonry(['run', 'throws.js']);
      expect(thrown).toMatchObject({ code: 1, stderr: expect.stringContaining('no such luck') as string });
      const idle = await shop.daemonry(['run', 'idle.js']);
      expect(idle).toMatchObject({ code: 1, stderr: expect.stringContaining('ENTRY_WITHOUT_APPLICATION') as string });
    });
  });

  describe('help', () => {
    it('tells every command, examples and the exit codes', async () => {
      const { code, stdout } = await shop.call(['--help']);
      expect(code).toBe(0);
      for (const word of ['run', 'plan', 'check', 'config', 'plugins', 'new', 'generate', 'Exit codes:', 'Examples:']) {
        expect(stdout).toContain(word);
      }
    });

    it('is what a call without a command shows, as wrong usage', async () => {
      const { code, stderr } = await shop.call([]);
      expect(code).toBe(64);
      expect(stderr).toContain('Usage: daemonry');
    });

    it('names the version', async () => {
      const { stdout } = await shop.daemonry(['--version']);
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    });

    it('suggests the command that was meant', async () => {
      const { code, stderr } = await shop.call(['chekc', 'main.js']);
      expect(code).toBe(64);
      expect(stderr).toContain('Did you mean check?');
    });
  });
});
