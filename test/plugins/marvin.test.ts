import { appendFileSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

import { BackgroundDaemon, Identities } from '../../src';
import { appWith, plannedPlugin } from './support/given';
import { appFiles, givenFolder, installFramework, link, write } from './support/givenPackages';

const SOURCE = join(__dirname, '../../examples/plugin-marvin');
const NAME = 'daemonry-plugin-marvin';

@BackgroundDaemon()
class Speaker {
  constructor(readonly identities: Identities) {}
}

/** An application where the example is installed: built, and with the files that its package has. */
function givenInstalledMarvin(): string {
  const folder = givenFolder(appFiles(NAME));
  const installed = join(folder, 'node_modules', NAME);
  for (const shipped of ['package.json', 'identity']) {
    cpSync(join(SOURCE, shipped), join(installed, shipped), { recursive: true });
  }
  const compilerOptions = {
    module: ModuleKind.CommonJS,
    target: ScriptTarget.ES2022,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  for (const file of readdirSync(join(SOURCE, 'src'))) {
    const { outputText } = transpileModule(readFileSync(join(SOURCE, 'src', file), 'utf8'), { compilerOptions });
    write(installed, { [`dist/${file.replace(/\.ts$/, '.js')}`]: outputText });
  }
  installFramework(folder);
  link(join(folder, 'node_modules/class-validator'), join(__dirname, '../../node_modules/class-validator'));
  return folder;
}

describe('The example plugin, installed', () => {
  it('is discovered, boots, ticks on its settings and stops', async () => {
    const app = await appWith(givenInstalledMarvin(), ['marvin'], {
      config: { values: { 'plugins.settings.marvin': { interval: '1m', gloom: 2 } } },
    });
    expect(plannedPlugin(app)).toMatchObject({ state: 'enabled', package: NAME, listeners: ['marvin_sighs'] });

    await app.start();
    await app.clock.advance('2m');
    const report = await app.stop();

    expect(app.runs('marvin_sighs').map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    expect(app.logs.filter(({ pluginName }) => pluginName === 'marvin').map(({ message }) => message)).toEqual(
      expect.arrayContaining(['Sigh..', 'At last.']),
    );
    expect(report.code).toBe(0);
  });

  it('speaks from the texts of the installed copy', async () => {
    const folder = givenInstalledMarvin();
    const texts = join(folder, 'node_modules', NAME, 'identity');
    appendFileSync(join(texts, 'voice.md'), 'MARK OF THE INSTALLED COPY');
    const app = await appWith(folder, ['marvin'], { listeners: [Speaker] });
    const identity = await app.container.get(Speaker).identities.current();

    expect(identity).toMatchObject({ name: 'Marvin', source: 'plugin marvin', metadata: { folder: texts } });
    expect(identity.prompt).toContain('MARK OF THE INSTALLED COPY');
  });
});
