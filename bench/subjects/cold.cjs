'use strict';

const { spawn } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const { BUNDLERS } = require('../support/bundle.cjs');
const { report } = require('../support/measure.cjs');

/** The programs, and how they are bundled if they are. */
const SUBJECTS = {
  nestjs: { program: 'nestjs' },
  daemonry: { program: 'daemonry' },
  inversify: { program: 'inversify' },
  'nestjs-one-file': { program: 'nestjs', bundle: BUNDLERS.nestjs },
  'daemonry-one-file': { program: 'daemonry', bundle: BUNDLERS.daemonry },
  'daemonry-code-cache': { program: 'daemonry', bundle: BUNDLERS['daemonry-cached'] },
};

/** Milliseconds from the spawn of a program to its message that it has started, and the message. */
function startProgram(file) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    let wall;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      wall ??= performance.now() - began;
      output += text;
    });
    child.on('error', reject).on('close', (code) => {
      if (code === 0 && wall !== undefined) resolve({ wall, ...JSON.parse(output) });
      else reject(new Error(`${file} ended with ${code}: ${output}`));
    });
  });
}

/** node cold.cjs <subject>: from the spawn of a process to twenty listeners that have started. */
async function main([subject]) {
  const { program, bundle } = SUBJECTS[subject];
  const entry = join(__dirname, 'cold', `${program}.cjs`);
  if (bundle === undefined) return report(await startProgram(entry));
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program.cjs');
  await bundle(entry, file);
  report(await startProgram(file));
}

void main(process.argv.slice(2));
