import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runProgram } from '../../src/cli/runProgram';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const ESC = '\u001b[31m';

/** An application with one installed package, whose package.json has that description and manifest. */
function givenApplication(manifest: object, more: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-controls-'));
  folders.push(folder);
  const plugin = join(folder, 'node_modules', 'strange');
  mkdirSync(plugin, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', dependencies: { strange: '1' } }));
  writeFileSync(join(plugin, 'package.json'), JSON.stringify({ name: 'strange', daemonry: manifest, ...more }));
  writeFileSync(
    join(folder, 'main.cjs'),
    `module.exports = () => require(${JSON.stringify(join(__dirname, '../../src/index.ts'))}).createApplication({
      name: 'app', listeners: [], config: { env: false, directory: false },
    });`,
  );
  return folder;
}

async function run(cwd: string, ...args: readonly string[]): Promise<string> {
  const written: string[] = [];
  const terminal = { cwd, out: (text: string) => written.push(text), err: (text: string) => written.push(text) };
  await new Promise<void>((done) => void runProgram(args, terminal, () => done()));
  return written.join('\n');
}

describe('A command that shows texts of files', () => {
  it.each([[[]], [['--json']]])('prints no control character of theirs: plugins %j', async (options) => {
    const folder = givenApplication({ name: `${ESC}red`, plugin: `./${ESC}.js` }, { version: `1${ESC}\u009b2J\u202e` });

    const text = await run(folder, 'plugins', 'main.cjs', ...options);

    expect(text).toContain('strange');
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    if (options.length > 0) expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  it('prints none of the descriptions of commands: help', async () => {
    const folder = givenApplication({ commands: { strange: { module: './c.js', description: `${ESC}red` } } });

    expect(await run(folder, '--help')).not.toContain('\u001b');
  });
});

describe('The file of a plugin', () => {
  it('may not be a link that leads out of its package', async () => {
    const folder = givenApplication({ name: 'strange', plugin: './plugin.cjs' });
    writeFileSync(join(folder, 'outside.cjs'), 'exports.register = () => undefined;');
    symlinkSync(join(folder, 'outside.cjs'), join(folder, 'node_modules', 'strange', 'plugin.cjs'));

    const text = await run(folder, 'plugins', 'main.cjs');

    expect(text).toContain('PLUGIN_MANIFEST_INVALID');
    expect(text).toContain('is a link that leads out of the package');
  });
});
