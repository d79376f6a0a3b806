import { resolve } from 'node:path';

import { type ApplicationProcess, startProcess } from 'daemonry/testing';

const ROOT = resolve(__dirname, '../../../..');

/** Starts an example of this repository, with the sources as `daemonry`. @param nodeArgs - further arguments for Node */
export const startExample = (
  example: string,
  env: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
): ApplicationProcess =>
  startProcess(resolve(ROOT, 'examples', example, 'main.ts'), {
    cwd: ROOT,
    env,
    nodeArgs: ['-C', 'daemonry-source', ...nodeArgs],
    patienceMs: 60_000,
  });
