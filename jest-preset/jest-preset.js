'use strict';

// The Jest preset. A configuration needs nothing but `preset: 'daemonry/jest-preset'`. Exports are assigned one by one,
// so that an ES module can import them by name.
exports.testEnvironment = require.resolve('./environment.js');
exports.transform = { '\\.[cm]?[jt]sx?$': require.resolve('./transformer.js') };
// The container's ES modules have to be transformed like everything else; CommonJS passes through unchanged.
exports.transformIgnorePatterns = [];
exports.resolver = require.resolve('./resolver.js');
exports.coverageProvider = 'v8';
