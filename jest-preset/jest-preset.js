'use strict';

/**
 * The preset: `preset: 'daemonry/jest-preset'` is all that a Jest configuration needs.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  testEnvironment: require.resolve('./environment.js'),
  transform: { '\\.[cm]?[jt]sx?$': require.resolve('./transformer.js') },
  // The container's ES modules have to be transformed like everything else; CommonJS passes through unchanged.
  transformIgnorePatterns: [],
  resolver: require.resolve('./resolver.js'),
  coverageProvider: 'v8',
};
