'use strict';

const { join } = require('node:path');

/**
 * The plugin of Vitest. Adds a setup file, which adds the matchers of `daemonry/testing/matchers` and makes a test fail with
 * the problems of its applications; and has Vite record the types of parameters, which injection needs.
 */
exports.daemonry = () => ({
  name: 'daemonry',
  config: () => ({
    test: { setupFiles: [join(__dirname, 'setup.mjs')] },
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  }),
});
