'use strict';

const { execFileSync } = require('node:child_process');
const { readFile } = require('node:fs/promises');
const { join } = require('node:path');

const { peer } = require('./peer.cjs');

const ROOT = join(__dirname, '..', '..');

/** Peers are required by name, so that they are found; and what NestJS would load if it were there stays outside. */
const NEST = {
  name: 'nest',
  setup: (build) => {
    build.onLoad({ filter: /boot[\\/]nestjs\.cjs$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll("peer('", "require('"),
    }));
    build.onResolve(
      { filter: /^(@nestjs\/(microservices|websockets|platform-.*)|class-(transformer|validator))(\/|$)/ },
      ({ path }) => ({ path, external: true }),
    );
  },
};

/** Each writes a program and all that it needs into one file. */
const BUNDLERS = {
  daemonry: (program, file) => bundleWithDaemonry(program, file),
  'daemonry-cached': (program, file) => bundleWithDaemonry(program, file, '--code-cache'),
  nestjs: (program, file) =>
    peer('esbuild').build({
      entryPoints: [program],
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      keepNames: true,
      nodePaths: [join(ROOT, 'bench', 'peers', 'node_modules')],
      plugins: [NEST],
      logLevel: 'error',
    }),
};

function bundleWithDaemonry(program, file, ...flags) {
  peer('esbuild');
  const command = join(ROOT, 'dist', 'src', 'cli', 'main.js');
  execFileSync(process.execPath, [command, 'bundle', program, '--out', file, ...flags], { stdio: 'ignore' });
}

module.exports = { BUNDLERS };
