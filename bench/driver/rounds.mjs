import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SUBJECTS = fileURLToPath(new URL('../subjects/', import.meta.url));

/**
 * Without Node's own variables, which belong to whoever measures: the certificates of NODE_EXTRA_CA_CERTS take 70 ms of each start,
 * and Node without them 35.
 */
const ENVIRONMENT = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')));

/**
 * One measurement in a process of its own.
 * @returns {Promise<Record<string, number> | { missing: string }>} its figures, or the package it lacks
 */
async function measureOnce(script, args) {
  const child = spawn(process.execPath, ['--expose-gc', SUBJECTS + script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: ENVIRONMENT,
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const line = output.split('\n').find((text) => text.startsWith('{'));
  if (code !== 0 || line === undefined)
    throw new Error(`${script} ${args.join(' ')} ended with ${code}\n${output}${errors}`);
  return JSON.parse(line);
}

/**
 * Measures a benchmark so many times. The subjects take turns, so that a machine whose speed drifts drifts for all of them.
 * @param {import('./benchmarks.mjs').Benchmark} benchmark
 * @param {number} runs
 * @param {Set<string>} warmed what has been loaded from the disk before; a subject's first process is not counted
 */
export async function measureRounds({ name, title, script, args, subjects, figures }, runs, warmed) {
  const measured = subjects.map((subject) => ({ subject, values: {} }));
  for (const entry of measured) {
    const { subject } = entry;
    if (warmed.has(`${script} ${subject}`)) continue;
    warmed.add(`${script} ${subject}`);
    await measureOnce(script, [subject, ...args]);
  }
  for (let round = 0; round < runs; round++) {
    for (const entry of measured.filter(({ missing }) => missing === undefined)) {
      const { missing, ...values } = await measureOnce(script, [entry.subject, ...args]);
      if (missing !== undefined) entry.missing = missing;
      for (const [key, value] of Object.entries(values)) (entry.values[key] ??= []).push(value);
    }
  }
  return { name, title, figures, subjects: measured };
}
