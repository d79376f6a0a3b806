import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { toError } from '../../errors/serializeError';
import { exportsOf } from '../entry/exportedFactory';
import { inspectEntry } from '../entry/inspectEntry';
import { errorText } from '../errorText';
import { EXIT } from '../exitCodes';
import { compileModule, sealCache } from './codeCache';

/**
 * A program that writes the code cache of a bundle: `node warmCode.js <starter> <code> <cache>`. It plans the application, and runs
 * another one in which nothing is of the author, so that the cache holds the functions that run until the application has started;
 * without, it holds little more than the outermost ones.
 */
async function main([starter = '', code = '', cache = '']: readonly string[]): Promise<void> {
  process.argv = [process.execPath, starter];
  const source = readFileSync(code);
  const script = compileModule(source.toString(), code);
  const module: { exports: unknown } = { exports: {} };
  const evaluate = script.runInThisContext() as (...args: readonly unknown[]) => void;
  const { error: notPlanned, rehearse } = await inspectEntry(
    { file: starter, selection: { only: [], without: [] }, assignments: [] },
    () => {
      evaluate.call(module.exports, module.exports, createRequire(code), module, code, dirname(code));
      return exportsOf(module.exports);
    },
  );
  let notRun: string | undefined = 'The entry file ended the process while it ran.';
  // Whatever the entry has left behind, such as a timer, may end the process until then, or set its exit code.
  process.once('exit', () => {
    process.exitCode = EXIT.ok;
    try {
      writeFileSync(cache, sealCache(source, script.createCachedData()));
    } catch (error) {
      fail('It cannot be written.', errorText(toError(error)));
    }
    if (notPlanned !== undefined) fail('The application cannot be planned here.', errorText(notPlanned));
    if (notRun !== undefined) fail('No application can be run here.', notRun);
  });
  notRun = await rehearse?.().then(
    () => undefined,
    (thrown: unknown) => errorText(toError(thrown)),
  );
  process.exit();
}

function fail(what: string, why: string): void {
  process.exitCode = EXIT.invalid;
  process.stderr.write(`${what}\n${why}\n`);
}

void main(process.argv.slice(2));
