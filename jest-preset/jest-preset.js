'use strict';

// The preset: `preset: 'daemonry/jest-preset'` is all that a Jest configuration needs. Name by name, so that an ES module
// can import them by their names.
exports.testEnvironment = require.resolve('./environment.js');
exports.transform = { '\\.[cm]?[jt]sx?$': require.resolve('./transformer.js') };
// The container's ES modules have to be transformed like everything else; CommonJS passes through unchanged.
exports.transformIgnorePatterns = [];
exports.resolver = require.resolve('./resolver.js');
exports.coverageProvider = 'v8';
