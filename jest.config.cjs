'use strict';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Lets `daemonry` and `daemonry/*` resolve to the sources: the same modules as relative imports reach.
  testEnvironmentOptions: { customExportConditions: ['daemonry-source', 'node', 'node-addons'] },
  roots: ['<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.[cm]?[jt]s$': '<rootDir>/test/jest-transform.cjs' },
  // ES modules of node_modules have to be transformed; everything else passes through unchanged.
  transformIgnorePatterns: [],
  reporters: ['default', '<rootDir>/test/jest-reporter.cjs'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['{src,modules,decorators,config}/**/*.ts'],
};
