'use strict';

// Compiles TypeScript for ts-node, and keeps what it compiled in node_modules/.cache: the reference application has hundreds
// of files, and compiling them all takes longer than everything else that a start does.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const CACHE = path.join(__dirname, '..', 'node_modules', '.cache', 'daemonry-typescript');

/** @type {import('ts-node').TranspilerFactory} */
function create({ service: { config } }) {
  const ts = require('typescript');
  const compilerOptions = { ...config.options, module: ts.ModuleKind.CommonJS, moduleResolution: undefined };
  const salt = JSON.stringify([ts.version, compilerOptions]);
  mkdirSync(CACHE, { recursive: true });

  return {
    transpile(source, { fileName }) {
      const key = createHash('sha256').update(`${salt}\0${fileName}\0${source}`).digest('hex');
      const kept = path.join(CACHE, key);
      const known = readKept(kept);
      if (known !== undefined) return known;
      const { outputText, sourceMapText } = ts.transpileModule(source, { fileName, compilerOptions });
      // In one step: several processes compile at the same time.
      const written = `${kept}.${process.pid}`;
      writeFileSync(written, JSON.stringify({ outputText, sourceMapText }));
      renameSync(written, kept);
      return { outputText, sourceMapText };
    },
  };
}

function readKept(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

module.exports = { create };
