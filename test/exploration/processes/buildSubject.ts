import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { buildSync } from 'esbuild';

const ROOT = resolve(__dirname, '../../..');
const OUT = join(ROOT, 'node_modules/.cache/daemonry-processes');

/** The program that a trial starts, and the package that it loads. */
export interface Subject {
  readonly entry: string;
  readonly package: string;
}

/**
 * Compiles an entry of the child processes, and the sources of the package unless `folder` names a built one: compiled
 * each time, a hundred processes would take ten times as long.
 */
export function buildSubject(folder: string | undefined, name = 'subject'): Subject {
  mkdirSync(OUT, { recursive: true });
  const entry = join(OUT, `${name}.js`);
  const sources = join(OUT, 'daemonry.js');
  const shared = {
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  } as const;
  buildSync({ ...shared, entryPoints: [join(__dirname, `entries/${name}.ts`)], outfile: entry });
  if (folder === undefined) {
    buildSync({ ...shared, entryPoints: ['src/index.ts'], outfile: sources, packages: 'external' });
  }
  return { entry, package: folder === undefined ? sources : resolve(folder) };
}
