/** @type {import('jest').Config} */
module.exports = { preset: 'daemonry/jest-preset', testMatch: ['<rootDir>/test/**/*.test.ts'] };
