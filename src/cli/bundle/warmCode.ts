import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { exportsOf } from '../entry/exportedFactory';
import { inspectEntry } from '../entry/inspectEntry';
import { errorText } from '../errorText';
import { EXIT } from '../exitCodes';
import { compileModule, sealCache } from './codeCache';

/**
 * A program that writes the code cache of a bundle: `node warmCode.js <starter> <code> <cache>`. It plans the application, so that
 * the cache holds the functions that run until then; without, it holds little more than the outermost ones.
 */
async function main([starter = '', code = '', cache = '']: readonly string[]): Promise<void> {
  process.argv = [process.execPath, starter];
  const source = readFileSync(code);
  const script = compileModule(source.toString(), code);
  const module: { exports: unknown } = { exports: {} };
  const evaluate = script.runInThisContext() as (...args: readonly unknown[]) => void;
  const { error } = await inspectEntry({ file: starter, selection: { only: [], without: [] }, assignments: [] }, () => {
    evaluate.call(module.exports, module.exports, createRequire(code), module, code, dirname(code));
    return exportsOf(module.exports);
  });
  writeFileSync(cache, sealCache(source, script.createCachedData()));
  if (error !== undefined) process.stderr.write(`${errorText(error)}\n`);
  process.exit(error === undefined ? EXIT.ok : EXIT.invalid);
}

void main(process.argv.slice(2));
