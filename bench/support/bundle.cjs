'use strict';

const { readFile } = require('node:fs/promises');
const { join } = require('node:path');

const { peer } = require('./peer.cjs');

/** Peers are required by name, so that they are found; and what NestJS would load if it were there stays outside. */
const PEERS = {
  name: 'peers',
  setup: (build) => {
    build.onLoad({ filter: /boot[\\/]nestjs\.cjs$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll("peer('", "require('"),
    }));
    build.onResolve(
      { filter: /^(@nestjs\/(microservices|websockets|platform-.*)|class-(transformer|validator))(\/|$)/ },
      ({ path }) => ({
        path,
        external: true,
      }),
    );
  },
};

/** Writes a program and all that it needs into one file. */
async function bundle(program, file) {
  await peer('esbuild').build({
    entryPoints: [program],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    keepNames: true,
    nodePaths: [join(__dirname, '..', 'peers', 'node_modules')],
    plugins: [PEERS],
    logLevel: 'error',
  });
}

module.exports = { bundle };
