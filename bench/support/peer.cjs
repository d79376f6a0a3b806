'use strict';

const { createRequire } = require('node:module');
const { join } = require('node:path');

const requirePeer = createRequire(join(__dirname, '..', 'peers', 'package.json'));

/**
 * Loads a package from `bench/peers`, or from the root where it is installed there only. Where it is not installed, the
 * process says so and ends: its subject is left out.
 */
function peer(name) {
  try {
    return requirePeer(name);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' || !error.message.includes(`'${name}'`)) throw error;
    process.stdout.write(`${JSON.stringify({ missing: name })}\n`);
    process.exit(0);
  }
}

module.exports = { peer };
