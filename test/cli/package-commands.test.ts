import { givenApplication, type GivenApplication, givenFolder } from './support/givenApplication';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const installed = (name: string, commands: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.2.3', daemonry: { commands } }),
});

describe('A command that an installed package declares', () => {
  let shop: GivenApplication;
  beforeAll(() => {
    const names = ['@acme/reports', 'stock', 'broken', 'odd', 'first', 'second'];
    shop = givenApplication({
      'package.json': JSON.stringify({
        name: 'shop',
        dependencies: Object.fromEntries(names.map((name) => [name, '*'])),
      }),
      'main.js': "require('daemonry').runMain(() => require('daemonry').createApplication({ name: 'shop' }));",
      'deep/below/note.txt': '',
      ...installed('@acme/reports', {
        report: { description: 'write the report of a day', module: './report.js' },
        check: { description: 'never reached', module: './report.js' },
      }),
      'node_modules/@acme/reports/report.js': `
        exports.run = async (args, terminal) => {
          terminal.out(JSON.stringify({ args, cwd: terminal.cwd }));
          terminal.err('a note');
          setInterval(() => undefined, 1_000);
          return args.length;
        };`,
      ...installed('stock', { stock: { description: 'count the stock', module: './dist/stock.mjs' } }),
      'node_modules/stock/dist/stock.mjs':
        'export function run(args) { if (args[0] === "fail") throw new Error("no stock"); }',
      ...installed('broken', {
        'no-module': { description: 'names none' },
        'not-there': { module: './gone.js' },
        'throws-early': { module: './throws.js' },
        'no-run': { module: './idle.js' },
      }),
      'node_modules/broken/throws.js': "require('not-installed-anywhere');",
      'node_modules/broken/idle.js': 'exports.start = () => 0;',
      ...installed('odd', { answers: { module: './answers.js' }, sleeps: { module: './sleeps.mjs' } }),
      'node_modules/odd/answers.js': 'exports.run = async ([text]) => JSON.parse(text);',
      'node_modules/odd/sleeps.mjs':
        'if (process.argv.includes("early")) await new Promise(() => {}); export const run = () => new Promise(() => {});',
      ...installed('first', { twice: { module: './x.js' } }),
      ...installed('second', { twice: { module: './x.js' } }),
    });
  });

  it('is listed by --help as a command of its package', async () => {
    const { code, stdout, stderr } = await shop.call(['--help'], { cwd: 'deep/below' });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Commands of @acme\/reports:\n +report +write the report of a day\n/m);
    expect(stdout).toMatch(/^Commands of stock:\n +stock +count the stock\n/m);
    expect(stdout).not.toContain('never reached');
  });

  it('runs with its arguments as they were typed, and gives the exit code; open handles do not matter', async () => {
    const { code, stdout, stderr } = await shop.daemonry(['report', '--day', 'x y', '--', '-v', '--help'], {
      cwd: 'deep/below',
    });

    expect({ code, stderr }).toEqual({ code: 5, stderr: 'a note\n' });
    expect(JSON.parse(stdout)).toEqual({
      args: ['--day', 'x y', '--', '-v', '--help'],
      cwd: expect.stringMatching(/deep\/below$/) as string,
    });
  });

  it('may be an ES module and return nothing, which is exit code 0; what it throws is exit code 1', async () => {
    const [fine, failed] = await Promise.all([shop.daemonry(['stock']), shop.daemonry(['stock', 'fail'])]);

    expect(fine).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Error: no stock') as string });
  });

  it('does not replace a command of the program', async () => {
    const { code, stdout } = await shop.daemonry(['check', 'main.js']);

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ok: "shop" can start: 0 listeners\n' });
  });

  it.each([
    ['no-module', 'its package.json names no module'],
    ['not-there', 'its module is not there'],
    ['throws-early', "its module failed to load: Error: Cannot find module 'not-installed-anywhere'"],
    ['no-run', 'its module exports no function "run"'],
  ])('is refused with exit code 2, naming the package, when it cannot be loaded: %s', async (name, why) => {
    const { code, stdout, stderr } = await shop.daemonry([name]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`COMMAND_UNUSABLE: The command "${name}" of the package "broken" cannot be run: ${why}`);
    expect(stderr).toMatch(/declared: .*node_modules\/broken\/package\.json/);
  });

  it.each(['256', '-1', '1.5', 'true', '"0"', '{}'])(
    'ends with exit code 2 when its answer is no exit code: %s',
    async (answer) => {
      const { code, stderr } = await shop.daemonry(['answers', answer]);

      expect(code).toBe(2);
      expect(stderr).toContain(
        'COMMAND_UNUSABLE: The command "answers" of the package "odd" cannot be run: it answered with',
      );
      expect(stderr).not.toContain('main.js');
    },
  );

  it.each(['early', 'late'])('does not end as a success while it waits for what never comes: %s', async (when) => {
    const { code, stderr } = await shop.daemonry(['sleeps', when]);

    expect(code).toBe(2);
    expect(stderr).toContain('it has not ended, and nothing is left that it could wait for.');
  });

  it('is refused when two packages declare it', async () => {
    const { code, stderr } = await shop.call(['twice']);

    expect(code).toBe(2);
    expect(stderr).toContain('The command "twice" of the package "first" cannot be run: "second" declares it as well.');
  });

  it.each([
    ['reprt', 'report'],
    ['stokc', 'stock'],
    ['chekc', 'check'],
  ])('is suggested, like a command of the program, for a misspelt name: %s', async (given, meant) => {
    const { code, stderr } = await shop.call([given]);

    expect(code).toBe(64);
    expect(stderr).toContain(`error: unknown command '${given}'\n(Did you mean ${meant}?)`);
  });

  it('is missing, with a note, while the package.json of the application cannot be read', async () => {
    const broken = givenFolder({ 'package.json': '{ "dependencies": ' });
    const { code, stderr } = await broken.call(['report']);

    expect(code).toBe(64);
    expect(stderr).toMatch(/^Note: .*package\.json cannot be read, so commands of packages may be missing: /);
    expect(stderr).toContain("unknown command 'report'");
  });
});
