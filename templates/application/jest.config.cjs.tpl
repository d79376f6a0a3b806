'use strict';

/** @type {import('jest').Config} */
module.exports = {
  preset: 'daemonry/jest-preset',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // The first test also compiles what the application loads, until Jest has it in its cache.
  testTimeout: 30_000,
};
