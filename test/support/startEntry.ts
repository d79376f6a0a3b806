import { resolve } from 'node:path';

import { type ApplicationProcess, type ProcessOptions, startProcess } from 'daemonry/testing';

const ROOT = resolve(__dirname, '../..');

/** Starts a file of this repository (a path from its root) with the sources as `daemonry`. */
export function startEntry(file: string, options: ProcessOptions = {}): ApplicationProcess {
  return startProcess(resolve(ROOT, file), { cwd: ROOT, nodeArgs: ['-C', 'daemonry-source'], ...options });
}
