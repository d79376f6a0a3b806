'use strict';

const { spawn } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const { bundle } = require('../support/bundle.cjs');
const { report } = require('../support/measure.cjs');

const ONE_FILE = /-one-file$/;

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

/** node cold.cjs <subject>[-one-file]: from the spawn of a process to twenty listeners that have started. */
async function main([subject]) {
  const program = join(__dirname, 'cold', `${subject.replace(ONE_FILE, '')}.cjs`);
  if (!ONE_FILE.test(subject)) return report(await startProgram(program));
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-bench-'));
  try {
    const file = join(folder, 'program.cjs');
    await bundle(program, file);
    report(await startProgram(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main(process.argv.slice(2));
