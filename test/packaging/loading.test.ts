import { resolve } from 'node:path';

import { build } from 'esbuild';

const ROOT = resolve(__dirname, '../..');

/** The files that are loaded with an entry, without those that a function requires when it is called. */
async function loadedWith(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    logLevel: 'error',
    plugins: [
      {
        name: 'later',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^\./ }, ({ kind, path }) =>
            kind === 'require-call' ? { path, external: true } : undefined,
          );
        },
      },
    ],
  });
  return Object.keys(metafile.inputs);
}

describe("require('daemonry')", () => {
  let loaded: readonly string[];
  beforeAll(async () => {
    loaded = await loadedWith('src/index.ts');
  });

  it.each([
    ['the state database', /^src\/state\/(ApplicationState|SqliteState|sqlite|WriteAheadLog)\.ts$/],
    ['the history', /^src\/history\/(?!NoHistory)/],
    ['the acts of operators', /^src\/application\/operator\/(?!OperatorOnDemand|operatorTables|requestOf)/],
    ['the watchdog', /^src\/watchdog\//],
    ['the timeline', /Timeline\.ts$/],
    ['cron patterns', /\/(LocalCron|CronPattern|cronDialect|TimeZone)\.ts$/],
    ['the encodings of secrets', /^src\/configuration\/redaction\//],
    ['the registration of plugins', /^src\/plugins\/(registerPlugins|PluginRegistration|pluginDaemon)\.ts$/],
  ])('leaves %s to applications that use it', (_, files) => {
    expect(loaded).toContain('src/application/assemble.ts');
    expect(loaded.filter((file) => files.test(file))).toEqual([]);
  });
});
