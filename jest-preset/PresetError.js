'use strict';

/** What stops the preset, in the form that all errors of daemonry have: code, what, facts, fix. */
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
