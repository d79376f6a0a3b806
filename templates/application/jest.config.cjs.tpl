'use strict';

/** @type {import('jest').Config} */
module.exports = {
  preset: 'daemonry/jest-preset',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};
