'use strict';

/** An error of the preset, in the form of all errors of daemonry: code, what, facts, fix. */
module.exports = class PresetError extends Error {
  constructor(code, what, facts, fix) {
    super(
      [what, ...Object.entries(facts).map(([label, value]) => `  ${label}: ${value}`), `To fix this: ${fix}`].join(
        '\n',
      ),
    );
    this.name = 'JestPresetError';
    this.code = code;
  }
};
