'use strict';

/** @type {import('jest').Config} */
module.exports = {
  // The projects that tests run in processes of their own share the cache of compiled files under this name.
  id: 'daemonry',
  preset: 'daemonry/jest-preset',
  // Lets `daemonry` and `daemonry/*` resolve to the sources: the same modules as relative imports reach.
  testEnvironmentOptions: { customExportConditions: ['daemonry-source', 'node', 'node-addons'] },
  // A busy machine takes its time; what hangs still fails.
  testTimeout: 20_000,
  // Many of the tests wait for other processes.
  maxWorkers: '100%',
  roots: ['<rootDir>/test', '<rootDir>/modules/test'],
  testMatch: ['<rootDir>/{test,modules/test}/**/*.test.ts'],
  reporters: ['default', '<rootDir>/jest-preset/reporter.js'],
  collectCoverageFrom: ['{src,decorators,modules}/**/*.ts', '!modules/{test,dist}/**'],
};
